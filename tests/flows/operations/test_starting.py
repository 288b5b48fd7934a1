"""Every approved operation gets its run, and no run ends without somebody hearing of it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.domain.operations.operating import ended, moved
from bot.domain.operations.operation import Mode, Operation, State
from bot.engine.engine import Engine
from bot.engine.run import Run
from bot.flows.engine_room import EngineRoom
from bot.flows.operations.run import OPERATION
from bot.flows.operations.starting import StartingLoop
from tests.crash.patience import until
from tests.domain.operations.made import plan
from tests.flows.operations.office import Office


class Room:
    """A starting loop beside a real engine, whose runs do what a test says."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.ran = office, []
        self.does = lambda number: None
        self.engine = Engine(office.db, data_dir=folder)
        self.engine.register(OPERATION, self._operate)
        self.room = EngineRoom(self.engine)
        self.loop = StartingLoop(record=office.record, room=self.room, now=lambda: office.at)

    def _operate(self, run: Run, number: int) -> None:
        self.ran.append(run.id)
        run.step("do", lambda: self.does(number))

    def over(self, run: str) -> None:
        def ended() -> bool:
            found = self.engine.standing(run)
            return found is not None and found.state != "running"

        until(ended, f"{run} is over")


@pytest.fixture
def room(office: Office, tmp_path: Path) -> Iterator[Room]:
    one = Room(office, tmp_path / "engine")
    (tmp_path / "engine").mkdir()
    one.room.beat()
    yield one
    one.room.stop()
    one.loop.stop()


def test_an_approved_one_gets_its_run_once_also_after_a_crash_in_between(
    room: Room, office: Office
) -> None:
    one = office.add(State.APPROVED, run=3)
    go_on = threading.Event()
    room.does = lambda _: go_on.wait(30) and None
    for _ in range(3):
        room.loop.turn()
    go_on.set()
    room.over(one.run_id)
    assert room.ran == [f"op:{one.id}:3"]


def test_an_undo_gets_a_run_too(room: Room, office: Office) -> None:
    one = office.add(State.UNDOING, run=2, mode=Mode.UNDO)
    room.loop.turn()
    room.over(one.run_id)
    assert room.ran == [f"op:{one.id}:2"]


def _bug(_: int) -> None:
    raise ZeroDivisionError("by nothing")


@pytest.mark.parametrize("how", ["failed", "silent", "lost"])
def test_a_run_that_came_to_nothing_is_a_person_s(room: Room, office: Office, how: str) -> None:
    one = office.add(State.APPROVED)
    room.does = _bug if how == "failed" else room.does
    if how != "lost":
        room.loop.turn()
        room.over(one.run_id)
    office.record.keep(one.id, lambda _, found: moved(found, office.at, state=State.RUNNING))

    for _ in range(2):
        room.loop.turn()

    after = office.find(one.id)
    words = {
        "failed": "its run broke off: Crashed: ZeroDivisionError: by nothing",
        "silent": "its run ended without a word",
        "lost": "its run is not in the engine's storage any more",
    }
    assert after.state is State.STUCK
    assert after.said.startswith(words[how])
    assert office.held() == {"graphql-api": one.id}
    assert len(office.calls()) == 1


def test_what_ended_while_it_was_looked_at_is_left_alone(room: Room, office: Office) -> None:
    """Undecided since a moment ago: its run ended, and that is no reason to call it stuck."""
    one = office.add(State.APPROVED)
    room.loop.turn()
    room.over(one.run_id)
    standing = room.engine.standing

    def meanwhile(run: str) -> object:
        office.record.keep(
            one.id,
            lambda _, found: ended(found, State.AWAITING_DECISION, "nobody can tell", office.at),
        )
        return standing(run)

    room.engine.standing = meanwhile
    room.loop.turn()
    assert office.find(one.id).state is State.AWAITING_DECISION
    assert len(office.calls()) == 1


