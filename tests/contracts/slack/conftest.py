"""A Slack twin for each file, and a client of it."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.slack.api import METHODS
from sandbox.slack.server import SlackTwin


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackTwin]:
    """Without rate limits, so that sizes can be tried one after the other."""
    with SlackTwin(rates=dict.fromkeys(METHODS, 100_000)) as twin:
        yield twin


@pytest.fixture
def client(slack: SlackTwin) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=10)
