"""The `rollout` of a component: where its releases run, and how traffic finds them."""

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from yaml.nodes import Node, ScalarNode

from bot.catalogue import promql
from bot.catalogue.sheet import Sheet
from bot.domain.duration import parse_duration
from bot.domain.ops_data.component import Kind
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Drain, Rollout

# What each kind of component may say; the others have nothing to roll out.
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.KUBERNETES: (
        "deployments", "service", "selector", "route", "container", "probes", "drain", "tier",
        "data", "schema_query", "secret_epoch",
    ),
    Kind.NETLIFY: ("probes", "tier", "data"),
    Kind.POSTGRESQL: ("stores", "schema_query"),
    Kind.REDIS: ("stores",),
}  # fmt: skip
_MOST_COLORS = 2
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL_KEY = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_PROVIDERS = {each.value: each for each in Provider}
_STORE = ("provider", "name", "namespace", "snapshot_class")
_IN_CLUSTER = ("namespace", "snapshot_class")


def parse(
    sheet: Sheet, node: Node, name: str, kind: Kind, environments: tuple[str, ...]
) -> Rollout | None:
    """`environments` are the component's own."""
    what = f"{name}.rollout"
    if kind not in FIELDS:
        sheet.say(node, f"{what}: a component of kind {kind} has nothing to roll out")
        return None
    found = sheet.fields(node, what, FIELDS[kind])
    rollout = Rollout(
        deployments=_deployments(sheet, found.get("deployments"), f"{what}.deployments"),
        service=_shaped(sheet, found.get("service"), f"{what}.service", _NAME),
        selector=_shaped(sheet, found.get("selector"), f"{what}.selector", _LABEL_KEY),
        route=_shaped(sheet, found.get("route"), f"{what}.route", _NAME),
        container=_shaped(sheet, found.get("container"), f"{what}.container", _NAME),
        probes=_probes(sheet, found.get("probes"), f"{what}.probes", environments),
        drain=_drain(sheet, found.get("drain"), f"{what}.drain"),
        tier=_whole(sheet, found.get("tier"), f"{what}.tier", least=1) or 1,
        data=sheet.text(found.get("data"), f"{what}.data"),
        schema_query=_query(sheet, found.get("schema_query"), f"{what}.schema_query"),
        secret_epoch=_whole(sheet, found.get("secret_epoch"), f"{what}.secret_epoch", least=0),
        stores=_stores(sheet, found.get("stores"), name, environments),
    )
    if kind is Kind.KUBERNETES:
        _switchable(sheet, node, what, rollout)
    return rollout


def _switchable(sheet: Sheet, node: Node, what: str, rollout: Rollout) -> None:
    if not rollout.deployments:
        sheet.say(node, f"{what}: deployments is missing")
    if bool(rollout.service) != bool(rollout.selector) and rollout.coloured:
        sheet.say(node, f"{what}: service and selector belong together")
    if rollout.coloured and not rollout.service and not rollout.route:
        sheet.say(node, f"{what}: colours need a service with its selector, or a route")


def _deployments(sheet: Sheet, node: Node | None, what: str) -> dict[str, str]:
    """One name alone is a Deployment without colours."""
    if isinstance(node, ScalarNode):
        alone = _shaped(sheet, node, what, _NAME)
        return {"": alone} if alone else {}
    entries = sheet.entries(node, what)
    found = {
        color: _shaped(sheet, value, f"{what}.{color}", _NAME) for color, value in entries.items()
    }
    if node is not None and len(found) != _MOST_COLORS:
        sheet.say(node, f"{what} must be one name, or one for each of two colours")
    if len(set(found.values())) < len(found) and node is not None:
        sheet.say(node, f"{what}: both colours name the same Deployment")
    return found


def _probes(
    sheet: Sheet, node: Node | None, what: str, environments: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for environment, value in _by_environment(sheet, node, what, environments).items():
        found[environment] = sheet.texts(value, f"{what}.{environment}")
        for address in found[environment]:
            if not _whole_address(address):
                sheet.say(value, f"{what}.{environment}: {address} is no whole address")
    return found


def _whole_address(address: str) -> bool:
    """`http` too: inside a cluster nothing else answers."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = not set(address) & set(' <>|"') and not (parts.username or parts.password)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _drain(sheet: Sheet, node: Node | None, what: str) -> Drain | None:
    if node is None:
        return None
    found = sheet.fields(node, what, ("percent", "every"))
    usual = Drain()
    percent = _whole(sheet, found.get("percent"), f"{what}.percent", least=1)
    if percent is not None and percent > 100:  # noqa: PLR2004 - percent
        sheet.say(found["percent"], f"{what}.percent cannot be {percent}")
    word = sheet.text(found.get("every"), f"{what}.every")
    every = parse_duration(word) if word else usual.every
    if every is None or not timedelta() < every <= timedelta(hours=1):
        sheet.say(found["every"], f"{what}.every must be a duration such as 5s, not {word}")
        every = usual.every
    return Drain(percent=percent or usual.percent, every=every)


def _stores(
    sheet: Sheet, node: Node | None, component: str, environments: tuple[str, ...]
) -> dict[str, Store]:
    what = f"{component}.rollout.stores"
    entries = _by_environment(sheet, node, what, environments)
    stores = {name: _store(sheet, value, component, name) for name, value in entries.items()}
    return {name: store for name, store in stores.items() if store is not None}


def _store(sheet: Sheet, node: Node, component: str, environment: str) -> Store | None:
    what = f"{component}.rollout.stores.{environment}"
    found = sheet.fields(node, what, _STORE, ("provider",))
    word = sheet.choice(found.get("provider"), f"{what}.provider", _PROVIDERS)
    provider = _PROVIDERS.get(word, Provider.NONE)
    if word != Provider.NONE and "name" not in found:
        sheet.say(node, f"{what}: name is missing")
    inside = provider is Provider.VOLUME_SNAPSHOT
    for key in _IN_CLUSTER:
        if inside and key not in found:
            sheet.say(node, f"{what}: a volumesnapshot needs {key}")
        if not inside and key in found:
            sheet.say(found[key], f"{what}.{key} is for a volumesnapshot alone")
    texts = {key: sheet.text(found.get(key), f"{what}.{key}") for key in _STORE[1:]}
    known = texts["name"] or word == Provider.NONE
    return Store(component=component, provider=provider, **texts) if known else None


def _by_environment(
    sheet: Sheet, node: Node | None, what: str, environments: tuple[str, ...]
) -> dict[str, Node]:
    entries = sheet.entries(node, what)
    for name, value in entries.items():
        if name not in environments:
            sheet.say(value, f"{what}: {name} is not in this component's environment")
    return entries


def _query(sheet: Sheet, node: Node | None, what: str) -> str:
    text = sheet.text(node, what)
    for fault in promql.faults(text) if text and node is not None else ():
        sheet.say(node or 0, f"{what} {fault}")
    return text


def _whole(sheet: Sheet, node: Node | None, what: str, *, least: int) -> int | None:
    number = sheet.number(node, what)
    if number is None or node is None:
        return None
    if number != int(number) or number < least:
        sheet.say(node, f"{what} must be a whole number from {least}, not {number:g}")
        return None
    return int(number)


def _shaped(sheet: Sheet, node: Node | None, what: str, shape: re.Pattern[str]) -> str:
    word = sheet.text(node, what)
    if word and node is not None and not shape.fullmatch(word):
        sheet.say(node, f"{what} must look like {shape.pattern}, not {word}")
    return word
