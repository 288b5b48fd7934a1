"""The evidence loop beside a Prometheus that answers, lags, refuses, dies or is switched off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.fact import Missing, Verdict
from bot.domain.ops_data.evidence import Queries, Query
from bot.flows import evidence as flow
from bot.flows.cards.card_view import look
from tests.flows.cards.desk import Desk, alert
from tests.flows.evidence_stage import MEASURED, QUERIES, Here
from tests.prometheus_twin import NO_SERIES, error, prometheus_twin, vector


@pytest.fixture
def here(desk: Desk) -> Iterator[Here]:
    with prometheus_twin() as twin:
        made = Here(desk=desk, twin=twin)
        made.answer(26.04)
        yield made
        made.loop.stop()


def test_a_new_incident_gets_its_numbers_at_once(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api", severity="critical")
    here.turn()

    errors, traffic = here.facts(name)
    assert (errors.value, errors.target, errors.verdict) == (26, 0.1, Verdict.OVER)
    assert (traffic.value, traffic.before, traffic.verdict) == (41, 40, Verdict.UNKNOWN)
    assert sorted(here.twin.queries()) == [
        '100 * errors_of(requests{service="graphql-api"})',
        'rate(requests{service="graphql-api"} )',
        'rate(requests{service="graphql-api"} offset 1h)',
    ]
    assert here.version(name) == 2
    assert here.changes == 1
    assert "evidence" not in {entry.kind.value for entry in here.desk.story(name)}


def test_the_card_s_view_has_them(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()

    with here.desk.db.read() as tx:
        view = look(
            tx, here.desk.incident(name), here.catalogue, "http://bot.example", here.desk.at
        )
    assert view.evidence == here.facts(name)


def test_numbers_are_asked_for_once_a_minute(here: Here) -> None:
    here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    for _ in range(5):
        assert here.turn() == flow.IDLE
    assert len(here.twin.asked) == 3

    here.turn(timedelta(minutes=1))
    assert len(here.twin.asked) == 6


@pytest.mark.parametrize(("errors", "moves"), [(26.4, 0), (27.9, 0), (35, 1), (0.05, 1)])
def test_a_card_is_behind_only_when_a_number_moved(here: Here, errors: float, moves: int) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    shown, version = here.facts(name), here.version(name)
    here.answer(errors)
    here.turn(timedelta(minutes=1))

    assert here.version(name) == version + moves
    assert here.changes == 1 + moves
    assert (here.facts(name) == shown) is not bool(moves)
    assert here.facts(name)[0].at == here.desk.at


def test_all_incidents_of_a_component_share_one_asking(here: Here) -> None:
    names = [
        here.desk.tell(replace(alert(f"A{number}", service="graphql-api"), starts_at=start))
        for number, start in enumerate(_apart(here.desk.at, 5))
    ]
    assert len(set(names)) == 5
    here.turn()

    assert len(here.twin.asked) == 3
    assert {here.facts(name) for name in names} == {here.facts(names[0])}


def test_the_most_severe_comes_first_and_others_soon_after(here: Here) -> None:
    mild = here.desk.fire("Slow", service="websocket-service", severity="warning")
    bad = here.desk.fire("GraphqlDown", service="graphql-api", severity="critical")
    pause = here.turn()

    assert here.facts(bad)
    assert not here.facts(mild)
    assert pause < 1
    here.turn()
    assert here.facts(mild)


def test_a_slow_prometheus_is_said_so_and_holds_nothing_up(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BUDGET", 0.2)
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.twin.hangs = True
    here.turn()

    assert {fact.missing for fact in here.facts(name)} == {Missing.TIMEOUT}
    version = here.version(name)
    here.turn(timedelta(minutes=1))
    assert here.version(name) == version  # it reads the same: no edit
    here.twin.hangs = False
    here.twin.wake.set()
    monkeypatch.setattr(flow, "BUDGET", 3.0)
    here.turn(timedelta(minutes=1))
    assert [fact.value for fact in here.facts(name)] == [26, 41]


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        (error(503, "unavailable"), Missing.NO_ANSWER),
        (error(503, "timeout"), Missing.TIMEOUT),
        (error(422, "execution"), Missing.REFUSED),
        (NO_SERIES, Missing.NO_DATA),
        (vector("NaN"), Missing.NO_DATA),
        (vector("1", "2"), Missing.NO_DATA),
    ],
)
def test_one_number_that_cannot_be_had_leaves_the_others(
    here: Here, answer: tuple[int, dict[str, object]], missing: Missing
) -> None:
    here.twin.values["errors_of"] = answer
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()

    errors, traffic = here.facts(name)
    assert (errors.value, errors.missing) == (None, missing)
    assert traffic.value == 41


def test_no_more_than_ten_queries_run_at_once(here: Here) -> None:
    many = tuple(
        Query(name=f"q{number}", unit="x", text=f"rate($requests{{$which}}) + {number}")
        for number in range(25)
    )
    here.catalogue = replace(MEASURED, queries=Queries(queries=many))
    here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()

    assert len(here.twin.asked) == 25
    assert here.twin.most_at_once <= flow.AT_ONCE


def test_another_environment_is_not_mixed_up_with_ours(here: Here) -> None:
    name = here.desk.fire("Down", service="graphql-api", environment="staging")
    here.turn()
    assert here.twin.asked == []

    here.catalogue = replace(MEASURED, queries=replace(QUERIES, environment_label="environment"))
    here.turn()
    assert here.facts(name)
    assert all('environment="staging"' in query for query in here.twin.queries())


def test_after_its_end_there_is_one_last_look(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    resolved = alert("GraphqlDown", service="graphql-api", resolved=here.desk.at)
    here.desk.tell(resolved)
    assert not here.desk.incident(name).is_open
    here.answer(0.0)
    here.turn(timedelta(minutes=2))
    assert here.facts(name)[0].value == 26

    here.turn(timedelta(minutes=4))
    assert here.facts(name)[0].value == 0
    asked = len(here.twin.asked)
    here.turn(timedelta(hours=1))
    assert len(here.twin.asked) == asked


def test_a_last_look_that_learns_nothing_leaves_what_was_known(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    known, version = here.facts(name), here.version(name)
    here.desk.tell(alert("GraphqlDown", service="graphql-api", resolved=here.desk.at))
    here.twin.values = {"requests": error(503, "unavailable")}
    here.turn(timedelta(minutes=6))

    assert here.facts(name) == known
    assert here.version(name) == version + 1  # its end alone


def test_switched_off_it_takes_its_numbers_away(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    version = here.version(name)
    here.loop.stop()
    here.on = False
    here.loop = here.another()
    here.turn()

    assert here.facts(name) == ()
    assert here.version(name) == version + 1
    here.turn(timedelta(minutes=2))
    assert here.version(name) == version + 1


def test_ops_data_without_a_query_takes_its_numbers_away(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    here.catalogue = replace(MEASURED, queries=Queries())
    here.turn()
    assert here.facts(name) == ()

    here.catalogue = MEASURED
    here.turn()
    assert here.facts(name)


def test_one_of_two_replicas_asks(here: Here) -> None:
    here.desk.fire("GraphqlDown", service="graphql-api")
    other = here.another("two")
    here.turn()
    other.turn()
    assert len(here.twin.asked) == 3
    other.stop()


def test_acknowledging_and_numbers_do_not_undo_each_other(here: Here) -> None:
    name = here.desk.fire("GraphqlDown", service="graphql-api")
    here.turn()
    reply = here.desk.ask(f"incident ack {name}")
    here.answer(50)
    here.turn(timedelta(minutes=1))

    assert reply.status == 0
    incident = here.desk.incident(name)
    assert (incident.state, incident.version) == ("acknowledged", 4)
    assert here.facts(name)[0].value == 50


def _apart(start: datetime, count: int) -> list[datetime]:
    return [start + timedelta(minutes=6 * number) for number in range(count)]
