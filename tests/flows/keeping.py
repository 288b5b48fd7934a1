"""Incidents that an operation may keep open: what fires in them ends, the clock turns."""

from bot.domain.incidents.timeline import Kind
from bot.domain.operations import operating
from bot.domain.operations.operation import Operation, State
from bot.flows.clock import Clock
from tests.flows.cards.desk import alert
from tests.flows.operations.office import Office

ON = {"environment": "production", "component": "graphql-api"}


def quiets(office: Office) -> None:
    """What fired ends."""
    office.later(minutes=1)
    office.desk.tell(alert("Down", resolved=office.at, **ON))


def ticks(office: Office) -> None:
    """The clock's loop turns once, a second later."""
    office.later(seconds=1)
    clock = Clock(office.db, lambda: office.at, lambda: None)
    clock.turn()
    clock.stop()


def ends(office: Office, one: Operation, state: State = State.SUCCEEDED) -> None:
    office.record.keep(one.id, lambda _, found: operating.ended(found, state, "done", office.at))


def kept(office: Office, number: int) -> list[str]:
    story = office.desk.story(f"INC-{number}")
    return [entry.text for entry in story if entry.kind is Kind.KEPT_OPEN]
