"""routes.yaml: the routing tree, each route with its parents' words already in it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from yaml.nodes import Node

from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.route import Route, Settings, index
from bot.domain.severity import Category, Severity

_SETTINGS = (
    "category",
    "severity",
    "component",
    "component_labels",
    "runbook",
    "ladder",
    "incident",
    "ignored_labels",
)
_MATCHERS = ("match", "match_re")
_CATEGORIES = {category.value: category for category in Category}
_SEVERITIES = {severity.value: severity for severity in Severity}


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """What a route may name; `None` where its file could not be read."""

    runbooks: Collection[str] | None
    ladders: Collection[str] | None
    components: Collection[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    path: str
    settings: Settings


def parse(sheet: Sheet, known: Targets) -> Route:
    top = sheet.fields(sheet.root, "routes.yaml", ("route",), ("route",))
    above = Above(path="", settings=Settings(runbook="", ladder=""))
    return _route(sheet, top.get("route"), above, known)


def _route(sheet: Sheet, node: Node | None, above: Above, known: Targets) -> Route:
    root = not above.path
    needed = ("name", "runbook", "ladder") if root else ("name",)
    matchers = () if root else _MATCHERS
    found = sheet.fields(node, "the route", ("name", "routes", *matchers, *_SETTINGS), needed)
    name = sheet.text(found.get("name"), "name") or "?"
    path = f"{above.path} / {name}" if above.path else name
    if node is not None and not root and not found.keys() & set(_MATCHERS):
        sheet.say(node, f"{path}: match or match_re is missing: it would take everything")
    settings = _settings(sheet, found, path, above.settings, known)
    inside = Above(path=path, settings=settings)
    children = tuple(
        _route(sheet, child, inside, known)
        for child in sheet.items(found.get("routes"), f"{path}.routes")
    )
    return Route(
        name=name,
        path=path,
        line=node.start_mark.line + 1 if node is not None else 0,
        settings=settings,
        given=frozenset(found.keys() & set(_SETTINGS)),
        equals=_equals(sheet, found.get("match"), path),
        patterns=_patterns(sheet, found.get("match_re"), path),
        children=children,
        by_alertname=index(children),
        any_alertname=tuple(child for child in children if "alertname" not in child.equals),
    )


def _settings(
    sheet: Sheet, found: Mapping[str, Node], path: str, above: Settings, known: Targets
) -> Settings:
    sheet.refers(found.get("runbook"), f"{path}: runbook", known.runbooks)
    sheet.refers(found.get("ladder"), f"{path}: ladder", known.ladders)
    sheet.refers(found.get("component"), f"{path}: component", known.components)
    severity = sheet.choice(found.get("severity"), f"{path}.severity", _SEVERITIES)
    category = sheet.choice(found.get("category"), f"{path}.category", _CATEGORIES)
    if severity or category:  # either word replaces both, so that they cannot contradict
        above = replace(
            above, severity=_SEVERITIES.get(severity), category=_CATEGORIES.get(category)
        )
    labels = sheet.texts(found.get("component_labels"), f"{path}.component_labels")
    ignored = sheet.texts(found.get("ignored_labels"), f"{path}.ignored_labels")
    return replace(
        above,
        runbook=sheet.text(found.get("runbook"), f"{path}.runbook") or above.runbook,
        ladder=sheet.text(found.get("ladder"), f"{path}.ladder") or above.ladder,
        component=sheet.text(found.get("component"), f"{path}.component") or above.component,
        component_labels=labels or above.component_labels,
        incident=sheet.flag(found.get("incident"), f"{path}.incident", default=above.incident),
        ignored_labels=above.ignored_labels | set(ignored),
    )


def _equals(sheet: Sheet, node: Node | None, path: str) -> dict[str, frozenset[str]]:
    return {
        label: frozenset(sheet.texts(value, f"{path}.match.{label}"))
        for label, value in sheet.entries(node, f"{path}.match").items()
    }


def _patterns(sheet: Sheet, node: Node | None, path: str) -> dict[str, re.Pattern[str]]:
    patterns: dict[str, re.Pattern[str]] = {}
    for label, value in sheet.entries(node, f"{path}.match_re").items():
        text = sheet.text(value, f"{path}.match_re.{label}")
        try:
            patterns[label] = re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:  # a{9999999999}, ((((…
            sheet.say(value, f"{path}.match_re.{label} is no regular expression: {error}")
    return patterns
