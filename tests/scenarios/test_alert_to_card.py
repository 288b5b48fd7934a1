"""One incident from its first error to its last word, with nothing of it made up.

Real Prometheus and Alertmanager with the deployed rules, a real `candlefish serve`, a platform
that can be broken, and a Slack on a real socket: the demo, as `candlefish demo` starts it.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.demo.demo import Demo, demo
from sandbox.demo.ports import Ports
from sandbox.servers.candlefish import Candlefish
from tests.serving import ACK_SECONDS, Api

ANY = Ports.any()
ADA, GRACE = "U1", "U2"
FIRES_WITHIN, MENDS_WITHIN = 120, 120  # seconds


class House:
    """The demo, and what an engineer can look at beside Slack."""

    def __init__(self, up: Demo, home: Path) -> None:
        self.slack = up.slack
        self._ports = up.ports
        bot = Candlefish(folder=home / "run" / "bot", environ={}, port=up.ports.bot)
        self._api = Api(bot=bot)

    def set_health(self, component: str, health: str) -> None:
        url = f"{self._ports.url('platform')}/components/{component}"
        httpx.post(url, json={"health": health}, trust_env=False).raise_for_status()

    def silences(self) -> list[dict[str, Any]]:
        """The active ones, as Alertmanager itself lists them."""
        every = httpx.get(self._silences_url("silences"), timeout=10, trust_env=False).json()
        return [one for one in every if one["status"]["state"] == "active"]

    def lift(self, silence: str) -> None:
        url = self._silences_url(f"silence/{silence}")
        httpx.delete(url, timeout=10, trust_env=False).raise_for_status()

    def incident(self) -> dict[str, Any]:
        """The only one there is."""
        (one,) = self._api.get("/incidents")["items"]
        return dict(one)

    def story(self) -> list[tuple[str, str]]:
        """Who did what, in order, by the timeline."""
        entries = self._api.get("/incidents/INC-1/timeline")["items"]
        return [(one["actor"], one["kind"]) for one in entries]

    def page(self) -> str:
        answer = httpx.get(f"{self._ports.url('bot')}/incidents/INC-1", timeout=10, trust_env=False)
        return answer.raise_for_status().text

    def _silences_url(self, path: str) -> str:
        return f"{self._ports.url('alertmanager')}/api/v2/{path}"


@pytest.fixture
def house(monitored: None, tmp_path: Path) -> Iterator[House]:
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event()) as up:
        up.slack.outbound.ack_seconds = ACK_SECONDS
        yield House(up, tmp_path)


def test_a_broken_service_is_told_taken_silenced_mended_and_remembered(house: House) -> None:
    channel = house.slack.channel("#ops-emergency")

    house.set_health("graphql-api", "failing")
    card = channel.expect_card("HighErrorRate", seconds=FIRES_WITHIN)
    assert "SEV2" in card.text
    assert "*Open*, nobody has it yet" in card.text
    assert "Too many requests fail" in card.text  # the runbook's title
    assert card.buttons == ["Acknowledge", "Escalate"]

    card.click("Acknowledge", by=ADA)
    card.expect_update("*Acknowledged* by <@U1>")
    card.expect_reply("*acknowledged* by <@U1>")
    assert card.buttons == ["Escalate"]
    assert house.incident()["acknowledged_by"] == "slack:U1"

    card.click("Silence…", by=GRACE)
    form = house.slack.modal(GRACE).expect("Silence in INC-1")
    assert form.submit(alert="HighErrorRate", duration="30m", why="the deploy is on its way") == ""
    card.expect_reply("*silence* by <@U2>: HighErrorRate silenced")
    card.expect_reply("*silence*: Alertmanager keeps it silent")
    (silence,) = house.silences()
    assert {one["name"]: one["value"] for one in silence["matchers"]} == {
        "alertname": "HighErrorRate",
        "service": "graphql-api",
        "environment": "production",
    }
    assert "the deploy is on its way (INC-1, slack:U2)" in silence["comment"]

    house.lift(silence["id"])  # else its end is looked up, which takes longer
    house.set_health("graphql-api", "good")
    card.expect_update("*Resolved by itself*", seconds=MENDS_WITHIN)
    assert "✅" in card.text
    assert card.buttons == ["Reopen"]
    card.expect_reply("*resolved*: its last alert resolved")
    assert len(channel.cards) == 1

    assert house.incident()["state"] == "resolved"
    assert house.story() == [
        ("bot", "opened"),
        ("slack:U1", "acknowledged"),
        ("slack:U2", "silence"),
        ("bot", "silence"),
        ("bot", "alert_resolved"),
        ("bot", "resolved"),
    ]
    assert "its last alert resolved" in house.page()
