"""Who needs a component, and the queries about who is connected to it."""

from dataclasses import replace

from bot.domain.operations.reach import connections, dependants, schema
from bot.domain.ops_data.component import Component, Kind, Metrics
from bot.domain.ops_data.evidence import Queries
from bot.domain.ops_data.rollout import Rollout
from tests.domain.operations.release_scene import DATABASE, catalogue, component


def _needs(name: str, *others: str, where: str = "production") -> Component:
    return Component(name=name, kind=Kind.EXTERNAL, environments=(where,), depends_on=others)


def test_dependants_are_found_through_each_other_and_once() -> None:
    known = catalogue(_needs("a", "api", "b"), _needs("b", "a"), _needs("c", "b", where="staging"))

    assert dependants("api", known, "production") == ("docs", "pwa", "a", "b")
    assert dependants("api", known, "staging") == ("c",)
    assert dependants("pwa", known, "production") == ()


def test_connections_are_counted_on_the_colour_that_serves() -> None:
    one = component(metrics=Metrics(connections="ws_connections"), color_label="color")
    known = replace(catalogue(one), queries=Queries(environment_label="environment"))

    asked = connections(one, known, "production", "green")

    assert asked == ('sum(ws_connections{service="api",environment="production",color="green"})')
    assert connections(component(), known, "production", "green") == ""


def test_the_schema_is_asked_of_whoever_declares_it() -> None:
    assert DATABASE.rollout is not None
    database = replace(
        DATABASE,
        metrics=Metrics(label="job"),
        rollout=replace(DATABASE.rollout, schema_query="max(schema_version{$which})"),
    )
    own = component(rollout=Rollout(schema_query="max(api_schema{$which})", data="postgresql"))

    assert schema(component(), catalogue(database), "production") == (
        'max(schema_version{job="postgresql"})'
    )
    assert schema(own, catalogue(database), "production") == 'max(api_schema{service="api"})'
    assert schema(component(), catalogue(), "production") == ""
