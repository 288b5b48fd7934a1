"""Loops outlive what goes wrong in them, one leads at a time, and a crew stops in order."""

import threading
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Unavailable
from bot.flows.clock import Clock
from bot.flows.crew import Crew
from bot.flows.leader import TTL, Leader
from bot.flows.loop import Loop
from bot.store import deliveries
from bot.store.database import Database
from tests.flows.inbox import minute

WITHIN = 30


class Turns:
    """What a loop does, and how long it waits; tells when it was done so often."""

    def __init__(self, *does: float | Exception) -> None:
        self.left, self.done, self.count = list(does), threading.Event(), 0

    def __call__(self) -> float:
        self.count += 1
        does = self.left.pop(0) if self.left else 600.0
        if not self.left:
            self.done.set()
        if isinstance(does, Exception):
            raise does
        return does


def test_a_loop_outlives_its_failures() -> None:
    turns = Turns(0, ZeroDivisionError(), Unavailable("away", retry_after=0.001), 600)
    loop = Loop(name="test", turn=turns)
    loop.start()

    assert turns.done.wait(WITHIN)
    loop.stop()

    assert (loop.failures, turns.count) == (1, 4)


def test_waking_it_makes_it_turn_at_once() -> None:
    turns = Turns(600, 600)
    loop = Loop(name="test", turn=turns)
    loop.start()
    while turns.count == 0:
        pass
    loop.wake()

    assert turns.done.wait(WITHIN)
    loop.stop()


def test_stopping_waits_for_no_pause() -> None:
    for _ in range(200):
        loop = Loop(name="stopped at once", turn=Turns(600))
        loop.start()
        loop.stop(WITHIN)
        assert not [one for one in threading.enumerate() if one.name == loop.name]


def test_one_leads_and_the_next_takes_over(database: Database) -> None:
    at = minute(0)

    def now() -> datetime:
        return at

    one, other = (Leader(database, "cards", now, owner) for owner in ("one", "other"))
    assert (one.leads(), other.leads()) == (True, False)

    at += TTL / 2
    assert (one.leads(), other.leads()) == (True, False)

    at += TTL + timedelta(seconds=1)
    assert (other.leads(), one.leads()) == (True, False)

    other.resign()
    assert (one.leads(), other.leads()) == (True, False)


def test_a_leader_without_a_database_does_not_lead() -> None:
    nowhere = Database("sqlite:////nonexistent/folder/candlefish.db")

    with pytest.raises(Unavailable):
        Leader(nowhere, "cards", lambda: minute(0)).leads()


def test_the_clock_forgets_old_deliveries(database: Database) -> None:
    at = minute(0)
    with database.write() as tx:
        deliveries.first_time(tx, "k", at)
    now = [at]
    clock = Clock(database, lambda: now[0], lambda: None)
    now[0] += timedelta(days=4)
    clock.turn()

    with database.write() as tx:
        assert deliveries.first_time(tx, "k", at)


def test_a_crew_stops_its_loops_and_gives_up_its_leases() -> None:
    crew, told = Crew(), []
    turns = Turns(600)
    crew.hire("one", turns, resign=lambda: told.append("one"))

    def away() -> None:
        told.append("two")
        raise Unavailable("The database is gone.")

    crew.hire("two", lambda: 600.0, resign=away)
    crew.hire("three", lambda: 600.0, resign=lambda: told.append("three"))
    crew.start()
    assert turns.done.wait(WITHIN)
    crew.stop()

    assert told == ["one", "two", "three"]
    assert set(crew.ages()) == {"one", "two", "three"}


def test_a_crew_counts_the_turns_that_ended_by_a_bug() -> None:
    crew, turns = Crew(), Turns(ZeroDivisionError(), Unavailable("away", retry_after=0.001), 600)
    crew.hire("one", turns)
    crew.hire("two", lambda: 600.0)
    crew.start()
    assert turns.done.wait(WITHIN)
    crew.stop()

    assert crew.failures() == {"one": 1, "two": 0}


def test_a_change_wakes_those_that_show_incidents() -> None:
    crew, shows, works = Crew(), Turns(600, 600), Turns(600, 600)
    crew.hire("cards", shows, on_change=True)
    crew.hire("clock", works)
    crew.start()
    while not (shows.count and works.count):
        pass
    crew.changed()

    assert shows.done.wait(WITHIN)
    crew.stop()
    assert works.count == 1
