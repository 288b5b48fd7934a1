"""Which incident an operation belongs to: at hand, open on its components, or a new one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.incidents.declare import declared
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.routing import route
from bot.domain.operations.plan import Kind
from bot.domain.operations.scope import operable
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.severity import CATEGORY_OF, Severity
from bot.store import incidents


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
        return min(standing, key=lambda one: (one.severity.rank, one.id))
    about = ", ".join(components) or environment
    labels = {
        "component": components[0] if len(components) == 1 else "",
        "environment": environment,
        "severity": CATEGORY_OF[Severity.SEV3].value,
    }
    routed = route(catalogue, labels)
    number = incidents.next_number(tx)
    title = f"{kind.capitalize()} of {about}"
    change = declared(number, title, Severity.SEV3, routed, actor=actor, now=now)
    incidents.apply(tx, [change])
    incidents.used_numbers(tx, number, number + 1)
    return change.incident
