"""What a run comes to: the way back, the verdict, the last word, and what is left to do."""

from datetime import timedelta

import msgspec
import pytest

from bot.domain.operations.operation import Mode, Operation, State, StepState, Stop
from bot.domain.operations.plan import Step
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.ending import Conclusion, Finish
from bot.store import releases
from tests.domain.operations.made import GOOD, plan, step
from tests.flows.operations.office import ADA, Office

SWITCH = "switch graphql-api"
SWITCH_ARGS = {
    "namespace": "production", "service": "graphql-api", "key": "color", "before": "blue",
    "after": "green", "before_deployment": "graphql-api-blue",
    "after_deployment": "graphql-api-green",
}  # fmt: skip
SCALE_ARGS = {
    "namespace": "production", "deployment": "graphql-api-green", "scaler": "graphql-api-green",
    "live_deployment": "graphql-api-blue", "live_scaler": "graphql-api-blue",
}  # fmt: skip
FREEZE = step(
    "freeze", action="freeze_deploys", stage=0, optional=True,
    args={"namespace": "production", "deployments": ["graphql-api-blue"], "operation": "OP-1"},
)  # fmt: skip
SCALE = step("scale idle", action="scale_idle", stage=1, args=SCALE_ARGS)
MOVE = step(args=SWITCH_ARGS, stage=2, decisive=True)
WHOLE = plan(steps=(FREEZE, SCALE, MOVE))


def finish(office: Office) -> Finish:
    return Finish(record=office.record, catalogue=lambda: office.catalogue)


def running(office: Office, **fields: object) -> Operation:
    return office.add(State.RUNNING, **{"started_at": office.at, "plan": WHOLE, **fields})


def proven(office: Office, component: str) -> LedgerRelease:
    """What the plan of a test goes back to."""
    return LedgerRelease(
        environment="production",
        component=component,
        workload="green",
        version=GOOD.version,
        identity=GOOD.identity,
        occurrence="1",
        deployed_at=office.at - timedelta(days=2),
        live_at=office.at - timedelta(days=2),
        superseded_at=office.at - timedelta(days=1),
        verdict=Verdict.PASS,
    )


def watched(
    *verdicts: Verdict, worse: bool = False, stopped: bool = False
) -> list[dict[str, object]]:
    return [
        {"component": f"c{number}", "verdict": verdict.value, "said": f"says {verdict.value}",
         "worse": worse, "stopped": stopped}
        for number, verdict in enumerate(verdicts)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUCCEEDED, "done after 40 s: it does well"),
        (State.UNDONE, "undone after 40 s: it does well"),
        (State.FAILED, "failed, and nothing stays changed: it does well"),
        (State.CANCELLED, "cancelled, and nothing stays changed: it does well"),
        (State.STUCK, "stuck, a person must look: it does well"),
        (State.AWAITING_DECISION, "a person must decide: keep it or revert it: it does well"),
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
        "`unfreeze graphql-api` lets them go on"
    )
    assert office.duties() == []


def test_a_stop_that_came_too_late_is_answered(office: Office) -> None:
    one = running(office, stop=Stop(actor=ADA, at=office.at))
    finish(office).keep(one.run_id, one.id, Conclusion(state=State.SUCCEEDED, said=""))
    after = office.find(one.id)
    assert after.said == f"done after 0 s; when @{ADA} asked to stop, all was done already"
    assert after.stop is None


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


@pytest.mark.parametrize(
    ("verdicts", "state", "worst"),
    [
        ((Verdict.PASS, Verdict.PASS), State.SUCCEEDED, Verdict.PASS),
        ((Verdict.PASS, Verdict.PASS_SYNTHETIC), State.SUCCEEDED, Verdict.PASS_SYNTHETIC),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), State.AWAITING_DECISION, Verdict.INCONCLUSIVE),
        ((Verdict.FAIL, Verdict.INCONCLUSIVE), State.AWAITING_DECISION, Verdict.FAIL),
    ],
)
def test_the_worst_verdict_counts(
    office: Office, verdicts: tuple[Verdict, ...], state: State, worst: Verdict
) -> None:
    one = running(office, switched_at=office.at)
    judged = finish(office).judged(one.id, watched(*verdicts))
    assert (judged["state"], judged["verdict"], judged["back"]) == (state, worst, False)
    assert office.find(one.id).results == {
        f"c{number}": f"says {verdict.value}" for number, verdict in enumerate(verdicts)
    }


def test_it_goes_back_by_itself_where_it_is_clearly_worse(office: Office) -> None:
    one = running(office, switched_at=office.at)
    judged = finish(office).judged(one.id, watched(Verdict.FAIL, worse=True))
    assert (judged["state"], judged["back"]) == (State.UNDONE, True)
    assert judged["said"].startswith("clearly worse than before, so it was undone.")


def test_the_ledger_remembers_which_target_failed(office: Office) -> None:
    """The next rollback must not go there again as to the last known good."""
    parts = ("c0", "c1")
    one = running(office, switched_at=office.at, plan=plan(*parts))
    with office.db.write() as tx:
        releases.keep(tx, [proven(office, name) for name in parts])

    finish(office).judged(one.id, watched(Verdict.PASS, Verdict.FAIL))

    with office.db.read() as tx:
        (well,), (badly,) = [releases.of_component(tx, "production", name) for name in parts]
    assert (well.verdict, badly.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert badly.verified_at == office.at


@pytest.mark.parametrize("why", ["late", "a revert", "ping-pong", "not switched"])
def test_it_does_not_go_back_by_itself(office: Office, why: str) -> None:
    fields: dict[str, object] = {"switched_at": office.at}
    if why == "late":
        fields["switched_at"] = (
            office.at - office.catalogue.policy.again_within - timedelta(seconds=1)
        )
    elif why == "a revert":
        fields["reverts"] = 3
    elif why == "ping-pong":
        office.add(State.SUCCEEDED, switched_at=office.at, closed_at=office.at)
    else:
        fields["switched_at"] = None
    one = running(office, **fields)
    judged = finish(office).judged(one.id, watched(Verdict.FAIL, worse=True))
    assert (judged["state"], judged["back"]) == (State.AWAITING_DECISION, False)


@pytest.mark.parametrize("seen", [True, False])
def test_a_stop_while_it_is_watched_undoes_it_also_at_the_last_moment(
    office: Office, *, seen: bool
) -> None:
    stop = None if seen else Stop(actor=ADA, at=office.at)
    one = running(office, switched_at=office.at, stop=stop)
    judged = finish(office).judged(one.id, watched(Verdict.PASS, stopped=seen))
    assert (judged["state"], judged["back"]) == (State.UNDONE, True)


def test_what_is_over_gets_no_results_any_more(office: Office) -> None:
    one = office.add(State.STUCK, closed_at=office.at)
    finish(office).judged(one.id, watched(Verdict.PASS))
    assert office.find(one.id) == one


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
