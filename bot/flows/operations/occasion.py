"""Which incident an operation belongs to: at hand, open on its components, or a new one.

A new one is only there for the operation, and ends with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.incidents.declare import declared
from bot.domain.incidents.incident import Incident, Reason, State
from bot.domain.incidents.life import resolve
from bot.domain.incidents.routing import route
from bot.domain.incidents.timeline import BOT
from bot.domain.operations.operation import Operation
from bot.domain.operations.operation import State as Progress
from bot.domain.operations.plan import Kind
from bot.domain.operations.scope import operable
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.severity import CATEGORY_OF, Severity
from bot.store import alerts, incidents, occasions, operations
from bot.store.database import Database

_FLICKERS = timedelta(minutes=15)


def incident_for(
    tx: Connection, catalogue: Catalogue, *, kind: Kind, environment: str,
    components: Sequence[str], at_hand: Incident | None, actor: str, now: datetime,
) -> Incident:  # fmt: skip
    """So that every operation has a card and a timeline."""
    if at_hand is not None and at_hand.is_open:
        return at_hand
    parts = catalogue.components.values()
    wanted = components or [one.name for one in parts if operable(one, environment)]
    standing = incidents.open_on(tx, environment, wanted)
    if standing:
        # Of several the newest is what it is asked for: an old one was lived with until now.
        mere = occasions.among(tx, [one.id for one in standing])
        return min(standing, key=lambda one: (one.id in mere, one.severity.rank, -one.id))
    about = ", ".join(components) or environment
    labels = {
        "component": components[0] if len(components) == 1 else "",
        "environment": environment,
        "severity": CATEGORY_OF[Severity.SEV3].value,
    }
    routed = route(catalogue, labels)
    number = incidents.next_number(tx)
    title = f"{kind.capitalize()} of {about}"
    change = declared(
        number, title, Severity.SEV3, routed,
        actor=actor, now=now, reason=Reason.FOR_OPERATION,
    )  # fmt: skip
    incidents.apply(tx, [change])
    incidents.used_numbers(tx, number, number + 1)
    return change.incident


def trouble_of(db: Database, operation: Operation) -> datetime:
    """When the trouble of its incident began, or when it was asked for."""
    with db.read() as tx:
        incident = incidents.find(tx, operation.incident)
        return trouble_since(tx, [incident] if incident else [], operation.requested_at)


def trouble_since(tx: Connection, among: Sequence[Incident], at: datetime) -> datetime:
    """When what troubled at that time had begun; `at` itself where nothing did.

    By the alerts that fired then: an incident may have been open for something else long before,
    or have been reopened, and what served well in between is no suspect. Those that ended shortly
    before count where none fired: that an alert flickered may be told late.
    """
    mere = occasions.among(tx, [one.id for one in among])
    return min([at, *(_since(tx, one, at) for one in among if one.id not in mere)])


def _since(tx: Connection, one: Incident, at: datetime) -> datetime:
    """By what fired then, or right before the last of it ended; else as the incident says."""
    if firing := alerts.fired_since(tx, one.id, at):
        return firing
    ended = alerts.last_ended(tx, one.id, at)
    if ended is None:
        return one.started_at
    if at - ended > _FLICKERS:
        return at
    return alerts.fired_since(tx, one.id, ended - timedelta.resolution) or ended


def end_with(tx: Connection, operation: Operation, now: datetime) -> None:
    """Resolves what was declared for operations alone, once the last of them is over.

    Not what somebody acknowledged or said a word on: that is theirs to end. And not where one got
    stuck: whoever closed it took the platform as it is, not as it should be.
    """
    if not _rests(operation):
        return
    found = incidents.find(tx, operation.incident, lock=True)
    if found is None or found.state is not State.OPEN or not occasions.among(tx, [found.id]):
        return
    unsettled = any(not _rests(one) for one in operations.all_of_incident(tx, found.id))
    if unsettled or occasions.taken_up(tx, found.id):
        return
    why = Reason.OCCASION_OVER
    incidents.apply(tx, [resolve(found, BOT, now, note=why.value, reason=why)])


def _rests(operation: Operation) -> bool:
    return operation.closed_at is not None and operation.state is not Progress.STUCK
