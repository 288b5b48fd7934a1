"""Slack, Prometheus and Alertmanager are all down while Candlefish starts, and come back later."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.demo.monitoring import Places, write_alertmanager, write_prometheus
from sandbox.servers import alertmanager, prometheus
from sandbox.servers.candlefish import Candlefish, candlefish
from sandbox.servers.loopback import HOST, free_port
from sandbox.slack.app import App
from sandbox.slack.server import SlackTwin
from tests.scenarios.dead import Death, dead
from tests.scenarios.terminal import Terminal
from tests.serving import ACK_SECONDS, TOKEN

ROUTES = Path(__file__).parents[2] / "alert_routes"
SECONDS = 60  # until it is ready; about three, but for a machine that is busy
APP = App(bot_token="xoxb-of-the-tests", signing_secret="signed-by-the-tests")


@dataclass(kw_only=True)
class Place:
    """Where the vendors should be, by what a bot is told."""

    folder: Path
    slack: int
    prometheus: int
    alertmanager: int
    down: dict[str, ExitStack] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "CANDLEFISH_SLACK_BOT_TOKEN": APP.bot_token,
            "CANDLEFISH_SLACK_SIGNING_SECRETS": APP.signing_secret,
            "CANDLEFISH_SLACK_API_URL": f"http://{HOST}:{self.slack}/api/",
            "CANDLEFISH_PROMETHEUS_URL": f"http://{HOST}:{self.prometheus}",
            "CANDLEFISH_ALERTMANAGER_URL": f"http://{HOST}:{self.alertmanager}",
            "CANDLEFISH_ALERTMANAGER_TOKENS": TOKEN,
            "CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS": "a-pagerduty-secret",
        }


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Everything is down, in the way that the test names; `down` brings a vendor's port back."""
    how: Death = request.param
    with ExitStack() as stack:
        down = {name: stack.enter_context(ExitStack()) for name in ("slack", "prom", "alert")}
        ports = {name: kept.enter_context(dead(how)) for name, kept in down.items()}
        yield Place(
            folder=tmp_path, slack=ports["slack"], prometheus=ports["prom"],
            alertmanager=ports["alert"], down=down,
        )  # fmt: skip


def fire(bot: Candlefish) -> httpx.Response:
    alert = {
        "status": "firing",
        "labels": {"alertname": "RedisDown", "service": "redis", "severity": "critical"},
        "startsAt": datetime.now(UTC).isoformat(),
    }
    return httpx.post(
        f"{bot.url}/webhooks/alertmanager",
        json={"groupKey": "{}:redis", "alerts": [alert]},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=10,
        trust_env=False,
    )


def readiness(bot: Candlefish) -> Any:
    return httpx.get(f"{bot.url}/readyz", timeout=10, trust_env=False).raise_for_status().json()


@pytest.mark.parametrize(
    ("place", "way"),
    [
        pytest.param(Death.REFUSES, "http", id="refuses"),
        pytest.param(Death.HANGS, "http", id="hangs"),
        pytest.param(Death.REFUSES, "socket", id="refuses-socket-mode"),
        pytest.param(Death.HANGS, "socket", id="hangs-socket-mode", marks=pytest.mark.long),
    ],
    indirect=["place"],
)
def test_it_starts_works_and_shows_its_cards_once_slack_is_back(place: Place, way: str) -> None:
    dials = {"CANDLEFISH_SLACK_APP_TOKEN": APP.app_token} if way == "socket" else {}
    with candlefish(place.folder, place.environ | dials) as bot:
        bot.start(within=SECONDS)
        assert fire(bot).json() == {"accepted": 1, "incidents": ["INC-1"]}
        ada = Terminal(environ=bot.environ, folder=place.folder)
        assert "RedisDown" in ada.run("incident", "list").out
        ada.run("ack", "INC-1")
        ada.run("silence", "RedisDown", "1h", "INC-1")
        assert readiness(bot)["status"] == "ready"

        place.down["slack"].close()
        with SlackTwin(port=place.slack, app=APP) as slack:
            slack.outbound.ack_seconds = ACK_SECONDS
            if way == "socket":
                assert slack.wait_for(lambda: slack.sockets.connected, 60)
            else:
                slack.connect_app(f"{bot.url}/slack/events")
            card = slack.channel("#ops-emergency").expect_card("RedisDown", seconds=60)
            card.expect("*Acknowledged* by <@U1>")  # `ada` is U1 in Slack, says people.yaml
            assert len(slack.messages("#ops-emergency")) == 1
            card.click("Escalate", by="U2")
            card.expect_reply("*escalated* by <@U2>")
        assert readiness(bot)["why_not"] == []


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Death.REFUSES, id="refuses"),
        # Each keeps us waiting for as long as its timeout.
        pytest.param(Death.HANGS, id="hangs", marks=pytest.mark.long),
    ],
    indirect=True,
)
def test_doctor_names_each_that_is_down_with_its_fix(place: Place) -> None:
    with candlefish(place.folder, place.environ) as bot:
        bot.migrate()
        ada = Terminal(environ=bot.environ, folder=place.folder)
        told = ada.run("doctor", status=1).out
        bad = fixes(ada.data("doctor", status=1), "bad")
    assert bad == {
        "slack": "See to the network, the proxy, or CANDLEFISH_SLACK_API_URL.",
        "alertmanager": "Start it, or correct CANDLEFISH_ALERTMANAGER_URL.",
        "prometheus": "Start it, or correct CANDLEFISH_PROMETHEUS_URL.",
    }
    for fix in bad.values():
        assert f"    {fix}\n" in told


