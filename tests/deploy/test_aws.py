"""The policy of deploy/aws: enough for every call the bot makes, and nothing beside it."""

import json
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, OPERATION_TAG, RDS, RestorePoints
from bot.adapters.images.ecr import Ecr
from bot.adapters.images.images import RegistryImages
from bot.adapters.images.logins import Logins
from bot.adapters.images.registry import Registry
from bot.catalogue.load import load
from bot.domain.ops_data.component import stores
from bot.domain.ops_data.restore_point import IN_AWS, Provider, Store
from sandbox.aws.server import AwsTwin

ROOT = Path(__file__).parents[2]
POLICY = json.loads((ROOT / "deploy/aws/policy.json").read_text())
NEEDS_NO_RIGHT = {"sts:GetCallerIdentity"}
WITH_TAGS = "rds:AddTagsToResource"  # AWS asks for it where a snapshot is made with tags
ID = "cf-rb-1-20261123-postgresql"
IMAGE = "candlefish/graphql-api"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(action: str) -> list[str]:
    """The resources on which the policy allows it."""
    return [
        resource
        for statement in POLICY["Statement"]
        if action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Every call that the adapters can make, as AWS names it."""
    with AwsTwin() as twin:
        for name, value in twin.environment().items():
            monkeypatch.setenv(name, value)
        account = AwsAccount(twin.account.region)
        for words, name in ((RDS, "candlefish-production"), (AURORA, "candlefish-documents")):
            port = RestorePoints(account, words)
            store = Store(component="postgresql", provider=words.provider, name=name)
            port.check()
            port.state(store)
            port.start(store, ID, "op-1-1")
            port.find(store, ID)
            port.delete(store, ID)
        with closing(RegistryImages(Registry(Logins(None)), Ecr(account))) as images:
            host = f"{twin.account.id}.dkr.ecr.{twin.account.region}.amazonaws.com"
            images.exists(f"{host}/{IMAGE}:v1.4.1")
        account.forget()
        yield {each.path.strip("/").replace("/", ":") for each in twin.journal.requests()}


def test_every_call_is_allowed_and_nothing_else_is(called: set[str]) -> None:
    allowed = {
        action for statement in POLICY["Statement"] for action in listed(statement["Action"])
    }
    assert allowed == (called - NEEDS_NO_RIGHT) | {WITH_TAGS}
    assert {statement["Effect"] for statement in POLICY["Statement"]} == {"Allow"}


def test_only_looking_is_allowed_everywhere() -> None:
    for statement in POLICY["Statement"]:
        if "*" in listed(statement["Resource"]):
            assert all(":Describe" in action for action in listed(statement["Action"]))


def allows(action: str, resource: str) -> bool:
    return any(fnmatchcase(resource, pattern) for pattern in granted(action))


def arn(kind: str, name: str) -> str:
    return f"arn:aws:rds:eu-west-1:123456789012:{kind}:{name}"


def test_it_fits_the_databases_of_the_catalogue_and_the_snapshots_names() -> None:
    catalogue = load(ROOT / "alert_routes", ROOT / "runbooks", default_environment="production")
    in_aws = [one for one in stores(catalogue.components.values()) if one.provider in IN_AWS]
    assert in_aws
    for store in in_aws:
        rds = store.provider is Provider.RDS
        database, snapshot = ("db", "snapshot") if rds else ("cluster", "cluster-snapshot")
        action = "rds:CreateDBSnapshot" if rds else "rds:CreateDBClusterSnapshot"
        assert allows(action, arn(database, store.name))
        assert allows(action, arn(snapshot, ID))
        assert allows(WITH_TAGS, arn(snapshot, ID))
        assert not allows(action, arn(database, "of-another-team"))
        deleting = action.replace("Create", "Delete")
        assert allows(deleting, arn(snapshot, ID))
        assert not allows(deleting, arn(snapshot, "nightly"))
        assert not allows(deleting, arn(database, store.name))
        assert not allows(WITH_TAGS, arn(snapshot, "daily-1"))
    assert allows("ecr:BatchGetImage", f"arn:aws:ecr:eu-west-1:123456789012:repository/{IMAGE}")


def test_tags_may_say_one_thing_only() -> None:
    (tagging,) = [one for one in POLICY["Statement"] if WITH_TAGS in listed(one["Action"])]
    assert tagging["Condition"] == {"ForAllValues:StringEquals": {"aws:TagKeys": [OPERATION_TAG]}}


def test_only_what_carries_its_tag_may_be_deleted() -> None:
    statements = [
        one
        for one in POLICY["Statement"]
        if any(":Delete" in each for each in listed(one["Action"]))
    ]
    assert [one["Condition"] for one in statements] == [
        {"StringLike": {f"aws:ResourceTag/{OPERATION_TAG}": "*"}}
    ]
