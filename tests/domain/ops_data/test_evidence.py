"""Which queries fit a component, and how an answer is read."""

from datetime import UTC, datetime

import pytest

from bot.domain.fact import Missing, Verdict
from bot.domain.ops_data.component import Component, Kind, Metrics, Targets
from bot.domain.ops_data.evidence import Queries, Query, ask_texts, askable, asks, found, read

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
ERRORS = Query(
    name="errors",
    title="Errors",
    unit="percent",
    target="error_rate_percent",
    text='rate($requests{$which,$code_label=~"5.."}[5m])',
)
TRAFFIC = Query(name="traffic", unit="req/s", text="rate($requests{$which}[5m] $ago)")
PAINT = Query(name="paint", text="${fcp}_bucket{$which}")
STORE = Query(name="store", text="pg_up{$which}", kinds=frozenset({Kind.POSTGRESQL}))
QUERIES = Queries(queries=(ERRORS, TRAFFIC, PAINT, STORE))
API = Component(
    name="api",
    kind=Kind.KUBERNETES,
    environments=("production",),
    targets=Targets(error_rate_percent=0.1),
    metrics=Metrics(requests="http_total", label="job", code_label="status"),
)


def sent(component: Component, queries: Queries = QUERIES) -> list[str]:
    return ask_texts(asks(queries, component, "production"))


def test_the_holes_are_filled_from_the_component() -> None:
    assert sent(API) == [
        'rate(http_total{job="api",status=~"5.."}[5m])',
        'rate(http_total{job="api"}[5m] )',
        'rate(http_total{job="api"}[5m] offset 1h)',
    ]


def test_only_what_fits_the_component_is_asked() -> None:
    site = Component(
        name="site", kind=Kind.NETLIFY, environments=(), metrics=Metrics(fcp="fcp_seconds")
    )
    database = Component(name="db", kind=Kind.POSTGRESQL, environments=())
    plain = Component(name="plain", kind=Kind.REDIS, environments=())

    assert sent(site) == ['fcp_seconds_bucket{service="site"}']
    assert sent(database) == ['pg_up{service="db"}']
    assert sent(plain) == []
    parts = {one.name: one for one in (API, site, database, plain)}
    assert askable(QUERIES, parts, "production") == {"api", "site", "db"}


def test_the_environment_is_asked_for_where_its_label_is_known() -> None:
    queries = Queries(queries=(STORE,), environment_label="env")
    database = Component(name="db", kind=Kind.POSTGRESQL, environments=())

    assert sent(database, queries) == ['pg_up{service="db",env="production"}']


def test_a_name_cannot_leave_its_quotes() -> None:
    evil = Component(name='a"} or up{x="\\\n', kind=Kind.POSTGRESQL, environments=())

    assert sent(evil) == ['pg_up{service="a\\"} or up{x=\\"\\\\\\n"}']


@pytest.mark.parametrize(
    "samples", [[], [1.0, 2.0], [float("nan")], [float("inf")], [-float("inf")]]
)
def test_what_is_not_one_number_is_no_data(samples: list[float]) -> None:
    assert read(samples) is Missing.NO_DATA


def test_one_number_is_judged_by_the_component_s_target() -> None:
    errors, traffic = asks(QUERIES, API, "production")

    fact = found(errors, read([26.04]), None, NOW)
    assert (fact.value, fact.target, fact.verdict) == (26, 0.1, Verdict.OVER)
    assert (fact.title, fact.unit, fact.at, fact.missing) == ("Errors", "percent", NOW, None)
    both = found(traffic, 41.2, 39.6, NOW)
    assert (both.value, both.before, both.verdict) == (41, 40, Verdict.UNKNOWN)


def test_no_answer_is_no_number_but_has_its_reason() -> None:
    _, traffic = asks(QUERIES, API, "production")
    fact = found(traffic, Missing.TIMEOUT, 40.0, NOW)

    assert (fact.value, fact.missing, fact.verdict) == (None, Missing.TIMEOUT, Verdict.UNKNOWN)
    assert found(traffic, 41.0, Missing.NO_DATA, NOW).before is None
