"""Who asks for operations, who approves them, and what must not be approved."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import Misuse, Refused
from bot.domain.limits import Limit
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Mode, Request, State
from bot.domain.ops_data.people import Role
from bot.domain.verbs.reply import Asked, Surface
from bot.flows.history import History
from bot.flows.operations.rights import Rights
from tests.domain.operations.made import plan
from tests.flows.operations.approval import WHY, approval
from tests.flows.operations.office import ADA, GRACE, LINUS, Office


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

    with pytest.raises(Refused, match="switched 2 times within 30 min") as no:
        office.approve(one.id)
    assert "`rollback production --force why`" in no.value.next_move
    office.approve(other.id)
    office.later(minutes=31)
    office.approve(one.id)


def test_glass_that_may_not_be_broken_again_takes_nothing_s_place(office: Office) -> None:
    incident = office.incident()
    office.add(
        State.SUCCEEDED, request=Request(force=WHY), started_at=office.at, approved_at=office.at,
        closed_at=office.at, incident=incident,
    )  # fmt: skip
    done = office.add(
        State.SUCCEEDED, switched_at=office.at, closed_at=office.at, incident=incident
    )
    back = office.add(reverts=done.id, incident=incident)

    refused = office.say(f'operation revert {done.name} --force "{WHY}"')

    assert "The glass was broken for" in refused.text
    assert office.find(back.id) == back


def test_a_way_back_that_is_refused_as_ping_pong_makes_room_for_the_one_by_broken_glass(
    office: Office,
) -> None:
    incident = office.incident()
    office.add(State.SUCCEEDED, switched_at=office.at, closed_at=office.at, incident=incident)
    done = office.add(
        State.SUCCEEDED, switched_at=office.at, closed_at=office.at, incident=incident
    )
    back = office.add(reverts=done.id, incident=incident)
    with pytest.raises(Refused, match="switched 2 times") as no:
        office.approve(back.id)
    assert f"`operation revert {done.name} --force why`" in no.value.next_move
    assert f"{back.name} was asked for" in office.say(f"operation revert {done.name}").text

    forced = f'operation revert {done.name} --force "{WHY}"'
    assert office.say(forced, LINUS).status == 0

    before, after = office.find(back.id), office.find(back.id + 1)
    assert (before.state, before.closed_at) == (State.CANCELLED, office.at)
    assert (after.state, after.reverts, after.request.force) == (State.PLANNING, done.id, WHY)
    told = f"{back.name}: cancelled: {after.name} takes its place, by break-glass"
    assert told in office.story(incident)
    assert f"{after.name} was asked for from {done.name} already" in office.say(forced).text


@pytest.mark.parametrize("fields", [{"state": State.APPROVED}, {"reverts": None}])
def test_what_is_approved_or_goes_on_gives_way_to_nobody(
    office: Office, fields: dict[str, Any]
) -> None:
    done = office.add(State.SUCCEEDED, closed_at=office.at)
    request = Request(follows=done.id) if "reverts" in fields else Request()
    one = office.add(**{"reverts": done.id, "request": request, **fields})
    told = office.say(f'operation revert {done.name} --force "{WHY}"').text
    assert f"{one.name} was asked for from {done.name} already" in told
    assert office.find(one.id) == one


def test_there_and_back_are_two_switches(office: Office) -> None:
    office.add(State.UNDONE, switched_at=office.at, closed_at=office.at, mode=Mode.UNDO)
    with pytest.raises(Refused, match="switched 2 times"):
        office.approve(office.add().id)
    office.approve(office.add(request=Request(force=WHY)).id)


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
