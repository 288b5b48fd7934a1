"""One socket for every service: keys, rights, faults, the journal, and images."""

import gc
import subprocess
import sys
import weakref

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.aws.server import AwsTwin
from sandbox.registry.digest import digest
from sandbox.registry.image import Image
from sandbox.twin.faults import Moment
from tests.sandbox.aws.conftest import Client, client_of

REPOSITORY = "candlefish/graphql-api"
SNAPSHOT = {"DBInstanceIdentifier": "candlefish-production", "DBSnapshotIdentifier": "cf-rb-1"}


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_the_caller_is_told_who_it_is(aws: AwsTwin) -> None:
    told = client_of(aws, "sts").get_caller_identity()

    assert told["Account"] == aws.account.id


@pytest.mark.parametrize(
    ("service", "call", "said"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("secretsmanager", "list_secrets", "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_refused(aws: AwsTwin, service: str, call: str, said: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client_of(aws, service, key="AKIAUNKNOWN"), call)()

    assert code(caught) == said


def test_a_missing_right_is_named(aws: AwsTwin, rds: Client, secrets: Client) -> None:
    aws.identity.deny("rds:CreateDBSnapshot", "secretsmanager:DescribeSecret")

    with pytest.raises(ClientError, match="rds:CreateDBSnapshot") as caught:
        rds.create_db_snapshot(**SNAPSHOT)
    assert code(caught) == "AccessDenied"
    with pytest.raises(ClientError) as caught:
        secrets.describe_secret(SecretId="candlefish/auth/production")
    assert code(caught) == "AccessDeniedException"

    aws.identity.allow("rds:CreateDBSnapshot")
    rds.create_db_snapshot(**SNAPSHOT)


def test_an_image_is_found_by_the_digest_that_the_sandbox_knows(aws: AwsTwin) -> None:
    ecr = client_of(aws, "ecr")
    good = {"imageDigest": digest(REPOSITORY, "v1.4.2")}
    gone = {"imageDigest": digest(REPOSITORY, "v1.4.1")}
    aws.remove(Image(name=REPOSITORY, tag="v1.4.1"))

    found = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[gone, good])

    assert [each["imageId"]["imageDigest"] for each in found["images"]] == [good["imageDigest"]]
    (failure,) = found["failures"]
    assert (failure["imageId"], failure["failureCode"]) == (gone, "ImageNotFound")


def test_an_image_that_is_pushed_later_has_its_digest_too(aws: AwsTwin) -> None:
    aws.push(Image(name=REPOSITORY, tag="v1.4.3"))

    found = client_of(aws, "ecr").describe_images(
        repositoryName=REPOSITORY, imageIds=[{"imageTag": "v1.4.3"}]
    )

    assert found["imageDetails"][0]["imageDigest"] == digest(REPOSITORY, "v1.4.3")


def test_a_lost_answer_leaves_the_snapshot_behind(aws: AwsTwin, rds: Client) -> None:
    aws.faults.lose_answer("POST", "^/rds/CreateDBSnapshot$")

    with pytest.raises(ConnectionClosedError):
        rds.create_db_snapshot(**SNAPSHOT)

    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]
    assert [each.effect for each in aws.effects()] == ["rds:CreateDBSnapshot cf-rb-1"]


@pytest.mark.parametrize("name", ["rds:DescribeDBInstances", "secretsmanager:ListSecrets"])
def test_a_planned_error_has_the_shape_of_its_service(
    aws: AwsTwin, rds: Client, secrets: Client, name: str
) -> None:
    aws.fail(name, "ThrottlingException", "Rate exceeded")
    calls = {"rds": rds.describe_db_instances, "secretsmanager": secrets.list_secrets}
    call = calls[name.partition(":")[0]]

    with pytest.raises(ClientError, match="Rate exceeded") as caught:
        call()

    assert code(caught) == "ThrottlingException"
    assert call()


def test_a_moment_waits_for_one_call_among_others(aws: AwsTwin, rds: Client) -> None:
    there: list[int] = []

    def look() -> None:
        there.append(len(aws.snapshots()))

    aws.faults.at(Moment.SEEN, "POST", "^/rds/CreateDBSnapshot$", look)
    aws.faults.at(Moment.APPLIED, "POST", "^/rds/CreateDBSnapshot$", look)

    rds.describe_db_instances()
    rds.create_db_snapshot(**SNAPSHOT)

    assert there == [0, 1]


def test_reading_is_no_effect(aws: AwsTwin, rds: Client, secrets: Client) -> None:
    rds.describe_db_instances()
    secrets.list_secrets()

    assert aws.effects() == []
    assert [each.path for each in aws.journal.requests()] == [
        "/rds/DescribeDBInstances",
        "/secretsmanager/ListSecrets",
    ]


def test_two_twins_share_nothing(aws: AwsTwin, rds: Client) -> None:
    rds.create_db_snapshot(**SNAPSHOT)

    with AwsTwin() as other:
        assert other.account.id != aws.account.id
        assert other.snapshots() == []


def test_nothing_of_a_twin_stays_behind() -> None:
    twin = AwsTwin()
    kept = weakref.ref(twin.account.databases)
    twin.stop()

    del twin
    gc.collect()

    assert kept() is None


def test_a_child_finds_the_twin_by_its_environment(aws: AwsTwin) -> None:
    script = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"

    said = subprocess.run(
        [sys.executable, "-c", script],
        env=aws.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert said.stdout.strip() == aws.account.id
