import re
from dataclasses import replace

import pytest

from bot.domain.incidents.routing import explain, route
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.route import IGNORED_LABELS, Route, Settings, index, trail
from bot.domain.severity import Category, Severity

BASE = Settings(runbook="Unknown", ladder="default")


def _route(
    name: str,
    *children: Route,
    settings: Settings = BASE,
    match: dict[str, str] | None = None,
    like: dict[str, str] | None = None,
) -> Route:
    return Route(
        name=name,
        path=name,
        line=1,
        settings=settings,
        equals={label: frozenset(words.split()) for label, words in (match or {}).items()},
        patterns={label: re.compile(words) for label, words in (like or {}).items()},
        children=children,
        by_alertname=index(children),
        any_alertname=tuple(child for child in children if "alertname" not in child.equals),
    )


def _catalogue(*children: Route, settings: Settings = BASE) -> Catalogue:
    api = Component(name="api", kind=Kind.KUBERNETES, environments=("production",))
    return Catalogue(
        components={"api": api},
        neighbours={"api": frozenset()},
        routes=_route("root", *children, settings=settings),
        people={},
        groups={},
        ladders={},
        runbooks={},
        default_environment="production",
        digest="",
        component_aliases={"api-blue": "api"},
        environment_aliases={"prod": "production", "production": "production"},
    )


@pytest.mark.parametrize(
    ("labels", "severity", "category", "text"),
    [
        ({"severity": "critical"}, "sev2", "critical", "critical"),
        ({"severity": "WARNING"}, "sev3", "warning", "WARNING"),
        ({"level": "Info"}, "sev4", "info", "Info"),
        ({"severity": "", "level": "page"}, "sev2", "critical", "page"),
        ({"severity": "spicy"}, "sev3", "warning", "spicy"),
        ({"level": "2"}, "sev3", "warning", "2"),
        ({}, "sev3", "warning", ""),
    ],
)
def test_severity_is_the_senders(
    labels: dict[str, str], severity: str, category: str, text: str
) -> None:
    routed = route(_catalogue(), labels)

    assert (routed.severity, routed.category, routed.severity_text) == (severity, category, text)


@pytest.mark.parametrize(
    ("settings", "severity", "category"),
    [
        (replace(BASE, severity=Severity.SEV1), "sev1", "critical"),
        (replace(BASE, category=Category.INFO), "sev4", "info"),
        (replace(BASE, category=Category.CRITICAL), "sev2", "critical"),
        (replace(BASE, severity=Severity.SEV3, category=Category.INFO), "sev3", "info"),
    ],
)
def test_a_route_beats_the_sender(settings: Settings, severity: str, category: str) -> None:
    routed = route(_catalogue(settings=settings), {"severity": "critical"})

    assert (routed.severity, routed.category) == (severity, category)


@pytest.mark.parametrize(
    ("labels", "component", "known"),
    [
        ({"component": "api", "service": "x", "app": "y", "job": "z"}, "api", "known"),
        ({"service": "x", "app": "api", "job": "z"}, "x", "unknown"),
        ({"component": "", "job": "api-blue"}, "api", "known"),
        ({"app": "api"}, "api", "known"),
        ({"pod": "api-1"}, None, "unknown"),
    ],
)
def test_the_component_is_the_first_label_that_names_one(
    labels: dict[str, str], component: str | None, known: str
) -> None:
    routed = route(_catalogue(), labels)

    assert routed.component == component
    assert routed.component_known is (known == "known")
    assert routed.incident


@pytest.mark.parametrize(
    ("labels", "environment"),
    [
        ({"environment": "staging", "env": "prod"}, "staging"),
        ({"env": "PROD"}, "production"),
        ({"env": "moon"}, "moon"),
        ({}, "production"),
    ],
)
def test_the_environment_is_the_first_label_or_our_own(
    labels: dict[str, str], environment: str
) -> None:
    assert route(_catalogue(), labels).environment == environment


def test_labels_of_a_route_count_only_if_they_name_what_we_know() -> None:
    catalogue = _catalogue(settings=replace(BASE, component_labels=("container",)))

    assert route(catalogue, {"container": "api-blue", "job": "exporter"}).component == "api"
    assert route(catalogue, {"container": "else", "job": "exporter"}).component == "exporter"


def test_the_first_child_that_matches_takes_it_and_its_children_go_on() -> None:
    catalogue = _catalogue(
        _route("narrow", match={"alertname": "Down", "service": "web"}),
        _route(
            "wide",
            _route("deep", match={"severity": "critical"}),
            like={"alertname": "Do.*"},
        ),
        _route("late", match={"alertname": "Down"}),
    )

    def path(**labels: str) -> list[str]:
        return [route(catalogue, labels).path]

    assert path(alertname="Down", service="web") == ["narrow"]
    assert path(alertname="Down") == ["wide"]
    assert path(alertname="Down", severity="Page") == ["deep"]
    assert path(alertname="UpDown") == ["root"]
    assert path(service="web") == ["root"]


def test_routes_match_what_the_bot_understands() -> None:
    catalogue = _catalogue(
        _route("ours", match={"component": "api", "environment": "production"}),
        _route("odd", match={"severity": "spicy"}),
    )

    assert route(catalogue, {"job": "api-blue", "env": "Prod"}).path == "ours"
    assert route(catalogue, {"severity": "Spicy"}).path == "odd"


def test_the_index_gives_what_trying_every_child_would() -> None:
    children = (
        _route("a", match={"alertname": "A B"}),
        _route("any", match={"team": "x"}),
        _route("b", match={"alertname": "B"}),
        _route("like", like={"alertname": "[AC]"}),
    )
    root = _route("root", *children)
    blunt = replace(root, by_alertname={}, any_alertname=children)

    for alertname in ("A", "B", "C", "D", ""):
        for team in ("", "x"):
            labels = {"alertname": alertname, "team": team}
            assert trail(root, labels) == (root, *trail(blunt, labels)[1:])


def test_copies_of_one_thing_are_ignored_and_routes_add_theirs() -> None:
    settings = replace(BASE, ignored_labels=IGNORED_LABELS | {"shard"}, incident=False)

    routed = route(_catalogue(settings=settings), {})

    assert {"replica", "pod", "instance", "shard"} <= routed.ignored_labels
    assert not routed.incident


def test_every_decision_is_explained() -> None:
    catalogue = _catalogue(
        _route("down", match={"alertname": "Down"}, settings=replace(BASE, runbook="Down"))
    )

    first, *why = explain(
        catalogue, {"alertname": "Down", "level": "Spicy", "job": "x", "env": "prod"}
    )

    assert first.startswith("route down: root (line 1) takes everything; down (line 1) takes ")
    assert first.endswith("alerts whose alertname is Down")
    assert why == [
        "component x: label job=x, not in components.yaml",
        "environment production: label env=prod",
        "severity sev3, category warning: label level=Spicy, an unknown word, so a warning",
        "runbook Down: the default",
        "ladder default: the default",
        "incident yes: the default",
    ]
