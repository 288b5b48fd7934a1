"""A silence is as narrow as what fires, lasts as long as was said, and stands on the timeline."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.codec import instant
from tests.flows.cards.desk import ADA, START, Desk


def test_the_row_that_a_loop_makes_real(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api", environment="production", pod="a")
    desk.fire("HighErrorRate", service="graphql-api", environment="production", pod="b")
    reply = desk.ask('silence higherrorrate 2h "load test"')

    (row,) = desk.silences()
    assert row["matchers"] == {
        "alertname": "HighErrorRate",
        "service": "graphql-api",
        "environment": "production",
    }
    assert (row["state"], row["actor"], row["incident_id"]) == ("wanted", ADA, 1)
    assert row["comment"] == "load test (INC-1, slack:U1)"
    assert instant(row["ends_at"]) == START + timedelta(hours=2)  # type: ignore[arg-type]  # a column's value
    assert reply.data["key"] == row["key"]
    assert reply.text == (
        "Asked Alertmanager to keep HighErrorRate (service=graphql-api, environment=production) "
        "quiet until 05:07 UTC, on the timeline of INC-1."
    )
    entry = desk.story("INC-1")[-1]
    assert (entry.kind, entry.text) == (
        "silence",
        "HighErrorRate silenced until 05:07 UTC: load test",
    )
    assert entry.data["key"] == row["key"]


def test_only_labels_that_all_of_them_share(desk: Desk) -> None:
    desk.fire("DiskFull", group="g", service="graphql-api", app="a")
    desk.api('incident declare "x" --component redis')
    desk.fire("DiskFull", group="g", service="redis", app="a")
    desk.ask("incident merge INC-2 INC-1")
    desk.ask("silence DiskFull 30m INC-1")

    assert desk.silences()[0]["matchers"] == {"alertname": "DiskFull", "app": "a"}


def test_what_fires_nowhere_can_be_silenced_for_planned_work(desk: Desk) -> None:
    reply = desk.ask("silence DiskFull 1d")

    assert reply.status == 0
    assert reply.text.endswith("No alert of this name fires now: is it spelt right?")
    (row,) = desk.silences()
    assert (row["matchers"], row["incident_id"]) == ({"alertname": "DiskFull"}, None)


def test_where_it_fires_in_several_they_are_listed(desk: Desk) -> None:
    desk.fire("DiskFull", service="graphql-api")
    desk.fire("DiskFull", service="redis")
    reply = desk.ask("silence DiskFull 1d")

    assert reply.status == 1
    assert "`/candlefish silence DiskFull 1d INC-2`" in reply.text
    assert desk.silences() == []


def test_an_alert_that_does_not_fire_there(desk: Desk) -> None:
    desk.fire("DiskFull", service="graphql-api")
    reply = desk.ask("silence DiscFull 1d INC-1")

    assert reply.status == 1
    assert "`/candlefish silence DiskFull 1d INC-1`" in reply.text


@pytest.mark.parametrize("length", ["8d", "30s", "0m", "168h1s"])
def test_how_long(desk: Desk, length: str) -> None:
    reply = desk.ask(f'silence DiskFull {length} "x"')

    assert (reply.status, desk.silences()) == (2, [])
    assert reply.text.endswith('Did you mean `/candlefish silence DiskFull 2h "x"`?')


def test_without_alertmanager_it_says_what_to_set(desk: Desk) -> None:
    asking = replace(desk.asking, house=replace(desk.house, silences_on=False))
    desk.asking = asking
    reply = desk.ask("silence DiskFull 2h")

    assert reply.status == 1
    assert "CANDLEFISH_ALERTMANAGER_URL" in reply.text
    assert desk.silences() == []
