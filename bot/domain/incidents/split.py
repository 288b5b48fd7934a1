"""Alerts that turn out to be another problem, moved by hand into an incident of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incidents.alert import Alert, StoredAlert
from bot.domain.incidents.declare import hand_key
from bot.domain.incidents.incident import Change, Incident, Reason, changed
from bot.domain.incidents.life import must_be_open
from bot.domain.incidents.receive import summary_of, telling, title_of
from bot.domain.incidents.routing import Routed
from bot.domain.incidents.timeline import Entry, Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Distinct alerts of an incident."""

    firing: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """An alert that leaves, and what the catalogue says about it."""

    alert: StoredAlert
    routed: Routed

    @property
    def told(self) -> Alert:
        one = self.alert
        return Alert(
            source=one.source,
            fingerprint=one.fingerprint,
            status=one.status,
            labels=one.labels,
            annotations=one.annotations,
        )


def split(
    source: Incident,
    number: int,
    taken: Sequence[Taken],
    *,
    actor: str,
    now: datetime,
    left: Counted,
    moved: Counted,
) -> tuple[Change, Change]:
    """The incident that stays, and the new one."""
    must_be_open(source)
    told = ", ".join(sorted({one.told.name for one in taken}))
    fingerprints = sorted({one.alert.fingerprint for one in taken})
    stays = changed(
        source,
        Reason.BY_HAND,
        Entry(
            incident=source.id,
            at=now,
            kind=Kind.SPLIT,
            actor=actor,
            text=f"{told} moved to INC-{number}",
            data={"into": f"INC-{number}", "alerts": fingerprints},
        ),
        alerts_firing=left.firing,
        alerts_total=left.total,
    )
    opened = Entry(
        incident=number,
        at=now,
        kind=Kind.OPENED,
        actor=actor,
        text=f"split from {source.name}: {told}",
        data={"source": source.name, "alerts": fingerprints},
    )
    goes = _opened(number, taken, now, moved)
    return stays, Change(incident=goes, decided_on=0, reason=Reason.BY_HAND, entries=(opened,))


def _opened(number: int, taken: Sequence[Taken], now: datetime, moved: Counted) -> Incident:
    """Named after the worst of its alerts."""
    worst = min(
        taken, key=lambda one: (one.routed.severity.rank, one.alert.starts_at, one.alert.id)
    )
    return Incident(
        id=number,
        severity=worst.routed.severity,
        severity_text=worst.routed.severity_text,
        category=worst.routed.category,
        title=title_of(worst.told),
        summary=summary_of(worst.told),
        component=worst.routed.component,
        environment=worst.routed.environment,
        labels=telling(worst.told, worst.routed),
        runbook=worst.routed.runbook,
        ladder=worst.routed.ladder,
        open_key=hand_key(number),
        opened_at=now,
        started_at=min(one.alert.starts_at for one in taken),
        newest_started_at=max(one.alert.starts_at for one in taken),
        alerts_firing=moved.firing,
        alerts_total=moved.total,
        changes=(now,),
    )