def test_what_waits_for_a_person_is_not_run(room: Room, office: Office) -> None:
    for state in (State.AWAITING_DECISION, State.STUCK):
        office.add(state, plan=plan(state.value))
    room.loop.turn()
    assert room.ran == []


def test_a_plan_that_nobody_approved_runs_out_without_any_engine(
    office: Office, tmp_path: Path
) -> None:
    waiting: list[Operation] = [
        office.add(expires_at=office.at + timedelta(minutes=minutes)) for minutes in (10, 11)
    ]
    office.add(State.APPROVED, plan=plan("docs-site"))
    loop = Room(office, tmp_path).loop
    office.later(minutes=10)
    with pytest.raises(Unavailable, match="is being started"):
        loop.turn()

    first, second = [office.find(one.id) for one in waiting]
    assert (first.state, first.closed_at) == (State.EXPIRED, office.at)
    assert "nobody approved the plan in time; nothing was done" in first.said
    assert second.state is State.AWAITING_APPROVAL


@pytest.mark.parametrize(
    ("severity", "before", "told"),
    [
        ("critical", 1, "one operator must approve it now (it goes to the last known good"),
        ("warning", 0, "a second operator must approve it now (no sev1 or sev2 is open on it"),
    ],
)
def test_how_many_must_approve_is_told_anew_where_the_incident_got_worse_or_better(
    room: Room, office: Office, severity: str, before: int, told: str
) -> None:
    one = office.add(approvals_needed=before, expires_at=office.at + timedelta(minutes=9))
    office.incident(service="graphql-api", severity=severity)
    for _ in range(2):
        room.loop.turn()

    after = office.find(one.id)
    assert (after.approvals_needed, after.version) == (1 - before, one.version + 1)
    assert told.partition("(")[2] in after.said
    assert (after.plan_hash, after.expires_at) == (one.plan_hash, one.expires_at)
    said = [text for text in office.story(one.incident) if "must approve" in text]
    assert len(said) == 1
    assert said[0].startswith(f"{one.name}: {told}")


@pytest.mark.parametrize("state", [State.APPROVED, State.RUNNING, State.UNDOING])
def test_what_is_overdue_calls_once_also_where_no_engine_runs(
    office: Office, tmp_path: Path, state: State
) -> None:
    one = office.add(state, due_at=office.at + timedelta(minutes=5))
    late = [Room(office, tmp_path).loop, Room(office, tmp_path).loop]  # and after a crash
    office.later(minutes=4)
    told = [_turned(late[0], office)]
    office.later(minutes=4)
    told += [_turned(loop, office) for loop in (late[0], late[0], late[1])]

    assert told == [0, 1, 1, 1]
    (call,) = office.calls()
    assert (call.incident_id, call.level) == (one.incident, 3)
    assert call.text.startswith(
        f"{one.name} should have been over 3 min ago and is still {state.told}"
    )
    assert office.find(one.id) == one


def _turned(loop: StartingLoop, office: Office) -> int:
    """How many calls there are after it."""
    with pytest.raises(Unavailable, match="is being started"):
        loop.turn()
    return len(office.calls())


def test_an_undo_that_is_asked_for_late_is_not_overdue_at_once(room: Room, office: Office) -> None:
    one = office.add(
        State.AWAITING_DECISION, approved_at=office.at, due_at=office.at + timedelta(minutes=5)
    )
    asked = office.later(hours=1)
    office.say(f"operation revert {one.name}")
    office.later(minutes=4)
    room.loop.turn()
    room.over(office.find(one.id).run_id)

    assert office.find(one.id).due_at == asked + timedelta(minutes=5)
    assert office.calls() == []


def test_what_waits_for_a_person_is_not_overdue(room: Room, office: Office) -> None:
    office.add(State.AWAITING_DECISION, due_at=office.at)
    office.later(hours=1)
    room.loop.turn()
    assert office.calls() == []
