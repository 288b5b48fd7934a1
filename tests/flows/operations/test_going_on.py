"""From a rollback that did not help to the next good release: who may, from what, and once."""

from typing import Any

import pytest

from bot.domain.operations.operation import Request, State
from bot.domain.operations.plan import Kind
from bot.domain.ops_data.people import Role
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.store import releases
from tests.domain.operations.made import plan
from tests.flows.operations.office import GRACE, LINUS, Office


@pytest.mark.parametrize("state", [State.AWAITING_DECISION, State.SUCCEEDED])
def test_a_rollback_that_did_not_help_goes_on_to_the_next_good_release(
    office: Office, state: State
) -> None:
    one = office.add(state, closed_at=office.at if state is State.SUCCEEDED else None)

    reply = office.say(f'operation next {one.name} "that one is bad too"')

    before, after = office.find(one.id), office.find(one.id + 1)
    assert (before.state, before.closed_at) == (State.SUCCEEDED, office.at)
    assert office.held() == {}
    assert (after.state, after.kind, after.reverts) == (State.PLANNING, Kind.ROLLBACK, None)
    assert after.request == Request(
        components=("graphql-api",), why="that one is bad too", follows=one.id,
        beyond={"graphql-api": "good"},
    )  # fmt: skip
    assert f"{one.name} is taken as it is, and {after.name} is being planned" in reply.text
    again = office.say(f"operation next {one.name}", GRACE)
    assert f"{after.name} was asked for from {one.name} already" in again.text
    assert f"{after.name} was asked" in office.say(f"operation revert {one.name}", GRACE).text


@pytest.mark.parametrize("verb", ["revert", "next"])
@pytest.mark.parametrize("standing", [True, False], ids=["another is open", "nothing is open"])
def test_what_goes_on_from_a_resolved_incident_is_of_an_open_one(
    office: Office, verb: str, *, standing: bool
) -> None:
    one = office.add(State.SUCCEEDED, closed_at=office.at)
    office.say(f"resolve INC-{one.incident}")
    other = office.incident(service="graphql-api", severity="critical") if standing else None

    assert office.say(f"operation {verb} {one.name}").status == 0

    after = office.find(one.id + 1)
    assert after.incident == (other or one.incident + 1)
    assert office.told(after.incident).is_open
    assert not office.told(one.incident).is_open


def test_only_what_failed_goes_on(office: Office) -> None:
    one = office.add(State.AWAITING_DECISION, plan=plan("graphql-api", "docs-site"))
    bad = LedgerRelease(
        environment="production", component="docs-site", workload="docs", version="v1.4.1",
        identity="good", occurrence="1", deployed_at=office.at, live_at=office.at,
        verdict=Verdict.FAIL,
    )  # fmt: skip
    with office.db.write() as tx:
        releases.keep(tx, [bad])
    office.say(f"operation next {one.name}")
    assert office.find(one.id + 1).request.beyond == {"docs-site": "good"}


def test_what_may_stall_the_database_may_when_it_goes_on(office: Office) -> None:
    one = office.add(State.AWAITING_DECISION, request=Request(may_stall=True))
    office.say(f"operation next {one.name}")
    assert office.find(one.id + 1).request.may_stall


def test_who_may_not_ask_for_the_next_one_changes_nothing(office: Office) -> None:
    one = office.add(State.AWAITING_DECISION, approver_role=Role.RESPONDER)
    reply = office.say(f"operation next {one.name}", LINUS)
    assert "needs the role operator" in reply.text
    assert office.find(one.id) == one
    assert office.held() == {"graphql-api": one.id}


@pytest.mark.parametrize(
    ("state", "fields", "said"),
    [
        (State.RUNNING, {}, "OP-1 is running: only a rollback that is undecided or done goes on"),
        (State.STUCK, {}, "OP-1 is stuck: only"),
        (State.AWAITING_DECISION, {"kind": Kind.RESTART}, "OP-1 is a restart: only a rollback"),
        (State.SUCCEEDED, {"plan": plan(legs=())}, "OP-1 moved nothing."),
    ],
)
def test_there_is_nothing_to_go_on_from(
    office: Office, state: State, fields: dict[str, Any], said: str
) -> None:
    one = office.add(state, **fields)
    assert said in office.say(f"operation next {one.name}").text
    assert office.find(one.id) == one
