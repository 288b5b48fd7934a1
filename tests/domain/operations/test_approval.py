from datetime import timedelta

import pytest

from bot.domain.errors import Misuse, Refused
from bot.domain.operations import approval
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.policy import Policy
from bot.domain.severity import Severity
from tests.domain.operations.made import NOW, asker, operation, plan

WHY = "checkout is down and nobody else answers"
GRACE = asker("grace", Role.OPERATOR)


def block(code: Code, result: Result = Result.BLOCK) -> Check:
    return Check(code=code, result=result, seen="seen")


@pytest.mark.parametrize(
    ("said", "approvals"),
    [
        ({"worst": Severity.SEV1}, 0),
        ({"worst": Severity.SEV2}, 0),
        ({"worst": Severity.SEV3}, 1),
        ({"worst": None}, 1),
        ({"worst": Severity.SEV1, "request": Request(to_version="v1")}, 1),
        ({"worst": Severity.SEV1, "request": Request(target={"graphql-api": "x"})}, 1),
        ({"worst": Severity.SEV1, "components": ("graphql-api", "docs-site")}, 1),
        ({"worst": None, "environment": "staging"}, 0),
        ({"worst": None, "environment": "preview"}, 0),
        ({"worst": None, "environment": "prod-eu"}, 1),
        ({"worst": None, "kind": Kind.RESTART}, 0),
        ({"worst": None, "kind": Kind.SCALE}, 0),
        ({"worst": None, "kind": Kind.FREEZE}, 0),
        ({"worst": None, "kind": Kind.UNFREEZE}, 0),
    ],
)
def test_how_many_it_takes(said: dict[str, object], approvals: int) -> None:
    wanted = plan(
        *said.get("components", ()),  # type: ignore[misc]  # a table of anything
        environment=said.get("environment", "production"),  # type: ignore[arg-type]  # as above
        kind=said.get("kind", Kind.ROLLBACK),
    )
    request = said.get("request", Request())
    assert isinstance(request, Request)
    worst = said["worst"]
    assert worst is None or isinstance(worst, Severity)
    needed = approval.need(wanted, request, (), worst)
    assert needed.approvals == approvals
    assert needed.role is Role.OPERATOR
    assert needed.why


@pytest.mark.parametrize("code", [None, Code.ROOM])
def test_breaking_the_glass_takes_one_responder(code: Code | None) -> None:
    found = () if code is None else (block(code),)
    assert approval.need(plan(), Request(force=WHY), found, None) == approval.Need(
        approvals=0, role=Role.RESPONDER, why="break-glass"
    )


@pytest.mark.parametrize("code", [Code.SCHEMA, Code.FORMAT, Code.RESTORE_POINT])
def test_breaking_the_glass_takes_two_where_data_is_at_stake(code: Code) -> None:
    needed = approval.need(plan(), Request(force=WHY), (block(code),), None)
    assert (needed.approvals, needed.role) == (1, Role.OPERATOR)
    assert code in needed.why


@pytest.mark.parametrize("code", [Code.IMAGE, Code.REFERENCES, Code.SECRETS, Code.REHEARSAL])
def test_what_break_glass_never_skips(code: Code) -> None:
    assert approval.stopped_by((block(code),), Request(force=WHY))


@pytest.mark.parametrize("code", [Code.SCHEMA, Code.FORMAT, Code.ROOM, Code.RESTORE_POINT])
def test_what_break_glass_skips(code: Code) -> None:
    assert approval.stopped_by((block(code),), Request())
    assert not approval.stopped_by((block(code),), Request(force=WHY))


@pytest.mark.parametrize("code", list(Code))
def test_what_cannot_be_told_blocks_only_where_it_must_be_known(code: Code) -> None:
    must = {Code.IMAGE, Code.REFERENCES, Code.SCHEMA, Code.SECRETS}
    stopped = approval.stopped_by((block(code, Result.UNKNOWN),), Request())
    assert bool(stopped) == (code in must)


def test_a_warning_stops_nothing() -> None:
    warned = tuple(block(code, Result.WARN) for code in Code)
    assert not approval.stopped_by(warned, Request())


@pytest.mark.parametrize("reason", ["x", "because I say", " " * 20 + "short"])
def test_glass_is_not_broken_without_a_reason(reason: str) -> None:
    with pytest.raises(Misuse, match="at least 15 characters"):
        approval.check_reason(Request(force=reason))
    approval.check_reason(Request(force=WHY))
    approval.check_reason(Request())


def waiting(approvals: int = 1) -> Operation:
    return operation(
        State.AWAITING_APPROVAL, approvals_needed=approvals, expires_at=NOW + timedelta(minutes=10)
    )


def test_a_second_operator_may_approve() -> None:
    one = waiting()
    approval.must_be_approvable(one, GRACE, one.plan_hash or "", "ada", NOW)


def test_the_beginning_of_the_hash_that_people_see_is_enough_and_less_is_not() -> None:
    one = waiting()
    approval.must_be_approvable(one, GRACE, (one.plan_hash or "")[:12].upper(), "ada", NOW)
    with pytest.raises(Refused):
        approval.must_be_approvable(one, GRACE, (one.plan_hash or "")[:11], "ada", NOW)


def test_where_none_is_needed_the_requester_confirms() -> None:
    one = waiting(approvals=0)
    ada = asker("ada", Role.OPERATOR)
    approval.must_be_approvable(one, ada, one.plan_hash or "", "ada", NOW)


def refusal(one: Operation, who: approval.Asker, plan_hash: str | None = None) -> Refused:
    with pytest.raises(Refused) as refused:
        approval.must_be_approvable(
            one, who, one.plan_hash or "" if plan_hash is None else plan_hash, "ada", NOW
        )
    assert refused.value.next_move, "every refusal names the next move"
    return refused.value


def test_your_own_request_is_not_yours_to_approve_on_any_surface() -> None:
    ada = asker("ada", Role.ADMIN)
    assert "second person" in refusal(waiting(), ada).fact


def test_a_changed_world_is_not_what_was_seen() -> None:
    no = refusal(waiting(), GRACE, "0" * 64)
    assert "the world changed" in no.fact
    assert "--plan-hash" in no.next_move


def test_a_plan_that_ran_out() -> None:
    late = operation(
        State.AWAITING_APPROVAL, approvals_needed=1, expires_at=NOW - timedelta(minutes=2)
    )
    assert "ran out 2 min ago" in refusal(late, GRACE).fact


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.SECURITY, Role.VIEWER])
def test_the_wrong_role(role: Role) -> None:
    no = refusal(waiting(), asker("linus", role))
    assert "needs the role operator" in no.fact
    assert str(role) in no.fact


@pytest.mark.parametrize("state", [one for one in State if one is not State.AWAITING_APPROVAL])
def test_a_replayed_click_finds_it_decided(state: State) -> None:
    one = operation(state, approved_by="cli:grace", said="said")
    assert "OP-7" in refusal(one, GRACE).fact


def test_glass_breaks_once_in_half_an_hour() -> None:
    earlier = operation(State.SUCCEEDED, approved_at=NOW - timedelta(minutes=10))
    with pytest.raises(Refused, match="wait 20 min"):
        approval.must_not_be_forced_again([earlier], NOW, Policy())
    approval.must_not_be_forced_again([], NOW, Policy())
