"""A bot's inbox for tests: alerts arrive, incidents stand, and every count is proved each time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.domain.incidents.alert import Alert, Status
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import Kind as Told
from bot.domain.ops_data.component import Component, Kind, neighbours
from bot.domain.ops_data.route import Route, Settings, index
from bot.flows.intake.placing import receive_all
from bot.store import incidents, tables
from bot.store.database import Database
from tests.flows.cards.desk import CATALOGUE, START, Desk, opened


def _part(name: str, *needs: str, pagerduty: str = "") -> Component:
    return Component(
        name=name,
        kind=Kind.KUBERNETES,
        environments=("production",),
        depends_on=needs,
        pagerduty=pagerduty,
    )


# web needs api needs docs needs disk: disk is three hops from web.
PARTS = {
    one.name: one
    for one in (
        _part("web", "api"),
        _part("api", "docs", pagerduty="PAPI"),
        _part("docs", "disk"),
        _part("disk"),
        _part("mail"),
    )
}
_SETTINGS = Settings(runbook="UnknownAlert", ladder="default")
_WATCHDOG = Route(
    name="watchdog",
    path="default/watchdog",
    line=2,
    settings=replace(_SETTINGS, incident=False),
    equals={"alertname": frozenset({"Watchdog"})},
)
PARTS_CATALOGUE = replace(
    CATALOGUE,
    components=PARTS,
    neighbours=neighbours(PARTS),
    component_aliases={},
    routes=Route(
        name="default",
        path="default",
        line=1,
        settings=_SETTINGS,
        children=(_WATCHDOG,),
        by_alertname=index([_WATCHDOG]),
    ),
)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def firing(
    name: str = "Down",
    on: str = "api",
    *,
    at: float | None = 0,
    group: str | None = None,
    said: dict[str, str] | None = None,
    **labels: str,
) -> Alert:
    """`at` is the minute of its start; its group is one per name and part, unless told."""
    carried = {"alertname": name, **({"component": on} if on else {}), **labels}
    return Alert(
        source="alertmanager",
        fingerprint="-".join(carried.values()),
        status=Status.FIRING,
        labels=carried,
        annotations=said or {},
        starts_at=None if at is None else minute(at),
        group_key=f'{{}}:{{alertname="{name}", component="{on}"}}' if group is None else group,
    )


def resolved(alert: Alert, *, at: float | None) -> Alert:
    ends = None if at is None else minute(at)
    return replace(alert, status=Status.RESOLVED, ends_at=ends)


@dataclass(kw_only=True)
class Inbox:
    desk: Desk

    @property
    def db(self) -> Database:
        return self.desk.db

    def hear(self, *alerts: Alert, at: float | None = None) -> list[int]:
        """One delivery in its own batch, arriving at that minute: the incidents it is about."""
        return self.hear_all([alerts], at=at)[0]

    def hear_all(
        self, deliveries: Sequence[Sequence[Alert]], *, at: float | None = None
    ) -> list[list[int]]:
        if at is not None:
            self.desk.at = minute(at)
        before = self._versions()
        with self.db.write() as tx:
            _, touched = receive_all(tx, deliveries, self.desk.catalogue, self.desk.at)
        self._prove_versions(before)
        self.prove()
        return touched

    def incident(self, number: int) -> Incident:
        return self.desk.incident(f"INC-{number}")

    def states(self) -> dict[int, str]:
        with self.db.read() as tx:
            rows = tx.execute(select(tables.incidents.c.id, tables.incidents.c.state))
            return {row.id: row.state for row in rows}

    def kinds(self, number: int) -> list[Told]:
        return [entry.kind for entry in self.desk.story(f"INC-{number}")]

    def texts(self, number: int) -> str:
        return "\n".join(entry.text for entry in self.desk.story(f"INC-{number}"))

    def episodes(self, fingerprint: str) -> list[tuple[object, ...]]:
        """(status, start, end), the oldest first."""
        columns = tables.alerts.c
        statement = select(columns.status, columns.starts_at, columns.ends_at)
        with self.db.read() as tx:
            rows = tx.execute(
                statement.where(columns.fingerprint == fingerprint).order_by(columns.id)
            )
            return [(row.status, _at(row.starts_at), _at(row.ends_at)) for row in rows]

    def prove(self) -> None:
        """Each incident counts its alerts exactly; each alert has one newest, one open episode."""
        with self.db.read() as tx:
            rows = tx.execute(select(tables.alerts)).all()
            numbers = list(tx.execute(select(tables.incidents.c.id)).scalars())
            found = incidents.by_numbers(tx, numbers)
        keys = [row.current_key for row in rows if row.current_key]
        told = {f"{row.source}:{row.fingerprint}" for row in rows}
        assert sorted(keys) == sorted(told)
        open_ones = [row for row in rows if row.ends_at is None]
        assert all(row.current_key for row in open_ones)
        assert {row.status for row in open_ones} <= {"firing"}
        for number, incident in found.items():
            mine = [row for row in rows if row.incident_id == number]
            fires = {row.fingerprint for row in mine if row.ends_at is None}
            assert incident.alerts_firing == len(fires), incident.name
            if incident.merged_into is None:
                assert incident.alerts_total == len({row.fingerprint for row in mine})

    def _versions(self) -> dict[int, tuple[int, int]]:
        with self.db.read() as tx:
            numbers = list(tx.execute(select(tables.incidents.c.id)).scalars())
            found = incidents.by_numbers(tx, numbers)
            lines = tx.execute(select(tables.entries.c.incident_id)).scalars().all()
        return {number: (one.version, lines.count(number)) for number, one in found.items()}

    def _prove_versions(self, before: dict[int, tuple[int, int]]) -> None:
        """Nothing is told of an incident without its version growing, and the other way round."""
        for number, (version, lines) in self._versions().items():
            earlier, told = before.get(number, (0, 0))
            assert (version > earlier) == (lines > told), f"INC-{number}"


def _at(stored: int | None) -> datetime | None:
    return None if stored is None else datetime.fromtimestamp(stored / 1e6, tz=START.tzinfo)


@contextmanager
def inbox_at(url: str) -> Iterator[Inbox]:
    with opened(url, catalogue=PARTS_CATALOGUE) as desk:
        yield Inbox(desk=desk)
