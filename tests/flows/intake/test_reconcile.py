"""An alert that ends while it is silenced still ends its incident; nothing else does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.adapters.alertmanager import Alertmanager
from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents.alert import Alert
from bot.domain.incidents.reconcile import WHY, Listed
from bot.domain.incidents.timeline import Kind
from bot.flows.intake.reconcile import Reconcile
from bot.flows.intake.writer import Intake
from bot.flows.leader import Leader
from bot.ports.silences import Firing, Silence
from tests.flows.inbox import Inbox, firing, inbox_at, minute, resolved


@dataclass
class Vendor:
    """An Alertmanager that has been up for long, and has what a test puts into it."""

    has: tuple[Alert, ...] = ()
    trouble: Exception | None = None

    def listed(self) -> Listed:
        if self.trouble:
            raise self.trouble
        return Listed(
            fingerprints=frozenset(one.fingerprint for one in self.has),
            up_since=minute(-999),
            up_for=timedelta(minutes=999),
        )


@dataclass
class Watched:
    """The loop and the intake it submits to, turned by hand."""

    inbox: Inbox
    loop: Reconcile
    intake: Intake

    def look(self, at: float) -> None:
        self.inbox.desk.at = minute(at)
        self.loop.turn()
        while self.intake.waiting:
            self.intake.turn()
        self.inbox.prove()


def watched(inbox: Inbox, vendor: Firing, owner: str = "one") -> Watched:
    def now() -> datetime:
        return inbox.desk.at

    intake = Intake(
        inbox.db, lambda: inbox.desk.catalogue, now, lambda: None, lambda alerts, seconds: None
    )
    leader = Leader(inbox.db, "reconcile", now, owner)
    loop = Reconcile(db=inbox.db, vendor=vendor, submit=intake.submit, now=now, leader=leader)
    return Watched(inbox, loop, intake)


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with inbox_at(migrated_url) as one:
        yield one


def test_what_it_no_longer_has_is_resolved_as_of_when_it_last_had_it(inbox: Inbox) -> None:
    down, slow = firing(), firing("Slow", on="mail")
    inbox.hear(down, slow)
    vendor = Vendor(has=(down, slow))
    watch = watched(inbox, vendor)
    watch.look(1)
    vendor.has = (slow,)
    watch.look(1.5)
    assert inbox.states() == {1: "open", 2: "open"}

    watch.look(2)

    assert inbox.states() == {1: "resolved", 2: "open"}
    assert inbox.episodes(down.fingerprint) == [("resolved", minute(0), minute(1))]
    assert inbox.kinds(1) == [Kind.OPENED, Kind.ALERT_RESOLVED, Kind.RESOLVED]
    assert f"Down resolved: {WHY}" in inbox.texts(1)


def test_it_is_told_once_also_when_its_sender_tells_it_later(inbox: Inbox) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    watch = watched(inbox, vendor)
    watch.look(1)
    vendor.has = ()
    for at in (2, 3, 4):
        watch.look(at)
    inbox.hear(resolved(firing(), at=1.2), at=5)

    assert inbox.kinds(1).count(Kind.ALERT_RESOLVED) == 1
    assert inbox.hear(firing(at=6), at=6) == [1]
    assert inbox.states() == {1: "open"}


def test_what_it_never_had_is_left_to_its_own_sender(inbox: Inbox) -> None:
    other = replace(firing("Slow", on="mail"), source="pagerduty")
    inbox.hear(firing(), other)
    vendor = Vendor()
    watch = watched(inbox, vendor)
    watch.look(1)
    vendor.has = (other,)  # the same fingerprint, of another source
    watch.look(2)
    vendor.has = ()
    for at in (3, 4, 5):
        watch.look(at)

    assert set(inbox.states().values()) == {"open"}


def test_between_two_looks_it_asks_nothing(inbox: Inbox) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    watch = watched(inbox, vendor)
    watch.look(1)
    vendor.trouble = AssertionError("asked too soon")

    watch.look(1.4)


@pytest.mark.parametrize("trouble", [Unavailable("It is away."), GiveUp("It refused (401).")])
def test_no_answer_ends_nothing_and_is_named(inbox: Inbox, trouble: Exception) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    watch = watched(inbox, vendor)
    watch.look(1)
    vendor.has, vendor.trouble = (), trouble
    for at in (2, 3, 4):
        watch.look(at)
    assert inbox.states() == {1: "open"}
    assert str(trouble) in (watch.loop.problem or "")

    vendor.trouble = None
    watch.look(5)
    assert (inbox.states(), watch.loop.problem) == ({1: "open"}, None)
    watch.look(6)
    assert inbox.states() == {1: "resolved"}


def test_what_the_intake_could_not_take_comes_again(inbox: Inbox) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    watch = watched(inbox, vendor)
    tries: list[int] = []

    def full_at_first(alerts: Sequence[Alert]) -> object:
        tries.append(len(alerts))
        if len(tries) == 1:
            raise Unavailable("Too many alerts wait to be stored.")
        return watch.intake.submit(alerts)

    watch.loop = Reconcile(
        db=inbox.db, vendor=vendor, submit=full_at_first, now=lambda: inbox.desk.at
    )
    watch.look(1)
    vendor.has = ()
    watch.look(2)
    with pytest.raises(Unavailable):
        watch.look(3)
    watch.look(4)

    assert tries == [1, 1]
    assert inbox.states() == {1: "resolved"}


def test_one_that_follows_as_leader_knows_what_was_there(inbox: Inbox) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    first, second = watched(inbox, vendor, "first"), watched(inbox, vendor, "second")
    first.look(1)
    second.look(1)
    first.loop.stop()
    vendor.has = ()

    second.look(2)
    second.look(3)

    assert inbox.states() == {1: "resolved"}


def test_who_does_not_lead_ends_nothing(inbox: Inbox) -> None:
    inbox.hear(firing())
    vendor = Vendor(has=(firing(),))
    first, second = watched(inbox, vendor, "first"), watched(inbox, vendor, "second")
    for at in (1, 2, 3):
        inbox.desk.at = minute(at)
        first.loop.turn()  # it leads, and what it submits is not stored yet
        second.look(at)
        vendor.has = ()
    assert inbox.states() == {1: "open"}

    assert first.intake.waiting == 1
    first.intake.turn()
    assert inbox.states() == {1: "resolved"}


@pytest.fixture
def real(alertmanager_url: str) -> Iterator[Alertmanager]:
    adapter = Alertmanager(alertmanager_url)
    yield adapter
    adapter.close()


def test_an_alert_that_ends_while_a_real_alertmanager_silences_it(
    inbox: Inbox, real: Alertmanager, alertmanager_url: str
) -> None:
    now, labels = datetime.now(UTC), {"alertname": "Down", "component": "api"}

    def send(**times: datetime) -> None:
        alert = {"labels": labels, **{name: at.isoformat() for name, at in times.items()}}
        sent = httpx.post(
            f"{alertmanager_url}/api/v2/alerts", json=[alert], timeout=5, trust_env=False
        )
        sent.raise_for_status()

    send(startsAt=now - timedelta(minutes=9), endsAt=now + timedelta(minutes=9))
    (fingerprint,) = real.listed().fingerprints
    inbox.hear(replace(firing(), fingerprint=fingerprint))
    watch = watched(inbox, real)
    real.create(
        Silence(
            key=fingerprint,
            matchers=labels,
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            created_by="slack:U1",
            comment="known",
        )
    )
    watch.look(1)
    watch.look(2)
    assert inbox.states() == {1: "open"}  # silenced, and firing

    send(startsAt=now - timedelta(minutes=9), endsAt=now - timedelta(seconds=1))
    watch.look(3)
    watch.look(4)

    assert inbox.states() == {1: "resolved"}
    assert WHY in inbox.texts(1)
