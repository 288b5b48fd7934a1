"""What the edges may ask of the bot: each verb opens its own transaction, none waits for a vendor.

The one exception is `open_form`: the trigger of a Slack modal does not wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from bot.catalogue.watch import Holder
from bot.domain.errors import Refused, Unavailable
from bot.domain.fact import Fact
from bot.domain.incidents.alert import Alert, StoredAlert
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.listing import Filter
from bot.domain.incidents.pagerduty import Event
from bot.domain.incidents.timeline import Numbered
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.operation import Operation, Progress
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import person_of
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verbs.reply import Asked, Reply
from bot.flows.asking import Asking
from bot.flows.cards.card_loop import CardLoop
from bot.flows.cards.homes import Homes
from bot.flows.crew import Crew
from bot.flows.intake import pagerduty
from bot.flows.intake.writer import Intake, Receipt
from bot.flows.operations.record import existing
from bot.flows.releases.lately import changed_lately
from bot.health import Health
from bot.measures import Measures
from bot.ports.trouble import Expired
from bot.ports.world import World
from bot.store import alerts, deliveries, entries, evidence, facts, incidents, operations, steps
from bot.store.database import Conflict, Database

TRIES = 5
STUCK_SECONDS = 15


@dataclass(kw_only=True)
class Bot:
    """Its collaborators are put together in `bot.assembly`; `off` names what is switched off."""

    world: World
    db: Database
    holder: Holder
    measures: Measures
    intake: Intake
    crew: Crew
    asking: Asking
    homes: Homes
    cards: CardLoop | None
    off: tuple[str, ...] = ()

    def start(self) -> None:
        self.crew.start()

    def stop(self) -> None:
        """Takes no more, finishes what is under way, lets the next leader lead."""
        self.crew.stop()
        self.db.close()

    def receive(self, new: Sequence[Alert]) -> Future[Receipt]:
        """True after the alerts are on disk; raises, or fails with, `Unavailable`."""
        return self.intake.submit(new)

    def receive_pagerduty(self, event: Event) -> str:
        """What became of the event, in words; raises `Unavailable` where it cannot be stored."""
        for _ in range(TRIES):
            try:
                with self.db.write() as tx:
                    outcome = pagerduty.apply(tx, event, self.catalogue(), self.world.now())
            except Conflict:
                continue
            self.crew.changed()
            return outcome
        raise Unavailable("Other writers were faster, too often.", retry_after=1)

    def command(self, asked: Asked) -> Reply:
        """Every verb, by the table; refusals are answers."""
        return self.asking.answer(asked)

    def seen_before(self, key: str) -> bool:
        """Notes a delivery; True where it was noted before, so that it changes things once."""
        try:
            with self.db.write() as tx:
                return not deliveries.first_time(tx, key, self.world.now())
        except Conflict:
            return True

    def incidents(self, wanted: Filter) -> list[Incident]:
        with self.db.read() as tx:
            return incidents.page(tx, wanted)

    def most_urgent(self, limit: int) -> list[Incident]:
        """Open incidents, the most severe first, then the oldest."""
        with self.db.read() as tx:
            return incidents.most_urgent(tx, limit)

    def incident(self, number: int) -> Incident:
        with self.db.read() as tx:
            found = incidents.find(tx, number)
        if found is None:
            raise Refused(f"There is no INC-{number}.", "`incident list` shows those there are.")
        return found

    def alerts(self, number: int, *, after: int = 0, limit: int = 200) -> list[StoredAlert]:
        with self.db.read() as tx:
            return alerts.of_incident(tx, number, after=after, limit=limit)

    def timeline(self, number: int, *, after: int = 0, limit: int = 200) -> list[Numbered]:
        with self.db.read() as tx:
            return entries.of_incident(tx, number, after=after, limit=limit)

    def latest(self, number: int, limit: int) -> list[Numbered]:
        """The end of the timeline, oldest first."""
        with self.db.read() as tx:
            return entries.latest(tx, number, limit)

    def telling(self, number: int, limit: int) -> list[StoredAlert]:
        """The alerts worth showing first: those that fire, the earliest before the others."""
        with self.db.read() as tx:
            return alerts.telling(tx, number, limit)

    def evidence(self, number: int) -> Sequence[Fact]:
        """What Prometheus says about its component; empty where it was not asked."""
        with self.db.read() as tx:
            return evidence.find(tx, number)

    def changes(self, incident: Incident) -> Sequence[LedgerRelease]:
        """The releases that came shortly before it began, the likeliest cause first."""
        with self.db.read() as tx:
            return changed_lately(tx, incident, self.catalogue())

    def operations(self, wanted: OperationFilter) -> list[Operation]:
        with self.db.read() as tx:
            return operations.page(tx, wanted)

    def operation(self, number: int) -> Operation:
        """Raises `Refused` where there is none."""
        with self.db.read() as tx:
            return existing(tx, number)

    def steps(self, *numbers: int) -> dict[int, list[Progress]]:
        """How far the steps of these operations came."""
        with self.db.read() as tx:
            return {number: steps.of_operation(tx, number) for number in numbers}

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many incidents there are by (state, severity)."""
        with self.db.read() as tx:
            return incidents.counts(tx)

    def revision(self) -> int:
        """Grows with every change of any incident."""
        with self.db.read() as tx:
            return incidents.revision(tx)

    def catalogue(self) -> Catalogue:
        return self.holder.catalogue

    def names(self, actors: Iterable[str]) -> dict[str, str]:
        """How each actor is called here; a stranger keeps the surface's own id."""
        people = self.catalogue().people
        known = {actor: person_of(people, actor) for actor in actors}
        return {
            actor: person.name if person else actor.partition(":")[2] or "Candlefish"
            for actor, person in known.items()
        }

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Raises `Refused` where the click is too old, `Unavailable` without Slack."""
        if self.world.chat is None:
            raise Unavailable("Slack is off.")
        try:
            self.world.chat.open_view(trigger, view)
        except Expired:
            raise Refused("The form came too late.", "Press the button again.") from None

    def team(self) -> str | None:
        """Our Slack workspace's id; `None` where Slack or the database has not told it."""
        try:
            with self.db.read() as tx:
                return facts.find(tx, facts.SLACK_TEAM)
        except Unavailable:
            return None

    def want_home(self, user: str) -> None:
        """Asks for this person's App Home to be drawn; a loop does it."""
        self.homes.want(user)

    def health(self) -> Health:
        why_not = []
        try:
            self.db.check_writable()
        except Unavailable as error:
            why_not.append(f"{error} No alert can be stored.")
        if not self.intake.has_room:
            why_not.append(f"{self.intake.waiting} alerts wait to be stored.")
        ages = self.crew.ages()
        if self.intake.waiting and ages["intake"] > STUCK_SECONDS:
            why_not.append(f"The intake has stored nothing for {ages['intake']:.0f} s.")
        broken = tuple(str(problem) for problem in self.holder.broken)
        return Health(
            why_not=tuple(why_not),
            notes=(*self.off, *self.crew.problems()),
            alerts_waiting=self.intake.waiting,
            loops=ages,
            loop_failures=self.crew.failures(),
            cards_waiting_seconds=self.cards.lag() if self.cards else 0.0,
            ops_data_problems=broken,
        )
