"""Gathers what a card shows: the one way from rows to the card's view."""

from sqlalchemy import Connection

from bot.cards.alerts import ALERTS_SHOWN
from bot.cards.incident import CardView
from bot.cards.mrkdwn import hosts_of
from bot.domain.catalogue import Catalogue
from bot.domain.incident import Incident
from bot.store import alerts, evidence


def look(tx: Connection, incident: Incident, catalogue: Catalogue, base_url: str) -> CardView:
    component = catalogue.components.get(incident.component or "")
    runbook = catalogue.runbooks.get(incident.runbook or "")
    configured = [url for one in catalogue.components.values() for url in one.links.values()]
    return CardView(
        incident=incident,
        alerts=alerts.telling(tx, incident.id, ALERTS_SHOWN),
        evidence=evidence.find(tx, incident.id),
        runbook_title=runbook.title if runbook else "",
        links=component.links if component else {},
        people=catalogue.people,
        hosts=hosts_of(configured),
        base_url=base_url.rstrip("/"),
        environment=catalogue.default_environment,
    )
