"""A card loop on a database and the Slack twin, with one clock for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.slack import SlackChat
from bot.cards.incident import card
from bot.catalogue.load import load
from bot.domain.incidents.incident import Change, Incident, Reason
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.severity import CATEGORY_OF, Severity
from bot.flows.cards.card_loop import CardLoop
from bot.flows.cards.card_view import look
from bot.flows.leader import Leader
from bot.secret import Secret
from bot.store import incidents
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.slack.server import SlackTwin

ROOT = Path(__file__).parents[3]
BASE_URL = "https://bot.candlefish.example"
START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Stage:
    db: Database
    slack: SlackTwin
    clock: Clock
    catalogue: Catalogue
    loop: CardLoop = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, owner: str = "one") -> CardLoop:
        """The loop as a new process has it."""
        self.loop = CardLoop(
            db=self.db,
            chat=self.chat(),
            catalogue=lambda: self.catalogue,
            now=self.clock.now,
            channel="#ops-emergency",
            base_url=BASE_URL,
            leader=Leader(self.db, "cards", self.clock.now, owner),
        )
        return self.loop

    def chat(self) -> SlackChat:
        return SlackChat(Secret(self.slack.bot_token), self.slack.api_url, now=self.clock.now)

    def run(self, seconds: float) -> None:
        """Turns as a Loop makes them, in the clock's own time."""
        end = self.clock.at + timedelta(seconds=seconds)
        while self.clock.at < end:
            pause = self.loop.turn()
            self.clock.forward(min(max(pause, 0.01), (end - self.clock.at).total_seconds()))

    def open(self, number: int, severity: Severity = Severity.SEV2, **fields: Any) -> Incident:
        fields = {"title": f"Broken{number}", "component": "graphql-api"} | fields
        incident = Incident(
            id=number, severity=severity, category=CATEGORY_OF[severity],
            environment="production", open_key=f"key-{number}", opened_at=self.clock.at,
            started_at=self.clock.at, newest_started_at=self.clock.at, **fields,
        )  # fmt: skip
        entry = Entry(incident=number, at=self.clock.at, kind=Kind.OPENED, text="opened")
        self.apply(Change(incident=incident, decided_on=0, reason=Reason.NEW, entries=(entry,)))
        return incident

    def apply(self, *changes: Change) -> None:
        with self.db.write() as tx:
            incidents.apply(tx, changes)

    def incident(self, number: int) -> Incident:
        with self.db.read() as tx:
            return incidents.by_numbers(tx, (number,))[number]

    def wanted(self, number: int) -> list[dict[str, Any]]:
        """The blocks that the incident's state renders."""
        with self.db.read() as tx:
            view = look(tx, self.incident(number), self.catalogue, BASE_URL, self.clock.at)
        return [dict(block) for block in card(view).blocks]

    def shown(self, number: int) -> list[list[dict[str, Any]]]:
        """The blocks of every card of this incident, without the ids that Slack added."""
        return [
            [self._bare(block) for block in found.blocks]
            for found in self.slack.ws.board.top_level("C1")
            if found.metadata and found.metadata["event_payload"]["incident"] == f"INC-{number}"
        ]

    @staticmethod
    def _bare(block: dict[str, Any]) -> dict[str, Any]:
        ours = block.get("block_id", "").startswith("actions:")
        return block if ours else {key: value for key, value in block.items() if key != "block_id"}

    def order(self) -> list[str]:
        """The incidents in the order in which their cards were posted."""
        found = self.slack.ws.board.top_level("C1")
        return [one.metadata["event_payload"]["incident"] for one in found if one.metadata]


@contextmanager
def stage(database_url: str, **twin: Any) -> Iterator[Stage]:
    clock = Clock()
    db = Database(database_url)
    migrate(db)
    catalogue = load(ROOT / "alert_routes", ROOT / "runbooks", default_environment="production")
    with SlackTwin(clock=clock.seconds, **twin) as slack:
        yield Stage(db=db, slack=slack, clock=clock, catalogue=catalogue)
    db.close()
