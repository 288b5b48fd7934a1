"""Whatever arrives in whatever order, and whatever people do meanwhile, every count stays exact.

The naive model knows one thing: the alerts' own times decide which of them fire.
"""

from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update

from bot.domain.incidents.alert import Alert, Status
from bot.flows.clock import Clock
from bot.store import tables
from tests.flows.inbox import Inbox, firing, inbox_at, minute, resolved

_PARTS = ("api", "docs", "mail", "")
_WIPED = ("entries", "holders", "alerts", "incidents", "leases", "seen")
_times = st.integers(min_value=0, max_value=90)


@st.composite
def told(draw: st.DrawFn) -> Alert:
    alert = firing(
        draw(st.sampled_from(("A", "B", "Watchdog"))),
        on=draw(st.sampled_from(_PARTS)),
        group=draw(st.sampled_from(("g", "h", ""))),
        at=draw(_times),
        severity=draw(st.sampled_from(("critical", "warning"))),
    )
    if draw(st.booleans()):
        return alert
    started = (alert.starts_at or minute(0)) - minute(0)
    return resolved(alert, at=started.total_seconds() / 60 + draw(st.integers(0, 20)))


class History(RuleBasedStateMachine):
    inbox: ClassVar[Inbox]

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, tuple[datetime, datetime | None]] = {}
        self.now = 0
        with self.inbox.db.write() as tx:
            for name in _WIPED:
                tx.execute(delete(tables.metadata.tables[name]))
            tx.execute(update(tables.counters).values(value=0))

    @rule(deliveries=st.lists(st.lists(told(), min_size=1, max_size=4), min_size=1, max_size=3))
    def alerts_arrive(self, deliveries: list[list[Alert]]) -> None:
        self.inbox.hear_all(deliveries, at=self.now)
        for delivery in deliveries:
            for alert in delivery:
                self._hear(alert)

    @rule(minutes=st.integers(min_value=1, max_value=40))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes
        self.inbox.desk.at = minute(self.now)
        clock = Clock(self.inbox.db, lambda: minute(self.now), lambda: None)
        clock.turn()
        clock.stop()

    @rule(
        words=st.sampled_from(
            (
                "resolve INC-1", "resolve INC-2", "reopen INC-1", "ack INC-2", "reopen INC-2",
                "incident merge INC-1 INC-2", "incident merge INC-3 INC-1",
                "incident split INC-1 A", "incident split INC-2 B", "incident split INC-3 A",
                "incident severity sev4 INC-1",
            )
        )
    )  # fmt: skip
    def somebody_asks(self, words: str) -> None:
        assert self.inbox.desk.ask(words).status in (0, 1, 2)  # it may be refused, never lost

    @invariant()
    def every_count_is_exact(self) -> None:
        self.inbox.prove()

    @invariant()
    def what_fires_is_what_the_times_say(self) -> None:
        columns = tables.alerts.c
        with self.inbox.db.read() as tx:
            open_ones = select(columns.fingerprint).where(columns.ends_at.is_(None))
            fires = set(tx.execute(open_ones).scalars())
        assert fires == {name for name, (_, ends) in self.model.items() if ends is None}

    def _hear(self, alert: Alert) -> None:
        known = self.model.get(alert.fingerprint)
        starts = alert.starts_at or minute(self.now)
        if alert.status is Status.FIRING:
            if known is None or self._begins(starts, *known, alert):
                self.model[alert.fingerprint] = (starts, None)
            return
        ends = alert.ends_at or minute(self.now)
        is_open = known is not None and known[1] is None and ends >= known[0]
        later = known is not None and known[1] is not None and starts > known[1]
        if known is None or later:
            self.model[alert.fingerprint] = (starts, ends)
        elif is_open:
            self.model[alert.fingerprint] = (known[0], ends)

    def _begins(
        self, starts: datetime, began: datetime, ended: datetime | None, alert: Alert
    ) -> bool:
        """Asks the store where only it knows: whether a person resolved the incident."""
        if ended is not None:
            return starts > ended
        if starts <= began:
            return False
        return self.inbox.episodes(alert.fingerprint)[-1][1] == alert.starts_at


def _run(url: str, *, examples: int) -> None:
    with inbox_at(url) as inbox:
        History.inbox = inbox
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=examples,
                stateful_step_count=12,
                deadline=None,
                derandomize=examples < 100,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_every_count_is_exact(migrated_url: str) -> None:
    _run(migrated_url, examples=8)


@pytest.mark.long
def test_every_count_is_exact_in_many_histories(migrated_url: str) -> None:
    _run(migrated_url, examples=300)
