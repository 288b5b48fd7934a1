"""What a run comes to: the way back, the last word, and what is left to do."""

import msgspec
import pytest

from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Mode, State, StepState, Stop
from bot.domain.operations.plan import Kind, Step
from bot.domain.verification.verification import Verdict
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.ending import Conclusion
from tests.flows.operations.ending_stage import (
    FREEZE,
    MOVE,
    SCALE,
    SCALE_ARGS,
    SWITCH,
    finish,
    running,
)
from tests.flows.operations.office import ADA, Office


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUCCEEDED, "done after 40 s: it does well"),
        (State.UNDONE, "undone after 40 s: it does well"),
        (State.FAILED, "failed, and nothing stays changed: it does well"),
        (State.CANCELLED, "cancelled, and nothing stays changed: it does well"),
        (State.STUCK, "stuck, a person must look: it does well"),
        (
            State.AWAITING_DECISION,
            (
                "a person must decide: keep it or revert it, "
                "or go on to the next good release: it does well"
            ),
        ),
    ],
)
def test_every_end_is_told_once_and_leaves_what_it_must(
    office: Office, state: State, words: str
) -> None:
    one = running(office)
    office.later(seconds=40)
    conclusion = Conclusion(state=state, said="it does well", verdict=Verdict.PASS)
    for _ in range(2):
        finish(office).keep(one.run_id, one.id, conclusion)

    after = office.find(one.id)
    assert (after.state, after.said, after.verdict) == (state, words, Verdict.PASS)
    waits = state in (State.STUCK, State.AWAITING_DECISION)
    assert (after.closed_at is None) is waits
    assert (office.held() == {"graphql-api": one.id}) is waits
    assert len(office.calls()) == waits
    assert office.story(one.incident).count(f"{one.name}: {words}") == 1
    assert {row.state for row in office.rows(one.id).values()} == {StepState.SKIPPED}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.STUCK, "stuck, a person must look, and pods are replaced: it was late"),
        (State.CANCELLED, "cancelled, and pods are replaced: it was late"),
    ],
)
def test_what_nothing_can_put_back_is_told(office: Office, state: State, words: str) -> None:
    one = running(office)
    conclusion = Conclusion(state=state, said="it was late", stays="pods are replaced")
    finish(office).keep(one.run_id, one.id, conclusion)

    assert office.find(one.id).said == words


@pytest.mark.parametrize("kind", [Kind.FREEZE, Kind.UNFREEZE])
def test_a_freeze_that_took_only_in_part_failed_and_wakes_nobody(
    office: Office, kind: Kind
) -> None:
    one = running(office, kind=kind)
    conclusion = Conclusion(state=State.FAILED, said="Netlify is away")
    finish(office).keep(one.run_id, one.id, conclusion)

    assert office.find(one.id).said == "failed, and what of it was done stays: Netlify is away"
    assert office.calls() == []


@pytest.mark.parametrize(("verdict", "offered"), [(Verdict.PASS, 1), (Verdict.FAIL, 0)])
def test_a_snapshot_that_was_spared_is_offered_when_all_is_well(
    office: Office, verdict: Verdict, offered: int
) -> None:
    take = "aws rds create-db-snapshot --db-instance-identifier main"
    spared = Check(
        code=Code.RESTORE_POINT, result=Result.PASS, seen="", component="postgresql", later=take
    )
    one = running(office, checks=(spared,))
    state = State.SUCCEEDED if offered else State.AWAITING_DECISION
    for _ in range(2):
        finish(office).keep(one.run_id, one.id, Conclusion(state=state, said="", verdict=verdict))

    told = (
        f"{one.name}: no snapshot of postgresql was taken during the incident, as it would have "
        f"stalled in its one zone. To take one now: `{take}`"
    )
    assert office.story(one.incident).count(told) == offered


def test_an_older_run_has_no_last_word(office: Office) -> None:
    """It ended undecided and died; somebody reverted before it was begun again."""
    one = running(office)
    undecided = Conclusion(state=State.AWAITING_DECISION, said="nobody can tell")
    finish(office).keep(one.run_id, one.id, undecided)
    office.say(f"operation revert {one.name}")
    back = office.find(one.id)

    finish(office).keep(one.run_id, one.id, undecided)

    assert office.find(one.id) == back
    assert back.state is State.UNDOING
    finish(office).keep(back.run_id, one.id, Conclusion(state=State.UNDONE, said=""))
    assert office.find(one.id).state is State.UNDONE


def test_what_was_raised_is_to_be_lowered_once_it_is_safe(office: Office) -> None:
    one = running(office)
    for name in ("freeze", "scale idle", SWITCH):
        office.does(one, name)
    for _ in range(2):
        finish(office).keep(one.run_id, one.id, Conclusion(state=State.SUCCEEDED, said=""))

    assert office.due() == []
    office.later(minutes=30)
    (due,) = office.due()
    assert (due.action, due.operation) == ("restore_minimum", one.id)
    assert due.args == {name: SCALE_ARGS[name] for name in ("namespace", "deployment", "scaler")}