def test_doctor_finds_nothing_wrong_with_a_whole_house(monitored: None, tmp_path: Path) -> None:
    port = free_port()
    with SlackTwin(app=APP) as slack, ExitStack() as stack:
        places = Places(
            bot=f"{HOST}:1", alertmanager=f"{HOST}:{port}", targets=tmp_path / "targets.json",
            token_file=tmp_path / "token",
        )  # fmt: skip
        stack.enter_context(alertmanager(write_alertmanager(places, tmp_path), port=port))
        metrics = stack.enter_context(prometheus(write_prometheus(places, tmp_path)))
        place = Place(
            folder=tmp_path, slack=httpx.URL(slack.url).port or 0,
            prometheus=httpx.URL(metrics.url).port or 0, alertmanager=port,
        )  # fmt: skip
        bot = stack.enter_context(candlefish(tmp_path, place.environ))
        bot.migrate()
        ada = Terminal(environ=bot.environ, folder=tmp_path)
        assert "✗" not in ada.run("doctor").out
        found = ada.data("doctor")
    assert set(fixes(found, "off")) == {"kubernetes", "netlify"}
    assert {one["result"] for one in found} == {"good", "off"}
    assert len(found) >= 12


def test_doctor_says_what_was_forgotten(tmp_path: Path) -> None:
    """A new app, a clock that is off, an empty database, a typo in the ops data."""
    ops_data = shutil.copytree(ROUTES, tmp_path / "alert_routes")
    people = ops_data / "people.yaml"
    people.write_text(people.read_text().replace("slack: U1", "slak: U1"))
    (tmp_path / "candlefish.db").touch()
    app = replace(APP, scopes=tuple(scope for scope in APP.scopes if scope != "usergroups:read"))
    with SlackTwin(app=app, clock=lambda: time.time() - 60) as slack:
        forgetful = {
            "CANDLEFISH_SLACK_BOT_TOKEN": app.bot_token,
            "CANDLEFISH_SLACK_API_URL": slack.api_url,
            "CANDLEFISH_SLACK_CHANNEL": "#general",
            "CANDLEFISH_ROUTES_DIR": str(ops_data),
        }
        with candlefish(tmp_path, forgetful) as bot:
            ada = Terminal(environ=bot.environ, folder=tmp_path)
            found = ada.data("doctor", status=1)
            strange = ada.data("doctor", status=1, CANDLEFISH_SLACK_BOT_TOKEN="xoxb-of-another")
    says = {one["name"]: one["says"] for one in found}
    assert "s off Slack's; at 300 s every request is refused" in says["clock"]
    assert "usergroups:read" in says["slack scopes"]
    assert "people.yaml:6: ada: unknown key slak" in says["ops data"]
    assert fixes(found, "bad") == {
        "database": "candlefish migrate",
        "ops data": "`candlefish check` lists all.",
        "slack scopes": (
            "Add them under OAuth & Permissions, or by `candlefish init`'s manifest; reinstall."
        ),
        "clock": "Synchronise it: `timedatectl set-ntp true`.",
        "slack channel": "Invite the bot: `/invite @candlefish` in #general.",
        "slack signing secret": (
            "Set CANDLEFISH_SLACK_SIGNING_SECRETS (Basic Information, App Credentials)."
        ),
    }
    assert set(fixes(found, "off")) == {
        "alertmanager", "alertmanager webhook", "prometheus", "pagerduty webhook",
    }  # fmt: skip
    wrong = "Set CANDLEFISH_SLACK_BOT_TOKEN to the xoxb- token (OAuth & Permissions)."
    assert fixes(strange, "bad")["slack token"] == wrong


def fixes(found: list[dict[str, str]], result: str) -> dict[str, str]:
    return {one["name"]: one["fix"] for one in found if one["result"] == result}
