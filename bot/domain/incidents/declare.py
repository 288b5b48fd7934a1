"""An incident that a person opened, before or without any alert."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.incidents.incident import Change, Incident, Reason
from bot.domain.incidents.receive import TITLE_LENGTH
from bot.domain.incidents.routing import Routed
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.severity import CATEGORY_OF, Severity

_SUMMARY_LENGTH = 500
# What the story of an incident that an operation declared begins with: see store/occasions.py.
OCCASION: Mapping[str, object] = {"occasion": True}


def hand_key(number: int) -> str:
    """The open key of an incident that a person opened, split off or reopened.

    Its own number makes it unique, and keys of alert groups begin with a digest, never so.
    """
    return f"by-hand/{number}"


def declared(
    number: int, title: str, severity: Severity, routed: Routed, *, actor: str, now: datetime,
    reason: Reason = Reason.DECLARED,
) -> Change:  # fmt: skip
    """`routed` says what the catalogue knows: component, environment, runbook and ladder."""
    title = " ".join(title.split())
    cut = len(title) > TITLE_LENGTH
    incident = Incident(
        id=number,
        severity=severity,
        category=CATEGORY_OF[severity],
        title=f"{title[: TITLE_LENGTH - 1].rstrip()}…" if cut else title,
        summary=title[:_SUMMARY_LENGTH] if cut else "",
        component=routed.component,
        environment=routed.environment,
        runbook=routed.runbook,
        ladder=routed.ladder,
        open_key=hand_key(number),
        opened_at=now,
        started_at=now,
        newest_started_at=now,
    )
    entry = Entry(
        incident=number,
        at=now,
        kind=Kind.OPENED,
        actor=actor,
        text=f"{reason}: {title}",
        data={"severity": severity.value, **(OCCASION if reason is Reason.FOR_OPERATION else {})},
    )
    return Change(incident=incident, decided_on=0, reason=reason, entries=(entry,))
