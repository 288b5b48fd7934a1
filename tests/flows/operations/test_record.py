"""An operation's row changes one way only, with its story and its locks."""

import threading
from functools import partial

import pytest

from bot.domain.errors import Refused
from bot.domain.operations.operating import Move, ended, moved
from bot.domain.operations.operation import ENDED, HOLDING, Operation, State
from bot.flows.operations.record import TRIES, hold
from bot.store import locks
from bot.store.database import Conflict, DatabaseAway
from tests.domain.operations.made import plan
from tests.flows.operations.office import Office

RACERS, TURNS = 4, 5


def test_racing_writers_lose_nothing(office: Office) -> None:
    one = office.add(State.RUNNING)

    def more(key: str) -> None:
        office.record.keep(
            one.id,
            lambda _, found: moved(found, office.at, results={**found.results, key: "x"}),
        )

    def turn(name: int) -> None:
        for number in range(TURNS):
            more(f"{name}.{number}")

    racers = [threading.Thread(target=turn, args=(number,)) for number in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    after = office.find(one.id)
    assert len(after.results) == RACERS * TURNS
    assert after.version == one.version + RACERS * TURNS


def test_a_lost_race_is_decided_again_on_what_is_there_then(office: Office) -> None:
    one = office.add(State.RUNNING)
    seen: list[str] = []

    def decide(_: object, found: Operation) -> Move:
        seen.append(found.said)
        if len(seen) < 3:
            raise Conflict
        return moved(found, office.at, said="third time lucky")

    assert office.record.keep(one.id, decide)
    assert office.find(one.id).said == "third time lucky"
    assert len(seen) == 3


def test_losing_too_often_is_our_own_database_s_fault_and_no_vendor_s(office: Office) -> None:
    one = office.add(State.RUNNING)
    tries: list[int] = []

    def decide(_: object, found: Operation) -> Move:
        tries.append(1)
        raise Conflict

    with pytest.raises(DatabaseAway, match="too often"):
        office.record.keep(one.id, decide)
    assert len(tries) == TRIES


def test_nothing_to_be_done_tells_nobody(office: Office) -> None:
    one = office.add(State.RUNNING)
    assert not office.record.keep(one.id, lambda *_: None)
    assert office.changes == 0
    assert office.find(one.id) == one


def test_an_operation_that_is_not_there_is_refused_with_the_next_move(office: Office) -> None:
    with pytest.raises(Refused, match=r"There is no OP-99\. `operation list`"):
        office.record.keep(99, lambda *_: None)


def test_locks_go_where_nothing_can_change_any_more(office: Office) -> None:
    incident, kept, called = office.incident(), {}, []
    for state in sorted(ENDED | {State.AWAITING_DECISION, State.UNDOING}):
        one = office.add(State.RUNNING, incident=incident, plan=plan(state.value))
        office.record.keep(one.id, partial(_ended, office, state))
        if state in HOLDING | {State.STUCK}:
            kept[state.value] = one.id
        if state in (State.STUCK, State.AWAITING_DECISION):
            called.append(one.incident)
        assert f"{one.name}: so it ended" in office.story(incident)

    assert office.held() == kept
    assert [(call.incident_id, call.level) for call in office.calls()] == [
        (each, 3) for each in called
    ]


def _ended(office: Office, state: State, _: object, found: Operation) -> Move:
    return ended(found, state, "so it ended", office.at)


def test_a_call_for_help_is_made_once_a_run(office: Office) -> None:
    one = office.add(State.RUNNING)
    for _ in range(2):
        office.record.keep(
            one.id, lambda _, found: ended(found, State.STUCK, "nobody can tell", office.at)
        )
    (call,) = office.calls()
    assert call.text == f"{one.name} is stuck: nobody can tell"


def test_locks_are_had_all_or_none(office: Office) -> None:
    holder = office.add(State.RUNNING, plan=plan("docs-site"))
    both = office.add(plan=plan("graphql-api", "docs-site"))
    office.later(minutes=3)

    wanted = pytest.raises(Refused, match=rf"docs-site \({holder.name}, for 3 min\)")
    with wanted as no, office.db.write() as tx:
        hold(tx, both, office.at)
    assert no.value.next_move.endswith(f"`operation show {holder.name}`.")
    assert office.held() == {"docs-site": holder.id}


def test_a_lock_that_somebody_took_meanwhile_is_a_conflict_and_takes_nothing(
    office: Office,
) -> None:
    first, second = office.add(), office.add(plan=plan("docs-site", "graphql-api"))
    with office.db.write() as tx:
        locks.take(tx, first.id, "production", ["graphql-api"], office.at)
    with pytest.raises(Conflict), office.db.write() as tx:
        locks.take(tx, second.id, "production", ["docs-site", "graphql-api"], office.at)
    assert office.held() == {"graphql-api": first.id}