def test_what_came_to_nothing_says_that_deploys_still_stand_still(office: Office) -> None:
    one = running(office)
    office.does(one, "freeze")
    finish(office).keep(one.run_id, one.id, Conclusion(state=State.CANCELLED, said="stopped"))
    assert office.find(one.id).said == (
        "cancelled, and nothing stays changed: stopped. Deploys still stand still; "
        "`unfreeze production graphql-api` lets them go on"
    )
    assert office.duties() == []


def test_a_stop_that_came_too_late_is_answered(office: Office) -> None:
    one = running(office, stop=Stop(actor=ADA, at=office.at))
    finish(office).keep(one.run_id, one.id, Conclusion(state=State.SUCCEEDED, said=""))
    after = office.find(one.id)
    assert after.said == f"done after 0 s; when @{ADA} asked to stop, all was done already"
    assert after.stop is None


def test_whoever_asked_to_stop_has_decided_what_ended_undecided(office: Office) -> None:
    """Another component's step failed before theirs heard of it."""
    one = running(office, stop=Stop(actor=ADA, at=office.at), approved_at=office.at)
    undecided = Conclusion(state=State.AWAITING_DECISION, said="docs-site is late")
    for _ in range(2):
        finish(office).keep(one.run_id, one.id, undecided)

    after = office.find(one.id)
    assert (after.state, after.mode, after.run) == (State.UNDOING, Mode.UNDO, one.run + 1)
    assert after.said == f"going back, as @{ADA} asked: docs-site is late"
    assert after.stop is None
    assert office.story(one.incident).count(f"{one.name}: {after.said}") == 1
    assert office.held() == {"graphql-api": one.id}
    assert office.calls() == []


def test_the_way_back_goes_the_last_stage_first_and_stands_among_the_steps(office: Office) -> None:
    one = running(office)
    for name in ("freeze", "scale idle", SWITCH):
        office.does(one, name)
    acted = [MOVE, SCALE, FREEZE]
    for _ in range(2):
        back = finish(office).plan_undo(one.id, acted)

    assert [(each["name"], each["action"], each["stage"]) for each in back] == [
        (f"undo {SWITCH}: scale", "scale_idle", -2),
        (f"undo {SWITCH}", "switch_service", -2),
        ("undo scale idle", "restore_minimum", -1),
    ]
    raised, switched = back[0]["args"], back[1]["args"]
    assert (raised["deployment"], raised["live_deployment"]) == (
        "graphql-api-blue", "graphql-api-green",
    )  # fmt: skip
    assert (raised["scaler"], raised["live_scaler"]) == ("graphql-api-blue", "graphql-api-green")
    assert (switched["before"], switched["after"]) == ("green", "blue")
    assert list(office.rows(one.id)) == [
        "freeze", "scale idle", SWITCH, f"undo {SWITCH}: scale", f"undo {SWITCH}",
        "undo scale idle",
    ]  # fmt: skip
    after = office.find(one.id)
    assert (after.state, after.mode) == (State.UNDOING, Mode.UNDO)
    assert office.story(one.incident).count(f"{one.name}: undoing") == 1


def test_where_nothing_acted_there_is_no_way_back(office: Office) -> None:
    one = running(office)
    assert finish(office).plan_undo(one.id, []) == []
    assert office.find(one.id).state is State.RUNNING


@pytest.mark.parametrize("ending", [Ending.DONE, Ending.FAILED])
def test_what_was_undone_is_not_lowered_again(office: Office, ending: Ending) -> None:
    one = running(office)
    office.does(one, "scale idle")
    office.does(one, SWITCH)
    finish(office).plan_undo(one.id, [SCALE])
    undo = office.journal(one, "scale idle", undo=True)
    undo.open()
    undo.close(Outcome(ending=ending, seen="so it went"))
    finish(office).keep(one.run_id, one.id, Conclusion(state=State.STUCK, said="look"))
    office.say(f"operation close {one.name}")
    lowered = [duty for duty in office.duties() if duty.action == "restore_minimum"]
    assert len(lowered) == (ending is Ending.FAILED)


@pytest.mark.parametrize(
    ("ending", "lowered"), [(Ending.DONE, True), (Ending.LATE, True), (Ending.ALREADY, False)]
)
def test_what_was_raised_to_take_the_traffic_back_is_lowered_later(
    office: Office, ending: Ending, *, lowered: bool
) -> None:
    one = running(office)
    office.does(one, SWITCH)
    raised = msgspec.convert(finish(office).plan_undo(one.id, [MOVE])[0], Step)
    undo = finish(office).journal(one.id, raised, undo=True)
    undo.open()
    undo.close(Outcome(ending=ending, seen="so it went"))
    finish(office).keep(one.run_id, one.id, Conclusion(state=State.UNDONE, said=""))

    assert office.due() == []
    office.later(minutes=30)
    blue = {"namespace": "production", "deployment": "graphql-api-blue",
            "scaler": "graphql-api-blue"}  # fmt: skip
    assert [(due.action, due.args) for due in office.due()] == (
        [("restore_minimum", blue)] if lowered else []
    )
