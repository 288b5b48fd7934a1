"""Gathers what a card shows: the one way from rows to the card's view."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.cards.alerts import ALERTS_SHOWN
from bot.cards.incident import CardView
from bot.cards.mrkdwn import hosts_of
from bot.cards.operation import OperationView
from bot.domain.incidents.incident import Incident
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.operation import HOLDING, Operation, State
from bot.domain.operations.watch import shows_the_way_back
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.releases.lately import changed_lately
from bot.store import alerts, evidence, operations, steps

RESULT_SHOWN = timedelta(minutes=30)
OPERATIONS_SHOWN = 4
_LOOKED_THROUGH = 20
_URGENT = (State.STUCK, State.AWAITING_DECISION)


def look(
    tx: Connection, incident: Incident, catalogue: Catalogue, base_url: str, now: datetime
) -> CardView:
    component = catalogue.components.get(incident.component or "")
    runbook = catalogue.runbooks.get(incident.runbook or "")
    lasts = max(RESULT_SHOWN, catalogue.policy.watch_after)
    configured = [url for one in catalogue.components.values() for url in one.links.values()]
    return CardView(
        incident=incident,
        alerts=alerts.telling(tx, incident.id, ALERTS_SHOWN),
        evidence=evidence.find(tx, incident.id),
        changes=changed_lately(tx, incident, catalogue),
        operations=[
            OperationView(
                operation=one,
                progress=steps.of_operation(tx, one.id),
                leads_back=shows_the_way_back(one, catalogue.policy, now),
            )
            for one in shown(operations.page(tx, _of(incident)), now, lasts)
        ],
        runbook_title=runbook.title if runbook else "",
        links=component.links if component else {},
        people=catalogue.people,
        hosts=hosts_of(configured),
        base_url=base_url.rstrip("/"),
        environment=catalogue.default_environment,
    )


def shown(
    found: Sequence[Operation], now: datetime, lasts: timedelta = RESULT_SHOWN
) -> list[Operation]:
    """Of an incident's operations, the newest first: those that are open, or ended lately.

    What needs a person comes before what runs, and that before what has ended.
    """
    fresh = [one for one in found if one.closed_at is None or now - one.closed_at < lasts]
    return sorted(fresh, key=_urgency)[:OPERATIONS_SHOWN]


def _urgency(one: Operation) -> int:
    if one.closed_at is not None:
        return 3
    return 0 if one.state in _URGENT else 1 if one.state in HOLDING else 2


def _of(incident: Incident) -> OperationFilter:
    return OperationFilter(incident=incident.id, limit=_LOOKED_THROUGH)
