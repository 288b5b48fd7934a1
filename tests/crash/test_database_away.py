"""The database goes away under a serving bot: all are told to come again, and nothing is lost."""

import hmac
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random

import httpx

from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers.candlefish import Candlefish
from sandbox.slack.server import SlackTwin
from tests.crash.board import FAST, prove, tell
from tests.crash.patience import until
from tests.crash.postgres_away import leaving
from tests.crash.proof import prove_database
from tests.crash.sender import stream
from tests.seed import seed
from tests.serving import PAGERDUTY_SECRET, TOKEN, Api, serving, token

RESTARTS = 2
RETRY_WORDS = "try again"


def _webhook(bot: Candlefish, service: str) -> httpx.Response:
    alert = {"labels": {"alertname": "Down", "service": service}, "fingerprint": service}
    return httpx.post(
        f"{bot.url}/webhooks/alertmanager", json={"alerts": [alert]}, timeout=30, verify=False,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip


def _pagerduty(bot: Candlefish) -> httpx.Response:
    data = {"id": "P1", "title": "Down", "created_at": "2026-11-20T10:00:00Z"}
    event = {"id": "01A", "event_type": "incident.triggered", "data": data}
    body = json.dumps({"event": {**event, "occurred_at": datetime.now(UTC).isoformat()}}).encode()
    digest = hmac.new(PAGERDUTY_SECRET.encode(), body, sha256).hexdigest()
    headers = {"X-PagerDuty-Signature": f"v1={digest}"}
    url = f"{bot.url}/webhooks/pagerduty"
    return httpx.post(url, content=body, headers=headers, timeout=30, verify=False)


def _page(bot: Candlefish) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token(bot.folder)}"}
    return httpx.get(f"{bot.url}/incidents", headers=headers, timeout=30, verify=False)


def _no_faults(bot: Candlefish) -> None:
    told = [json.loads(line) for line in bot.log.read_text().splitlines()]
    assert [one for one in told if "exception" in one] == []


def test_a_postgresql_that_stops_is_waited_for_and_nothing_accepted_is_lost(
    postgres_server: object, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        database = stack.enter_context(leaving())
        url = database.server.create("candlefish")
        with closing(Database(url)) as empty:
            migrate(empty)
        slack = stack.enter_context(SlackTwin(rates=FAST))
        bot = stack.enter_context(serving(tmp_path, url, slack=slack))
        api = Api(bot=bot)
        tell(bot.port, "before")
        prove(slack, url, bot.url, count=1)

        database.stop()
        refused = _webhook(bot, "during")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert "does not answer" in refused.json()["error"]
        assert api.ask("GET", "/incidents").status_code == 503
        assert _page(bot).status_code == 503
        assert _pagerduty(bot).status_code == 503
        said = slack.command("U1", "/candlefish incident ack INC-1").text
        assert "The database does not answer." in said
        assert RETRY_WORDS in said.lower()
        assert not bot.ready()

        waiting = threading.Thread(target=tell, args=(bot.port, "during"), daemon=True)
        waiting.start()
        database.start()
        waiting.join(60)
        assert not waiting.is_alive()
        until(bot.ready, "it is ready again by itself")
        prove(slack, url, bot.url, count=2)
        found = sorted(one["component"] for one in api.every("/incidents"))
        assert found == ["before", "during"]
        assert "INC-1" in slack.command("U1", "/candlefish incident show INC-1").text
        _no_faults(bot)


def test_a_postgresql_that_restarts_under_a_stream_of_webhooks_keeps_what_was_answered(
    postgres_server: object, tmp_path: Path
) -> None:
    rng = Random(seed(whole=False))
    with leaving() as database:
        url = database.server.create("candlefish")
        with closing(Database(url)) as empty:
            migrate(empty)
        with serving(tmp_path, url) as bot:

            def restarts() -> None:
                for _ in range(RESTARTS):
                    until(bot.ready, "it is ready")
                    database.stop()
                    until(lambda: not bot.ready(), "it says that it is not")
                    database.start()

            lanes = stream(bot.port, rng, restarts)
            services = [service for lane in lanes for service in lane.services]
            prove_database(url, services)
            _no_faults(bot)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_sqlite_that_somebody_holds_refuses_writes_in_words_and_still_reads(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/candlefish.db"
    with SlackTwin(rates=FAST) as slack, serving(tmp_path, url, slack=slack) as bot:
        api = Api(bot=bot)
        tell(bot.port, "before")
        prove(slack, url, bot.url, count=1)
        with _locked(tmp_path / "candlefish.db"):
            refused = _webhook(bot, "during")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            assert "does not answer" in refused.json()["error"]
            assert (api.ask("GET", "/incidents").status_code, _page(bot).status_code) == (200, 200)
            answer = api.say('note INC-1 "seen"').json()
            assert answer["status"] == 3
            assert RETRY_WORDS in answer["text"].lower()
            shown = slack.command("U1", "/candlefish incident ack INC-1")
            assert (shown.answer.trouble, RETRY_WORDS in shown.text.lower()) == ("", True)
            assert not bot.ready()
        until(bot.ready, "it is ready again by itself")
        tell(bot.port, "during")
        prove(slack, url, bot.url, count=2)
        assert api.get("/incidents/INC-1")["state"] == "open"
        _no_faults(bot)
