"""A Slack twin, an app in it, and a browser that looks at it, as one thing to write tests with."""

import time
from typing import Any

from playwright.sync_api import Locator, Page
from slack_sdk import WebClient

from sandbox.slack.server import SlackTwin
from tests.browser.small_app import SmallApp

Json = dict[str, Any]


class Clock:
    """Slack's time: the real one, plus what a test adds so that posts are not rate-limited."""

    def __init__(self) -> None:
        self._offset = 0.0

    def __call__(self) -> float:
        return time.time() + self._offset

    def forward(self, seconds: float) -> None:
        self._offset += seconds


class SlackRoom:
    def __init__(self, twin: SlackTwin, app: SmallApp, page: Page, clock: Clock) -> None:
        self.twin = twin
        self.app = app
        self.page = page
        self.clock = clock
        self.client = WebClient(token=twin.bot_token, base_url=twin.api_url, timeout=10)

    def enter(self, user: str = "U1") -> None:
        self.page.goto(f"{self.twin.url}/?user={user}")
        self.composer.wait_for()

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label("Message #ops-emergency")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    def message(self, ts: str) -> Locator:
        return self.page.locator(f"#messages [data-ts='{ts}']")

    def post(self, text: str = "", **more: Any) -> str:
        self.clock.forward(2)
        answer = self.client.chat_postMessage(channel="C1", text=text, **more)
        return str(answer["ts"])

    def whisper(self, user: str, text: str, **more: Any) -> None:
        self.client.chat_postEphemeral(channel="C1", user=user, text=text, **more)

    def type_command(self, text: str) -> Json:
        """Types it and presses Enter; what the app heard."""
        self.composer.fill(text)
        self.composer.press("Enter")
        return self.app.hear("command")

    def open_form(self, view: Json) -> str:
        """By way of a command, as an app must; the view's id."""
        heard = self.type_command("/candlefish declare")
        answer = self.client.views_open(trigger_id=heard["trigger_id"], view=view)
        self.modal.wait_for()
        return str(answer["view"]["id"])


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json, block_id: str = "actions") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "INC-1", **more}


def options(*words: str) -> list[Json]:
    return [{"text": plain(word), "value": word.lower().rstrip("….")} for word in words]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    filled = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": filled, **more}


def form(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": plain("Declare an incident"),
        "submit": plain("Declare"),
        "close": plain("Never mind"),
        "blocks": list(blocks),
        **more,
    }
