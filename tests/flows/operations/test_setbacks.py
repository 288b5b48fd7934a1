"""What earlier operations could not bring up, as their rows have it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind
from bot.domain.operations.setback import Setback
from bot.engine.outcome import Ending
from bot.flows.operations.ending import Conclusion, Finish
from bot.flows.operations.setbacks import lately
from tests.domain.operations.made import GOOD, leg, plan, step
from tests.flows.operations.office import Office
from tests.flows.operations.test_ending import FREEZE, MOVE, SCALE

RECENT = timedelta(minutes=30)
OTHERWISE = replace(leg(), otherwise="graphql-api-blue")
PLAN = plan(steps=(FREEZE, SCALE, MOVE), legs=(OTHERWISE,))


def tried(office: Office, ending: Ending = Ending.LATE, **fields: Any) -> Operation:
    """A rollback whose idle colour came up, or did not."""
    one = office.add(State.RUNNING, **{"plan": PLAN, **fields})
    office.does(one, "scale idle", ending)
    Finish(record=office.record, catalogue=lambda: office.catalogue).keep(
        one.run_id, one.id, Conclusion(state=State.FAILED, said="it was late")
    )
    return office.find(one.id)


def asked(office: Office, **fields: Any) -> Operation:
    return office.add(State.PLANNING, **fields)


def found(office: Office, one: Operation) -> Sequence[Setback]:
    with office.db.read() as tx:
        return lately(tx, one, one.requested_at - RECENT)


def test_what_did_not_come_up_is_told_with_what_was_seen(office: Office) -> None:
    earlier = tried(office)

    assert found(office, asked(office)) == (
        Setback(
            workload="graphql-api-green",
            identity=GOOD.identity,
            operation=earlier.name,
            seen=f"scale idle: {Ending.LATE}",
        ),
    )


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.LATE, Ending.CONFLICT])
def test_however_it_failed_to_come_up(office: Office, ending: Ending) -> None:
    tried(office, ending)
    assert found(office, asked(office))


@pytest.mark.parametrize(
    "ending", [Ending.DONE, Ending.ALREADY, Ending.STOPPED, Ending.CANCELLED, Ending.STUCK]
)
def test_what_came_up_or_was_not_waited_for_says_nothing(office: Office, ending: Ending) -> None:
    tried(office, ending)
    assert found(office, asked(office)) == ()


def test_an_operation_is_not_diverted_by_its_own_rows(office: Office) -> None:
    """At its beginning it is planned once more, and has to come to the same."""
    assert found(office, tried(office)) == ()


def test_of_its_incident_it_counts_for_as_long_as_that_lasts(office: Office) -> None:
    earlier = tried(office)
    office.later(hours=5)

    assert found(office, asked(office, incident=earlier.incident))
    assert found(office, asked(office)) == ()


def test_of_another_incident_it_counts_for_a_while_before_the_request(office: Office) -> None:
    tried(office)
    office.later(minutes=29)
    one = asked(office)
    office.later(minutes=29)

    assert found(office, one), "time alone changes no plan"


def test_what_came_up_later_is_no_setback_any_more(office: Office) -> None:
    tried(office)
    tried(office, Ending.DONE)
    assert found(office, asked(office)) == ()

    tried(office)
    assert found(office, asked(office))


def test_other_environments_and_kinds_say_nothing(office: Office) -> None:
    tried(office, environment="staging")
    request = Request(components=("graphql-api",), replicas=3)
    tried(office, kind=Kind.SCALE, request=request)
    assert found(office, asked(office)) == ()


def test_a_restore_on_the_idle_colour_counts_and_one_in_place_does_not(office: Office) -> None:
    args = {"deployment": "graphql-api-green"}
    restore = step("scale idle", action="restore_template", args=args)
    tried(office, plan=plan(steps=(replace(restore, decisive=True),)))
    assert found(office, asked(office)) == ()

    tried(office, plan=plan(steps=(restore,)))
    assert found(office, asked(office))


def test_the_last_word_says_what_asking_again_does(office: Office) -> None:
    said = tried(office).said
    assert said == (
        "failed, and nothing stays changed: it was late. `rollback production` restores v1.4.1 "
        "in place on graphql-api-blue now"
    )
    assert "restores" not in tried(office, Ending.STOPPED).said
    assert "restores" not in tried(office, plan=plan(steps=(FREEZE, SCALE, MOVE))).said
