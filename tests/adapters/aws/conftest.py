"""An AWS twin that the environment leads to, and the account as the bot has it."""

from collections.abc import Iterator

import pytest

from bot.adapters.aws.account import AwsAccount
from sandbox.aws.server import AwsTwin

REGION = "us-east-1"


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsTwin]:
    with AwsTwin() as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield aws


@pytest.fixture
def account(twin: AwsTwin) -> Iterator[AwsAccount]:
    here = AwsAccount(REGION)
    yield here
    here.forget()
