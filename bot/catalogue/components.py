"""components.yaml: the platform, part by part, and the names that senders give the parts."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from yaml.nodes import MappingNode, Node, ScalarNode

from bot.catalogue import rollouts
from bot.catalogue.agreement import disagreements
from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.component import Component, Kind, Metrics, Targets

_KINDS = {kind.value: kind for kind in Kind}
_TARGETS = ("availability_percent", "error_rate_percent", "p95_ms", "fcp_ms")
_METRICS = ("requests", "duration", "connections", "saves", "fcp", "label", "code_label")
_FIELDS = (
    "kind",
    "title",
    "environment",
    "namespace",
    "sites",
    "depends_on",
    "aliases",
    "targets",
    "links",
    "pagerduty",
    "color_label",
    "metrics",
    "rollout",
)
_PAGERDUTY_ID = re.compile(r"[A-Z0-9]{6,14}")
_PROMETHEUS_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """`aliases` lead to components, `environments` from every lower-case word to its name."""

    components: Mapping[str, Component]
    aliases: Mapping[str, str]
    environments: Mapping[str, str]


def parse(sheet: Sheet) -> Platform:
    known = ("environments", "components")
    top = sheet.fields(sheet.root, "components.yaml", known, known)
    environments = _environments(sheet, top.get("environments"))
    nodes = sheet.entries(top.get("components"), "components")
    names = set(environments.values())
    components = {name: _component(sheet, name, node, nodes, names) for name, node in nodes.items()}
    _unshared_pagerduty(sheet, components, nodes)
    _hold_together(sheet, components, nodes)
    aliases = _aliases(sheet, nodes)
    return Platform(components=components, aliases=aliases, environments=environments)


def _environments(sheet: Sheet, node: Node | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in sheet.entries(node, "environments").items():
        for word in (name, *sheet.texts(words, f"environments.{name}")):
            owner = found.setdefault(word.casefold(), name)
            if owner != name:
                sheet.say(words, f"environments: {word} means {owner} already")
    return found


def _component(
    sheet: Sheet, name: str, node: Node, names: Collection[str], environments: Collection[str]
) -> Component:
    found = sheet.fields(node, name, _FIELDS, ("kind", "environment"))
    kind = sheet.choice(found.get("kind"), f"{name}.kind", _KINDS)
    sheet.refers(found.get("environment"), f"{name}: environment", environments)
    sheet.refers(found.get("depends_on"), f"{name}.depends_on: component", names)
    depends_on = sheet.texts(found.get("depends_on"), f"{name}.depends_on")
    if name in depends_on:
        sheet.say(found["depends_on"], f"{name} depends on itself")
    where = sheet.texts(found.get("environment"), f"{name}.environment")
    return Component(
        name=name,
        kind=_KINDS.get(kind, Kind.EXTERNAL),
        title=sheet.text(found.get("title"), f"{name}.title"),
        environments=where,
        namespace=_by_environment(sheet, found.get("namespace"), f"{name}.namespace", where),
        sites=_by_environment(sheet, found.get("sites"), f"{name}.sites", where),
        depends_on=tuple(other for other in depends_on if other in names),
        targets=_targets(sheet, found.get("targets"), name),
        links=_links(sheet, found.get("links"), name),
        pagerduty=_named(sheet, found.get("pagerduty"), f"{name}.pagerduty", _PAGERDUTY_ID),
        color_label=_named(
            sheet, found.get("color_label"), f"{name}.color_label", _PROMETHEUS_NAME
        ),
        metrics=_metrics(sheet, found.get("metrics"), name),
        rollout=(
            rollouts.parse(sheet, found["rollout"], name, _KINDS[kind], where)
            if "rollout" in found and kind
            else None
        ),
    )


def _by_environment(
    sheet: Sheet, node: Node | None, what: str, environments: tuple[str, ...]
) -> dict[str, str]:
    """One text stands for all of the component's environments."""
    if isinstance(node, ScalarNode):
        return dict.fromkeys(environments, sheet.text(node, what))
    entries = sheet.entries(node, what)
    for name, value in entries.items():
        if name not in environments:
            sheet.say(value, f"{what}: {name} is not in this component's environment")
    return {name: sheet.text(value, f"{what}.{name}") for name, value in entries.items()}


def _targets(sheet: Sheet, node: Node | None, name: str) -> Targets:
    found = sheet.fields(node, f"{name}.targets", _TARGETS)
    values = {key: sheet.number(value, f"{name}.targets.{key}") for key, value in found.items()}
    for key, value in values.items():
        if value is not None and (value <= 0 or (key.endswith("percent") and value > 100)):  # noqa: PLR2004 (percent)
            sheet.say(found[key], f"{name}.targets.{key} cannot be {value:g}")
    return Targets(**values)


def _links(sheet: Sheet, node: Node | None, name: str) -> dict[str, str]:
    links: dict[str, str] = {}
    for title, value in sheet.entries(node, f"{name}.links").items():
        address = links[title] = sheet.text(value, f"{name}.links.{title}")
        if address and not _https(address):
            sheet.say(value, f"{name}.links.{title} must be a whole https:// address")
    return links


def _https(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not set(address) & set(' <>|"')


def _metrics(sheet: Sheet, node: Node | None, name: str) -> Metrics:
    found = sheet.fields(node, f"{name}.metrics", _METRICS)
    return Metrics(
        **{
            key: _named(sheet, value, f"{name}.metrics.{key}", _PROMETHEUS_NAME)
            for key, value in found.items()
        }
    )


def _named(sheet: Sheet, node: Node | None, what: str, shape: re.Pattern[str]) -> str:
    word = sheet.text(node, what)
    if word and node is not None and not shape.fullmatch(word):
        sheet.say(node, f"{what} must look like {shape.pattern}, not {word}")
    return word


def _unshared_pagerduty(
    sheet: Sheet, components: Mapping[str, Component], nodes: Mapping[str, Node]
) -> None:
    owners: dict[str, str] = {}
    for name, component in components.items():
        owner = owners.setdefault(component.pagerduty, name)
        if component.pagerduty and owner != name:
            sheet.say(nodes[name], f"{name}.pagerduty is {owner}'s service already")


def _hold_together(
    sheet: Sheet, components: Mapping[str, Component], nodes: Mapping[str, Node]
) -> None:
    for name, message in disagreements(components):
        sheet.say(_part(nodes[name], "rollout") or nodes[name], f"{name}.rollout{message}")


def _part(node: Node, name: str) -> Node | None:
    values = node.value if isinstance(node, MappingNode) else []
    return next((value for key, value in values if key.value == name), None)


def _aliases(sheet: Sheet, nodes: Mapping[str, Node]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for name, node in nodes.items():
        listed = _part(node, "aliases")
        for word in sheet.texts(listed, f"{name}.aliases"):
            owner = word if word in nodes else aliases.setdefault(word, name)
            if owner != name and listed is not None:
                sheet.say(listed, f"{name}.aliases: {word} means {owner} already")
    return aliases
