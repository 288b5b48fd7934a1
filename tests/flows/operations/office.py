"""Operations as rows of a real database, with people who decide and a planner that is told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.domain.incidents.incident import Incident
from bot.domain.operations import operating
from bot.domain.operations.check import Check
from bot.domain.operations.operation import HOLDING, Operation, Progress, State
from bot.domain.operations.plan import Plan
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.standing import Asker
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations import deciding
from bot.flows.operations.journal import StepJournal
from bot.flows.operations.record import Record
from bot.store import duties, freezes, locks, operations, steps, tables
from bot.store.database import Database
from bot.store.duties import Duty
from bot.store.freezes import Freeze
from tests.catalogue.desk import Desk as Sheets
from tests.domain.operations.made import operation
from tests.flows.cards.desk import Desk

_ROOT = Path(__file__).parents[3]
SHIPPED = Sheets(routes=_ROOT / "alert_routes", runbooks=_ROOT / "runbooks").load()
ADA, GRACE, LINUS = "slack:U1", "slack:U2", "slack:U3"
_ROLES = {ADA: Role.OPERATOR, GRACE: Role.OPERATOR, LINUS: Role.RESPONDER}
_NAMES = {ADA: "ada", GRACE: "grace", LINUS: "linus"}


def asker(actor: str) -> Asker:
    return Asker(actor=actor, known_as=_NAMES[actor], roles=frozenset({_ROLES[actor]}))


@dataclass(kw_only=True)
class Office:
    """`at` is the time of everybody in it."""

    db: Database
    desk: Desk
    changes: int = 0

    @property
    def at(self) -> datetime:
        return self.desk.at

    def later(self, **much: float) -> datetime:
        self.desk.at += timedelta(**much)
        return self.desk.at

    @property
    def catalogue(self) -> Catalogue:
        return self.desk.catalogue

    @property
    def record(self) -> Record:
        def changed() -> None:
            self.changes += 1

        return Record(db=self.db, now=lambda: self.at, changed=changed)

    def policy(self, **fields: Any) -> None:
        policy = replace(self.catalogue.policy, **fields)
        self.desk.catalogue = replace(self.catalogue, policy=policy)

    def incident(self, **labels: str) -> int:
        """Of nothing in particular, or one that fires on a component."""
        if labels:
            name = self.desk.fire("Down", environment="production", **labels)
        else:
            name = self.desk.api('incident declare "something"').data["id"]
        return int(str(name).removeprefix("INC-"))

    def add(self, state: State = State.AWAITING_APPROVAL, **fields: Any) -> Operation:
        """With its incident, the rows of its steps, and its locks where it holds them."""
        with self.db.write() as tx:
            number = operations.next_number(tx)
        said: dict[str, Any] = {
            "id": number,
            "requested_by": ADA,
            "requested_at": self.at,
            "run": int(state is not State.AWAITING_APPROVAL),
            **fields,
        }
        if "incident" not in said:
            said["incident"] = self.incident()
        one = operation(state, **said)
        with self.db.write() as tx:
            operations.add(tx, one)
            if one.plan:
                steps.lay_out(tx, one.id, operating.waiting(one.plan.steps))
            if state in HOLDING or state is State.STUCK:
                locks.take(tx, one.id, one.environment, one.components, self.at)
        return self.find(one.id)

    def find(self, number: int) -> Operation:
        return self.record.find(number)

    def rows(self, number: int) -> dict[str, Progress]:
        with self.db.read() as tx:
            return {row.name: row for row in steps.of_operation(tx, number)}

    def held(self) -> dict[str, int]:
        with self.db.read() as tx:
            return {row.component: row.operation_id for row in tx.execute(select(tables.locks))}

    def calls(self) -> list[Any]:
        with self.db.read() as tx:
            return list(tx.execute(select(tables.calls).order_by(tables.calls.c.wanted_at)))

    def duties(self) -> list[Any]:
        with self.db.read() as tx:
            return list(tx.execute(select(tables.duties).order_by(tables.duties.c.id)))

    def due(self) -> list[Duty]:
        with self.db.read() as tx:
            return duties.due(tx, self.at)

    def frozen(self) -> list[Freeze]:
        with self.db.read() as tx:
            return freezes.standing(tx)

    def story(self, incident: int) -> list[str]:
        return [entry.text for entry in self.desk.story(f"INC-{incident}")]

    def told(self, incident: int) -> Incident:
        return self.desk.incident(f"INC-{incident}")

    def say(self, text: str, by: str = ADA) -> Reply:
        return self.desk.asking.answer(
            Asked(text=text, actor=f"cli:{_NAMES[by]}", surface=Surface.API, role=_ROLES[by].value)
        )

    def approve(self, number: int, by: str = GRACE, plan_hash: str | None = None) -> Operation:
        said = self.find(number).plan_hash if plan_hash is None else plan_hash
        with self.db.write() as tx:
            return deciding.approve(
                tx, self.catalogue, number, who=asker(by), plan_hash=said or "", now=self.at
            )

    def journal(self, one: Operation, name: str, *, undo: bool = False) -> StepJournal:
        step = next(each for each in one.plan.steps if each.name == name)  # type: ignore[union-attr]  # it has a plan
        return StepJournal(
            record=self.record,
            operation=one.id,
            row=f"undo {name}" if undo else name,
            step=step,
            policy=self.catalogue.policy,
            undo=undo,
        )

    def does(self, one: Operation, name: str, ending: Ending = Ending.DONE) -> None:
        """A step from its intent to its outcome."""
        journal = self.journal(one, name)
        journal.open()
        journal.close(Outcome(ending=ending, seen=f"{name}: {ending}"))


@dataclass(kw_only=True)
class Drawn:
    """A planner that answers what it is told, one answer after the other, the last one forever."""

    plans: list[Plan | Exception] = field(default_factory=list)
    found: Sequence[Check] = ()
    meanwhile: Callable[[], object] = lambda: None
    asked: int = 0

    def plan(self, operation: Operation) -> Plan:
        self.asked += 1
        self.meanwhile()
        answer = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def checks(self, operation: Operation, plan: Plan) -> tuple[Check, ...]:
        return tuple(self.found)

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        return [{"component": leg.component} for leg in plan.legs]


@contextmanager
def opened(url: str) -> Iterator[Office]:
    db = Database(url)
    try:
        yield Office(db=db, desk=Desk(db=db, catalogue=SHIPPED))
    finally:
        db.close()
