"""queries.yaml: what is asked of Prometheus about a component."""

import re

from yaml.nodes import Node

from bot.catalogue import promql
from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.component import Kind
from bot.domain.ops_data.evidence import Queries, Query

MOST = 12
LONGEST_WORD = 20
TARGETS = {"error_rate_percent": None, "p95_ms": None, "fcp_ms": None}

_KINDS = {kind.value: kind for kind in Kind}
_FIELDS = ("title", "unit", "target", "kinds", "query")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def parse(sheet: Sheet) -> Queries:
    top = sheet.fields(sheet.root, "queries.yaml", ("environment_label", "queries"))
    label = sheet.text(top.get("environment_label"), "environment_label")
    if label and not _LABEL.fullmatch(label):
        sheet.say(top["environment_label"], f"environment_label cannot be {label}")
    entries = sheet.entries(top.get("queries"), "queries")
    if len(entries) > MOST:
        sheet.say(top["queries"], f"queries: {len(entries)} are too many: {MOST} at most")
    return Queries(
        queries=tuple(_query(sheet, name, node) for name, node in entries.items()),
        environment_label=label,
    )


def _query(sheet: Sheet, name: str, node: Node) -> Query:
    found = sheet.fields(node, name, _FIELDS, ("query",))
    short = {
        key: sheet.text(found.get(key), f"{name}.{key}")
        for key in ("title", "unit")
        if key in found
    }
    for key, word in short.items():
        if len(word) > LONGEST_WORD:
            sheet.say(found[key], f"{name}.{key} is longer than {LONGEST_WORD} characters")
    if not any(short.values()):
        sheet.say(node, f"{name}: a number needs a title or a unit")
    sheet.refers(found.get("kinds"), f"{name}: kind", _KINDS)
    kinds = sheet.texts(found.get("kinds"), f"{name}.kinds")
    text = sheet.text(found.get("query"), f"{name}.query")
    for fault in promql.faults(text) if text else ():
        sheet.say(found["query"], f"{name}.query {fault}")
    return Query(
        name=name,
        text=text,
        target=sheet.choice(found.get("target"), f"{name}.target", TARGETS),
        kinds=frozenset(_KINDS[kind] for kind in kinds if kind in _KINDS),
        **short,
    )
