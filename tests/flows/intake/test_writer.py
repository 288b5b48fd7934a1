"""The intake: stored before answered, bounded, and no delivery takes another with it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import Unavailable
from bot.domain.incidents.alert import Alert, Status
from bot.flows.intake import writer as module
from bot.flows.intake.writer import Intake
from bot.flows.loop import Loop
from bot.store.database import Database
from tests.databases import PostgresMaker
from tests.flows.cards.desk import opened
from tests.flows.inbox import PARTS_CATALOGUE, Inbox, firing, minute, resolved
from tests.outage import cut_off

WITHIN = 30  # seconds, for what takes milliseconds


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with opened(migrated_url, catalogue=PARTS_CATALOGUE) as desk:
        yield Inbox(desk=desk)


def intake_of(
    inbox: Inbox, changed: Callable[[], None] = lambda: None, db: Database | None = None
) -> Intake:
    return Intake(
        db or inbox.db,
        lambda: inbox.desk.catalogue,
        lambda: inbox.desk.at,
        changed,
        lambda alerts, seconds: None,
    )


@contextmanager
def running(intake: Intake) -> Iterator[Intake]:
    loop = Loop(name="intake", turn=intake.turn)
    loop.start()
    try:
        yield intake
    finally:
        intake.close()
        loop.stop()


def test_a_receipt_comes_after_the_commit(inbox: Inbox) -> None:
    changes: list[None] = []
    with running(intake_of(inbox, lambda: changes.append(None))) as intake:
        receipt = intake.submit([firing(), firing(pod="b")]).result(WITHIN)

        assert (receipt.accepted, receipt.incidents) == (2, ("INC-1",))
        assert inbox.incident(1).alerts_firing == 2
        assert changes


def test_everything_that_waits_is_stored_at_once(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    receipts = [intake.submit([firing(on="mail", n=str(one))]) for one in range(20)]

    intake.turn()

    assert {one.result(0).incidents for one in receipts} == {("INC-1",)}
    assert inbox.incident(1).version == 20
    inbox.prove()


def test_a_repeat_only_notes_when_it_was_last_seen_and_late(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    for lapse in (0, 1, 31):
        inbox.desk.at = minute(0) + timedelta(seconds=lapse)
        intake.submit([firing()])
        intake.turn()

    with inbox.db.read() as tx:
        seen = tx.execute(text("SELECT last_seen_at - received_at FROM alerts")).scalar_one()
    assert seen == 31_000_000
    assert inbox.incident(1).version == 1


def test_over_its_bound_it_is_unavailable(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    intake = intake_of(inbox)
    intake.submit([firing()] * 9)

    with pytest.raises(Unavailable):
        intake.submit([firing()] * 2)

    assert not intake.has_room
    intake.turn()
    assert intake.has_room
    intake.submit([firing()] * 2)


def test_closed_it_takes_no_more(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    intake.close()

    with pytest.raises(Unavailable):
        intake.submit([firing()])


class Poison(dict[str, str]):
    """Labels that no store takes."""

    def get(self, *_: object) -> str:
        raise ZeroDivisionError


def test_a_poisonous_delivery_fails_alone(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    poison = replace(firing("X"), labels=Poison(alertname="X"))
    deliveries: list[Sequence[Alert]] = [[firing("A")], [poison], [firing("B", on="mail")]]
    receipts = [intake.submit(one) for one in deliveries]

    for _ in range(4):
        try:
            intake.turn()
        except ZeroDivisionError:
            continue

    assert isinstance(receipts[1].exception(0), Unavailable)
    assert [receipts[0].result(0).incidents, receipts[2].result(0).incidents] == [
        ("INC-1",),
        ("INC-2",),
    ]


def test_who_no_longer_waits_spoils_nothing_for_others(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    gone, waits = intake.submit([firing("A")]), intake.submit([firing("B")])
    gone.cancel()

    intake.turn()

    assert waits.result(0).accepted == 1


def test_two_intakes_on_one_postgresql_end_in_one_incident(
    postgres_maker: PostgresMaker, tmp_path: Path
) -> None:
    rounds = 15
    with postgres_maker.migrated(tmp_path) as url, opened(url, catalogue=PARTS_CATALOGUE) as desk:
        inbox = Inbox(desk=desk)
        beside = Database(url)
        intakes = (intake_of(inbox), intake_of(inbox, db=beside))
        with running(intakes[0]), running(intakes[1]):
            for number in range(rounds):
                tell_both(intakes, firing("A", on=f"part-{number}"))
                tell_both(intakes, firing("B", on=f"part-{number}", group="g"))
                tell_both(intakes, resolved(firing("A", on=f"part-{number}"), at=1))
        beside.close()
        inbox.prove()
        found = [inbox.incident(number) for number in inbox.states()]
    assert len(found) == rounds
    assert {(one.alerts_firing, one.alerts_total) for one in found} == {(1, 2)}


def tell_both(intakes: tuple[Intake, Intake], alert: Alert) -> None:
    start = threading.Barrier(2)

    def tell(intake: Intake) -> None:
        start.wait(WITHIN)
        intake.submit([alert]).result(WITHIN)

    threads = [threading.Thread(target=tell, args=(one,)) for one in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN)
        assert not thread.is_alive()


def test_while_the_database_is_away_it_is_unavailable_and_recovers(
    inbox: Inbox, request: pytest.FixtureRequest
) -> None:
    intake = intake_of(inbox)
    for _ in range(2):  # the second time it is a repeat, so there is something to note late
        intake.submit([firing()])
        intake.turn()

    with cut_off(inbox.db, request):
        lost = intake.submit([firing("B")])
        inbox.desk.at = minute(1)
        intake.turn()
        assert isinstance(lost.exception(0), Unavailable)

    kept = intake.submit([firing("B")])
    intake.turn()
    assert kept.result(0).incidents == ("INC-1",)


def test_what_resolves_in_the_batch_in_which_it_fires_is_told_once(inbox: Inbox) -> None:
    intake = intake_of(inbox)
    receipts = [intake.submit([firing()]), intake.submit([resolved(firing(), at=1)])]

    intake.turn()

    assert [one.result(0).incidents for one in receipts] == [("INC-1",), ("INC-1",)]
    assert inbox.incident(1).alerts_firing == 0
    assert Status.RESOLVED.value in str(inbox.episodes("Down-api"))
