"""The twin, started for one test, and a real client of the vendor's on it."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.slack.app import SCOPES, App
from sandbox.slack.server import SlackTwin


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, *, seconds: float = 0, minutes: float = 0) -> None:
        self.now += seconds + minutes * 60


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app() -> App:
    return App(scopes=(*SCOPES, "channels:join", "reactions:write", "pins:write"))


@pytest.fixture
def slack(clock: Clock, app: App) -> Iterator[SlackTwin]:
    with SlackTwin(clock=clock, app=app) as twin:
        yield twin


@pytest.fixture
def client(slack: SlackTwin) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=5)
