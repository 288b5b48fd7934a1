"""The cards in the channel beside the state: one each, and it says what the state renders."""

import json
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

from sqlalchemy import text

from bot.cards.incident import card
from bot.catalogue.watch import Holder
from bot.flows.cards.card_view import look
from bot.settings import Settings
from bot.store import incidents
from bot.store.database import Database
from sandbox.servers.loopback import HOST
from sandbox.slack.message import Message
from sandbox.slack.server import SlackTwin
from tests.crash.patience import until
from tests.crash.sender import deliver

CHANNEL = "#ops-emergency"
FAST = {
    "chat.postMessage": 6000, "chat.update": 6000, "conversations.history": 6000,
    "conversations.replies": 6000, "conversations.list": 6000, "conversations.members": 6000,
    "usergroups.users.list": 6000, "users.info": 6000,
}  # fmt: skip


def tell(port: int, service: str, *, resolved: bool = False, instance: str = "a") -> None:
    """One alert of this service, told until it is answered 200."""
    labels = {"alertname": "Down", "service": service, "severity": "critical", "on": instance}
    alert = {
        "status": "resolved" if resolved else "firing",
        "labels": labels,
        "fingerprint": f"{service}-{instance}",
        "startsAt": "2026-01-01T00:00:00Z",
    }
    body = json.dumps({"groupKey": service, "alerts": [alert]}).encode()
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        deliver([connection], body)


def cards(slack: SlackTwin) -> list[Message]:
    return slack.ws.board.top_level(slack.channel_id(CHANNEL))


def marks(slack: SlackTwin) -> list[str]:
    """Which incident each message at the top of the channel is about, in order."""
    return sorted(str((one.metadata or {})["event_payload"]["incident"]) for one in cards(slack))


def settled(url: str, count: int) -> bool:
    """Whether all these incidents' cards and threads say all that there is to say."""
    with closing(Database(url)) as database, database.read() as tx:
        known = tx.execute(text("SELECT version, shown_version FROM incidents")).all()
        flying = tx.execute(
            text("SELECT count(*) FROM cards WHERE intent_at IS NOT NULL OR card_ts IS NULL")
        ).scalar_one()
        silent = tx.execute(
            text("SELECT count(*) FROM thread_lines WHERE ts IS NULL")
        ).scalar_one()  # fmt: skip
    return len(known) == count and all(one == other for one, other in known) and not flying + silent


def rendered(url: str, base_url: str) -> dict[str, list[dict[str, Any]]]:
    """What each incident's card should say now."""
    settings = Settings.load(None)
    catalogue = Holder(
        settings.routes_dir, settings.runbooks_dir, default_environment=settings.environment
    ).catalogue
    with closing(Database(url)) as database, database.read() as tx:
        numbers = list(tx.execute(text("SELECT id FROM incidents")).scalars())
        found = incidents.by_numbers(tx, numbers).values()
        views = [look(tx, one, catalogue, base_url, datetime.now(UTC)) for one in found]
    return {view.incident.name: [dict(one) for one in card(view).blocks] for view in views}


def shown(slack: SlackTwin) -> dict[str, list[dict[str, Any]]]:
    return {
        str((one.metadata or {})["event_payload"]["incident"]): list(one.sent)
        for one in cards(slack)
    }


def thread_lines(url: str) -> set[str]:
    """Where every line in a thread stands, as the bot knows it."""
    with closing(Database(url)) as database, database.read() as tx:
        return set(tx.execute(text("SELECT ts FROM thread_lines")).scalars())


def replies(slack: SlackTwin) -> list[str]:
    channel = slack.channel_id(CHANNEL)
    return [reply.ts for one in cards(slack) for reply in slack.ws.board.replies(channel, one.ts)]


def prove(slack: SlackTwin, url: str, base_url: str, count: int) -> None:
    """Exactly one card an incident, each equal to the state; no thread line twice."""
    until(lambda: settled(url, count), "every card and thread says all there is to say")
    assert marks(slack) == sorted(f"INC-{number}" for number in range(1, count + 1))
    assert shown(slack) == rendered(url, base_url)
    assert sorted(replies(slack)) == sorted(thread_lines(url))
