"""What people decide about operations, alone and all at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Misuse, Refused
from bot.domain.limits import Limit
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import ENDED, HOLDING, Mode, Request, State
from bot.domain.operations.plan import Kind
from bot.domain.ops_data.people import Role
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.engine.outcome import Ending
from bot.flows.history import History
from bot.flows.operations.rights import Rights
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import ADA, GRACE, LINUS, Office

WHY = "checkout is down and nobody else answers"
SCALED = step(
    "scale idle", action="scale_idle", stage=0,
    args={"namespace": "production", "deployment": "graphql-api-green", "scaler": "green",
          "live_deployment": "graphql-api-blue", "live_scaler": "blue"},
)  # fmt: skip


def both_say(office: Office, *said: tuple[str, str]) -> list[Reply]:
    """Each from a thread of its own, at once."""
    together = threading.Barrier(len(said))
    replies: list[Reply] = []

    def click(text: str, by: str) -> None:
        together.wait(30)
        replies.append(office.say(text, by))

    clicks = [threading.Thread(target=click, args=each) for each in said]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    return replies


def approval(office: Office, number: int) -> str:
    return f"operation approve OP-{number} --plan-hash {office.find(number).plan_hash}"


def test_of_racing_clicks_one_wins_and_the_others_are_told(office: Office) -> None:
    urgent = office.incident(service="graphql-api", severity="critical")
    one = office.add(State.AWAITING_APPROVAL, incident=urgent)
    words = approval(office, one.id)
    replies = both_say(office, *[(words, GRACE), (words, ADA)] * 3)

    after = office.find(one.id)
    assert (after.state, after.run, office.held()) == (
        State.APPROVED, 1, {"graphql-api": one.id},
    )  # fmt: skip
    won = [reply for reply in replies if reply.status == 0]
    assert len(won) == 1
    lost = [reply.text for reply in replies if reply.status]
    assert all(f"{one.name} was approved by @{after.approved_by} already" in text for text in lost)
    assert office.story(one.incident).count(f"{one.name}: approved") == 1


def test_of_two_on_one_component_one_gets_the_lock(office: Office) -> None:
    first, second = (
        office.add(plan=plan("graphql-api")),
        office.add(plan=plan("document-service", "graphql-api")),
    )
    replies = both_say(
        office, (approval(office, first.id), GRACE), (approval(office, second.id), GRACE)
    )

    assert sorted(reply.status for reply in replies) == [0, 1]
    (winner,) = {office.find(one.id).name for one in (first, second)} & {
        f"OP-{number}" for number in office.held().values()
    }
    (told,) = [reply.text for reply in replies if reply.status]
    assert f"Another operation has hold of graphql-api ({winner}, for 0 s)" in told


def test_of_four_at_once_three_run(office: Office) -> None:
    names = ("graphql-api", "document-service", "websocket-service", "docs-site")
    asked = [office.add(plan=plan(name)) for name in names]
    replies = both_say(office, *[(approval(office, one.id), GRACE) for one in asked])

    assert sorted(reply.status for reply in replies) == [0, 0, 0, 1]
    (told,) = [reply.text for reply in replies if reply.status]
    assert "are under way, and more at once would hide what does what" in told
    assert len(office.held()) == 3


def test_a_stuck_one_takes_nobody_s_place(office: Office) -> None:
    for name in ("document-service", "websocket-service", "docs-site"):
        office.add(State.STUCK, plan=plan(name))
    office.approve(office.add().id)
    assert len(office.held()) == 4


def test_breaking_the_glass_on_two_at_once_breaks_it_once(office: Office) -> None:
    request = Request(force=WHY)
    asked = [office.add(plan=plan(name), request=request) for name in ("graphql-api", "docs-site")]
    replies = both_say(office, *[(approval(office, one.id), LINUS) for one in asked])

    assert sorted(reply.status for reply in replies) == [0, 1]
    (told,) = [reply.text for reply in replies if reply.status]
    assert "The glass was broken for OP-" in told
    assert [call.level for call in office.calls()] == [4]
    office.later(minutes=30)
    waiting = next(one for one in asked if office.find(one.id).state is State.AWAITING_APPROVAL)
    office.policy(approval_lasts=timedelta(hours=1))
    office.approve(waiting.id, LINUS)
    assert len(office.calls()) == 2


def test_a_second_person_must_approve_and_may_from_anywhere(office: Office) -> None:
    one = office.add(requested_by="slack:U1")
    assert "you asked for it yourself" in office.say(approval(office, one.id), ADA).text
    assert "needs the role operator" in office.say(approval(office, one.id), LINUS).text
    assert office.say(approval(office, one.id), GRACE).status == 0


@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_what_it_takes_is_what_it_takes_now(office: Office, severity: str) -> None:
    """Planned in peace, approved in need; or the other way round."""
    one = office.add(approvals_needed=int(severity == "critical"))
    office.incident(service="graphql-api", severity=severity)
    reply = office.say(approval(office, one.id), ADA)

    assert (reply.status == 0) is (severity == "critical")
    if severity == "warning":
        assert "needs a second person" in reply.text


def test_another_plan_is_not_approved(office: Office) -> None:
    one = office.add()
    with pytest.raises(Refused, match="not the one you saw"):
        office.approve(one.id, plan_hash="0" * 12)
    reply = office.say(f"operation approve {one.name}", GRACE)
    assert f"--plan-hash {(one.plan_hash or '')[:12]}" in reply.text
    assert office.held() == {}


def test_a_plan_that_ran_out_is_not_approved(office: Office) -> None:
    one = office.add(expires_at=office.at + timedelta(minutes=10))
    office.later(minutes=12)
    with pytest.raises(Refused, match="ran out 2 min ago"):
        office.approve(one.id)


def test_traffic_that_goes_to_and_fro_stops_short_of_ping_pong(office: Office) -> None:
    switched = {"switched_at": office.at, "closed_at": office.at}
    office.add(State.SUCCEEDED, **switched)
    one = office.add(approvals_needed=1)
    other = office.add(plan=plan("docs-site"))
    office.add(State.SUCCEEDED, **switched)

    with pytest.raises(Refused, match="switched 2 times within 30 min"):
        office.approve(one.id)
    office.approve(other.id)
    office.later(minutes=31)
    office.approve(one.id)


def test_there_and_back_are_two_switches(office: Office) -> None:
    office.add(State.UNDONE, switched_at=office.at, closed_at=office.at, mode=Mode.UNDO)
    with pytest.raises(Refused, match="switched 2 times"):
        office.approve(office.add().id)
    office.approve(office.add(request=Request(force=WHY)).id)


@pytest.mark.parametrize("state", [State.PLANNING, State.AWAITING_APPROVAL])
def test_cancelling_before_it_runs_ends_it(office: Office, state: State) -> None:
    one = office.add(state)
    reply = office.say(f'operation cancel {one.name} "wrong one"')
    after = office.find(one.id)
    assert (after.state, after.closed_at) == (State.CANCELLED, office.at)
    assert "is cancelled" in reply.text


@pytest.mark.parametrize("state", [State.APPROVED, State.RUNNING])
def test_cancelling_what_runs_asks_its_run(office: Office, state: State) -> None:
    one = office.add(state)
    office.say(f'operation cancel {one.name} "wrong one"')
    after = office.find(one.id)
    assert after.state is state
    assert after.stop is not None
    assert after.stop.why == "wrong one"
    assert "asked OP-1 to stop already" in office.say(f"operation cancel {one.name}", GRACE).text


@pytest.mark.parametrize("switched", [True, False])
def test_cancelling_what_waits_for_a_decision_reverts_it(office: Office, *, switched: bool) -> None:
    """What came late moved traffic though nothing says since when."""
    one = office.add(State.AWAITING_DECISION, switched_at=office.at if switched else None)
    office.say(f"operation cancel {one.name}")
    after = office.find(one.id)
    assert (after.state, after.run, after.mode) == (State.UNDOING, 2, Mode.UNDO)
    assert office.held() == {"graphql-api": one.id}


@pytest.mark.parametrize("verb", ["cancel", "revert"])
def test_what_is_being_undone_is_not_stopped(office: Office, verb: str) -> None:
    one = office.add(State.UNDOING, mode=Mode.UNDO)
    assert "is being undone already" in office.say(f"operation {verb} {one.name}").text
    assert office.find(one.id).stop is None


def test_what_is_over_stays_so(office: Office) -> None:
    incident = office.incident()
    over = {"closed_at": office.at, "said": "it went so", "incident": incident}
    for state in ENDED - {State.SUCCEEDED, State.STUCK} | {State.BLOCKED}:
        one = office.add(state, **over)
        for verb in ("cancel", "revert", "close"):
            reply = office.say(f"operation {verb} {one.name}")
            assert reply.status == 1
            assert f"operation show {one.name}" in reply.text
            assert office.find(one.id) == one


def test_whoever_asked_may_stop_it_from_wherever(office: Office) -> None:
    mine = office.add(requested_by=LINUS)
    assert office.say(f"operation cancel {mine.name}", LINUS).status == 0
    other = office.add(requested_by=ADA)
    assert "needs the role operator" in office.say(f"operation cancel {other.name}", LINUS).text


def test_reverting_what_is_done_asks_for_the_way_back(office: Office) -> None:
    one = office.add(State.SUCCEEDED, closed_at=office.at)
    reply = office.say(f'operation revert {one.name} "it was not the deploy"')
    after = office.find(one.id + 1)
    assert after.state is State.PLANNING
    assert (after.reverts, after.request.target) == (one.id, {"graphql-api": "bad"})
    assert f"{after.name} was asked for to go back" in reply.text


def test_what_released_nothing_has_no_way_back(office: Office) -> None:
    one = office.add(
        State.SUCCEEDED, closed_at=office.at, plan=plan(kind=Kind.FREEZE, legs=()), kind=Kind.FREEZE
    )
    assert "A freeze has nothing to go back to" in office.say(f"operation revert {one.name}").text


@pytest.mark.parametrize("raised", [Ending.DONE, Ending.LATE])
@pytest.mark.parametrize("state", [State.STUCK, State.AWAITING_DECISION])
def test_closing_gives_the_locks_back_and_leaves_what_was_raised_to_be_lowered(
    office: Office, state: State, raised: Ending
) -> None:
    one = office.add(state, plan=plan(steps=(SCALED, step(decisive=True))))
    office.does(one, "scale idle", raised)
    office.does(one, "switch graphql-api", Ending.LATE)
    assert office.held()

    office.say(f'operation close {one.name} "put right by hand"')

    after = office.find(one.id)
    assert after.state is (State.STUCK if state is State.STUCK else State.SUCCEEDED)
    assert after.closed_at == office.at
    assert office.held() == {}
    lowered = ["restore the minimum of graphql-api"]
    assert [duty.name for duty in office.duties() if duty.action == "restore_minimum"] == lowered
    assert "is over" in office.say(f"operation close {one.name}").text
    assert [duty.name for duty in office.duties() if duty.action == "restore_minimum"] == lowered


def test_only_what_waits_for_a_person_is_closed(office: Office) -> None:
    incident = office.incident()
    busy = HOLDING - {State.AWAITING_DECISION}
    for state in busy | {State.PLANNING, State.AWAITING_APPROVAL}:
        one = office.add(state, incident=incident, plan=plan(state.value))
        assert f"operation cancel {one.name}" in office.say(f"operation close {one.name}").text
        assert office.find(one.id) == one


def test_asking_tells_the_incident_and_is_refused_in_words(office: Office) -> None:
    incident = office.incident(service="graphql-api", severity="critical")
    assert office.say("rollback graphql-api").status == 0
    assert office.find(1).incident == incident
    assert "OP-1: rollback of graphql-api asked for" in office.story(incident)
    assert "needs the role operator" in office.say("rollback graphql-api", LINUS).text
    assert office.say(f'rollback graphql-api --force "{WHY}"', LINUS).status == 0
    short = office.say('rollback graphql-api --force "because"', LINUS)
    assert (short.status, "at least 15 characters" in short.text) == (Misuse.status, True)


def test_without_an_incident_one_is_declared(office: Office) -> None:
    office.say("restart graphql-api")
    one = office.find(1)
    assert office.told(one.incident).title == "Restart of graphql-api"
    assert office.told(one.incident).component == "graphql-api"


def test_decisions_are_not_rationed(office: Office) -> None:
    """Five changes in ten minutes are for what waits: an operation does not."""
    incident = office.incident(service="redis")
    asked = [
        office.add(plan=plan(name), incident=incident) for name in ("graphql-api", "docs-site")
    ]
    once = History(Limit(most=1, within=timedelta(minutes=10)), "changes")
    office.desk.asking = replace(office.desk.asking, changes=once)
    for one in asked:
        assert office.say(approval(office, one.id), GRACE).status == 0
        assert office.say(f"operation cancel {one.name}", GRACE).status == 0
    assert office.say("restart graphql-api", GRACE).status == 0
    assert "more than 1 changes" in office.say("restart docs-site", GRACE).text


def test_a_block_that_two_may_override_takes_two(office: Office) -> None:
    schema = Check(code=Code.SCHEMA, result=Result.BLOCK, seen="43 is outside 40 to 42")
    one = office.add(request=Request(force=WHY), checks=(schema,), requested_by=LINUS)
    assert "needs the role operator" in office.say(approval(office, one.id), LINUS).text
    assert office.say(approval(office, one.id), GRACE).status == 0


def test_a_token_gives_nobody_more_than_people_yaml_does(office: Office) -> None:
    """At the click and at the start of the run alike."""
    one = office.add()
    words = approval(office, one.id)
    token = Asked(text=words, actor="cli:linus", surface=Surface.API, role=Role.ADMIN.value)

    no = office.desk.asking.answer(token)

    assert no.status == 1
    assert "people.yaml does not give to linus: a token cannot give it instead" in no.text
    assert office.find(one.id) == one
    rights = Rights(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at)
    with pytest.raises(Refused, match="is not operator any more"):
        rights.must_still_approve(replace(one, approved_by="cli:linus"))


def test_of_a_stranger_the_token_alone_tells(office: Office) -> None:
    one = office.add()
    words = approval(office, one.id)
    for role, status in ((Role.RESPONDER, 1), (Role.OPERATOR, 0)):
        token = Asked(text=words, actor="cli:robot", surface=Surface.API, role=role.value)
        assert office.desk.asking.answer(token).status == status
    rights = Rights(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at)
    rights.must_still_approve(office.find(one.id))
