"""Who the bot is at AWS, and what each kind of trouble there means to a caller."""

import json
import os
import select
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.rejection import Rejection
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.trouble import RateLimited, TimedOut
from sandbox.aws.errors import error
from sandbox.aws.server import AwsTwin
from sandbox.netlify.server import NetlifyTwin
from tests.adapters.aws.conftest import REGION

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
IDENTITY = "sts:GetCallerIdentity"
DATABASES = "^/rds/DescribeDBInstances$"


def databases(account: AwsAccount) -> object:
    return account.call("rds", "describe_db_instances")


def test_it_says_who_the_bot_is(twin: AwsTwin, account: AwsAccount) -> None:
    assert twin.account.id in account.who()


def test_credentials_that_come_later_are_read_then(
    twin: AwsTwin, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    with pytest.raises(GiveUp, match="give the bot a role, or set AWS_ACCESS_KEY_ID and"):
        account.who()

    for name in KEYS:
        monkeypatch.setenv(name, twin.environment()[name])
    assert twin.account.id in account.who()


def test_a_wrong_key_names_the_fix_and_not_itself_and_a_right_one_is_read_then(
    twin: AwsTwin, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASTRANGER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "stolen")
    with pytest.raises(GiveUp, match="correct AWS_ACCESS_KEY_ID") as refused:
        account.who()
    assert "STRANGER" not in str(refused.value)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", twin.environment()["AWS_ACCESS_KEY_ID"])
    assert twin.account.id in account.who()


def test_without_a_region_it_asks_for_one(twin: AwsTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(GiveUp, match="set AWS_REGION"):
        databases(AwsAccount())


def test_a_profile_that_is_not_there_and_an_address_that_is_none(
    twin: AwsTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    with pytest.raises(GiveUp, match="nowhere"):
        databases(AwsAccount(REGION))
    monkeypatch.setenv("AWS_PROFILE", "of-another")
    with pytest.raises(GiveUp, match="of-another"):
        databases(AwsAccount(REGION))


def test_a_missing_right_names_what_to_add(twin: AwsTwin, account: AwsAccount) -> None:
    twin.identity.deny("rds:DescribeDBInstances")
    with pytest.raises(Rejection) as refused:
        databases(account)
    told = refused.value.words
    assert told == (
        "AWS does not allow rds:DescribeDBInstances: add it to the bot's policy "
        "(deploy/aws/policy.json)."
    )


@pytest.mark.parametrize("code", ["Throttling", "RequestLimitExceeded"])
def test_a_pause_that_aws_asks_for(twin: AwsTwin, account: AwsAccount, code: str) -> None:
    twin.fail("rds:DescribeDBInstances", code)
    with pytest.raises(RateLimited):
        databases(account)
    assert databases(account)


@pytest.mark.parametrize("status", [500, 503])
def test_what_passes_is_worth_another_try(twin: AwsTwin, account: AwsAccount, status: int) -> None:
    twin.fail("rds:DescribeDBInstances", "InternalFailure", status=status)
    with pytest.raises(Unavailable, match=str(status)):
        databases(account)
    assert len(twin.journal.requests()) == 1


def test_a_cut_connection_is_tried_once(twin: AwsTwin, account: AwsAccount) -> None:
    twin.faults.drop("POST", DATABASES)
    with pytest.raises(Unavailable, match="does not answer"):
        databases(account)
    assert len(twin.journal.requests()) == 1


def test_it_does_not_wait_for_ever(
    twin: AwsTwin, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.aws.account.READ_SECONDS", 0.2)
    twin.faults.stall("POST", DATABASES, 3)
    with pytest.raises(TimedOut):
        databases(account)


@pytest.fixture
def in_a_role(twin: AwsTwin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AwsAccount:
    """As a pod is with IRSA: AWS is asked for the role's credentials first."""
    for name in KEYS:
        monkeypatch.delenv(name)
    token = tmp_path / "token"
    token.write_text("of-the-pod")
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/candlefish")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    return AwsAccount(REGION)


def test_a_role_that_aws_does_not_give(twin: AwsTwin, in_a_role: AwsAccount) -> None:
    no = bytes(error("sts", "AccessDenied", "Not authorized to perform it", 403).body)
    twin.faults.status("POST", "AssumeRole", 403, body=no, headers={"content-type": "text/xml"})
    with pytest.raises(GiveUp, match=r"does not give the bot its role \(AccessDenied\)"):
        databases(in_a_role)
    in_a_role.forget()


def test_a_role_is_not_waited_for_for_ever(
    twin: AwsTwin, in_a_role: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.aws.account.READ_SECONDS", 0.2)
    twin.faults.stall("POST", "AssumeRole", 3)
    with pytest.raises(TimedOut):
        databases(in_a_role)
    assert len(twin.journal.requests()) <= 1
    in_a_role.forget()


@pytest.fixture
def by_a_process(
    twin: AwsTwin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], AwsAccount]:
    """An account whose profile runs this shell script for its keys."""
    for name in KEYS:
        monkeypatch.delenv(name)

    def account(script: str) -> AwsAccount:
        (tmp_path / "keys.sh").write_text(script)
        config = tmp_path / "config"
        config.write_text(f"[profile bot]\ncredential_process = sh {tmp_path / 'keys.sh'}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.setenv("AWS_PROFILE", "bot")
        return AwsAccount(REGION)

    return account


def test_keys_may_come_from_a_process(
    twin: AwsTwin, by_a_process: Callable[[str], AwsAccount]
) -> None:
    key, secret = (twin.environment()[name] for name in KEYS)
    told = {"Version": 1, "AccessKeyId": key, "SecretAccessKey": secret}
    account = by_a_process(f"echo '{json.dumps(told)}'")
    assert twin.account.id in account.who()
    account.forget()


@pytest.mark.parametrize("script", ["sleep 600", "sleep 600 & wait", "sleep 600 & exit"])
def test_a_process_is_not_waited_for_for_ever_and_leaves_nothing_running(
    script: str,
    by_a_process: Callable[[str], AwsAccount],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("bot.adapters.aws.credential_process.SECONDS", 2.0)
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    account = by_a_process(f"exec 9>{fifo}\n{script}")

    with pytest.raises(TimedOut, match="credential_process"):
        account.who()

    ended, _, _ = select.select([reader], [], [], 20)  # it was held, and nobody holds it any more
    os.close(reader)
    assert ended


def test_nobody_at_its_address(monkeypatch: pytest.MonkeyPatch, twin: AwsTwin) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="does not answer"):
        databases(AwsAccount(REGION))


def test_somebody_else_at_its_address(twin: AwsTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    with NetlifyTwin() as other:
        monkeypatch.setenv("AWS_ENDPOINT_URL", other.url)
        lost = AwsAccount(REGION)
        with pytest.raises((Unavailable, Rejection)):
            lost.who()
        lost.forget()


@pytest.mark.parametrize("given", [{"DBInstanceIdentifer": "typo"}, {"DBInstanceIdentifier": 7}])
def test_a_call_that_aws_own_model_forbids_is_not_sent(
    twin: AwsTwin, account: AwsAccount, given: dict[str, object]
) -> None:
    with pytest.raises(GiveUp, match="DBInstanceIdentif"):
        account.call("rds", "describe_db_instances", **given)
    assert twin.journal.requests() == []
