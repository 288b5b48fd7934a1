"""RotateSecret by AWS's own text, and the labels that a rotation moves."""

import uuid

import pytest

from sandbox.aws.rotation import Step
from sandbox.aws.server import AwsTwin
from tests.sandbox.aws.conftest import Client, Clock

NAME = "candlefish/database/production"


def token() -> str:
    return str(uuid.uuid4())


def rotate(secrets: Client, version: str, name: str = NAME) -> str:
    answer = secrets.rotate_secret(SecretId=name, ClientRequestToken=version)
    return str(answer["VersionId"])


def stages(secrets: Client) -> dict[str, set[str]]:
    found = secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"]
    return {version: set(labels) for version, labels in found.items()}


def current(secrets: Client) -> str:
    return str(secrets.get_secret_value(SecretId=NAME)["VersionId"])


def test_a_rotation_goes_through_its_steps_and_moves_the_labels(
    aws: AwsTwin, secrets: Client, clock: Clock
) -> None:
    aws.secrets.rotate_in(8)
    before, after = current(secrets), token()
    old = secrets.get_secret_value(SecretId=NAME)["SecretString"]

    assert rotate(secrets, after) == after
    assert stages(secrets) == {before: {"AWSCURRENT"}, after: {"AWSPENDING"}}
    assert current(secrets) == before
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPENDING")

    clock.now += 2
    pending = secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPENDING")
    assert pending["SecretString"] != old
    assert current(secrets) == before

    clock.now += 6
    assert current(secrets) == after
    assert stages(secrets) == {before: {"AWSPREVIOUS"}, after: {"AWSCURRENT", "AWSPENDING"}}
    assert "LastRotatedDate" in secrets.describe_secret(SecretId=NAME)


def test_a_secret_without_a_rotation_function_is_refused_and_keeps_its_value(
    aws: AwsTwin, secrets: Client
) -> None:
    aws.secrets.add("candlefish/plain", rotates=False)

    with pytest.raises(secrets.exceptions.InvalidRequestException, match="No Lambda"):
        rotate(secrets, token(), "candlefish/plain")

    assert secrets.get_secret_value(SecretId="candlefish/plain")["SecretString"]
    assert aws.effects() == []


def test_a_rotation_in_progress_refuses_another(
    aws: AwsTwin, secrets: Client, clock: Clock
) -> None:
    aws.secrets.rotate_in(8)
    rotate(secrets, token())

    with pytest.raises(secrets.exceptions.InvalidRequestException, match="previous rotation"):
        rotate(secrets, token())

    clock.now += 8
    second = token()
    assert rotate(secrets, second) == second


def test_the_same_token_is_the_same_rotation(aws: AwsTwin, secrets: Client, clock: Clock) -> None:
    aws.secrets.rotate_in(8)
    version = token()

    assert [rotate(secrets, version) for _ in range(2)] == [version, version]
    clock.now += 8
    assert rotate(secrets, version) == version

    assert len(stages(secrets)) == 2
    assert len(aws.effects()) == 1


@pytest.mark.parametrize(("step", "has_value"), [(Step.CREATE, False), (Step.TEST, True)])
def test_a_failed_rotation_leaves_its_label_behind_and_blocks_the_next(
    aws: AwsTwin, secrets: Client, clock: Clock, step: Step, *, has_value: bool
) -> None:
    before, after = current(secrets), token()
    aws.secrets.fail_rotation(step)
    rotate(secrets, after)
    clock.now += 1

    assert stages(secrets) == {before: {"AWSCURRENT"}, after: {"AWSPENDING"}}
    listed = secrets.list_secret_version_ids(SecretId=NAME)["Versions"]
    assert (after in {each["VersionId"] for each in listed}) is has_value
    with pytest.raises(secrets.exceptions.InvalidRequestException):
        rotate(secrets, token())


def test_taking_the_label_off_ends_a_rotation_and_lets_the_next_begin(
    aws: AwsTwin, secrets: Client, clock: Clock
) -> None:
    aws.secrets.rotate_in(8)
    before, after = current(secrets), token()
    rotate(secrets, after)
    secrets.update_secret_version_stage(
        SecretId=NAME, VersionStage="AWSPENDING", RemoveFromVersionId=after
    )
    clock.now += 8

    assert current(secrets) == before
    assert rotate(secrets, token())


def test_moving_current_back_moves_previous_and_the_value(
    aws: AwsTwin, secrets: Client, clock: Clock
) -> None:
    before, after = current(secrets), token()
    rotate(secrets, after)
    clock.now += 1
    assert current(secrets) == after

    secrets.update_secret_version_stage(
        SecretId=NAME,
        VersionStage="AWSCURRENT",
        MoveToVersionId=before,
        RemoveFromVersionId=after,
    )

    assert current(secrets) == before
    assert aws.secrets.labels(NAME)[after] >= {"AWSPREVIOUS"}


def test_current_never_moves_to_a_version_without_a_value(aws: AwsTwin, secrets: Client) -> None:
    aws.secrets.rotate_in(8)
    before, after = current(secrets), token()
    rotate(secrets, after)

    with pytest.raises(secrets.exceptions.InvalidRequestException):
        secrets.update_secret_version_stage(
            SecretId=NAME,
            VersionStage="AWSCURRENT",
            MoveToVersionId=after,
            RemoveFromVersionId=before,
        )

    assert current(secrets) == before


def test_a_label_moves_only_from_where_it_is_said_to_be(secrets: Client) -> None:
    before = current(secrets)
    version = token()
    secrets.put_secret_value(
        SecretId=NAME, ClientRequestToken=version, SecretString="x", VersionStages=["mine"]
    )

    with pytest.raises(secrets.exceptions.InvalidParameterException):
        secrets.update_secret_version_stage(
            SecretId=NAME, VersionStage="AWSCURRENT", MoveToVersionId=version
        )

    assert current(secrets) == before


def test_putting_the_same_value_again_does_nothing_and_another_is_refused(
    aws: AwsTwin, secrets: Client
) -> None:
    first, second = token(), token()

    def put(version: str, value: str) -> None:
        secrets.put_secret_value(SecretId=NAME, ClientRequestToken=version, SecretString=value)

    put(first, "one")
    put(second, "two")
    put(first, "one")

    assert current(secrets) == second
    assert len(aws.effects()) == 2
    with pytest.raises(secrets.exceptions.ResourceExistsException):
        put(first, "three")


def test_cancelling_leaves_the_label_where_it_is(
    aws: AwsTwin, secrets: Client, clock: Clock
) -> None:
    aws.secrets.rotate_in(8)
    before, after = current(secrets), token()
    rotate(secrets, after)

    secrets.cancel_rotate_secret(SecretId=NAME)
    clock.now += 8

    assert stages(secrets) == {before: {"AWSCURRENT"}, after: {"AWSPENDING"}}
    assert secrets.describe_secret(SecretId=NAME)["RotationEnabled"] is False
