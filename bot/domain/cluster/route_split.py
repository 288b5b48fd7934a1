"""Which colour an Istio VirtualService sends traffic to, and its rules pointed at the other.

Rules stay raw: what is not about the two colours is kept as it is.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

Rule = Mapping[str, Any]


class Split(StrEnum):
    BEFORE = "all traffic goes to the colour before"
    AFTER = "all traffic goes to the colour after"
    LEFT = "only what goes by the request is left on the colour before"
    BOTH = "the traffic is split between the two"
    NEITHER = "no rule names either of the two"


def split(http: Sequence[Rule], before: str, after: str) -> Split:
    """By the usual traffic: what goes by the request counts only where it was left behind."""
    usual = {name for rule in http if not on_request(rule) for name in sent(rule)}
    match before in usual, after in usual:
        case True, True:
            return Split.BOTH
        case True, False:
            return Split.BEFORE
        case False, False:
            return Split.NEITHER
    left = any(before in sent(rule) for rule in http if on_request(rule))
    return Split.LEFT if left else Split.AFTER


def pointed(http: Sequence[Rule], before: str, after: str) -> list[dict[str, Any]]:
    """The rules with all of the two colours' traffic on `after`; its own undo, swapped."""
    return [dict(rule) if on_request(rule) else _pointed(rule, before, after) for rule in http]


def hosts_of(http: Sequence[Rule], subset: str) -> tuple[str, ...]:
    """The hosts, each once, whose share of the usual traffic goes to this subset."""
    hosts = (
        str(one["destination"].get("host", ""))
        for rule in http
        if not on_request(rule)
        for one, (name, weight) in zip(rule.get("route") or (), _shares(rule), strict=True)
        if weight and name == subset
    )
    return tuple(dict.fromkeys(hosts))


def on_request(rule: Rule) -> bool:
    """Whether only a request that asks for it gets there, as a preview by header."""
    matches = rule.get("match") or []
    return bool(matches) and all(
        any(match.get(key) for key in ("headers", "queryParams", "sourceLabels"))
        for match in matches
    )


def sent(rule: Rule) -> frozenset[str]:
    """The subsets that get anything of what comes by this rule."""
    return frozenset(name for name, weight in _shares(rule) if name and weight)


def _pointed(rule: Rule, before: str, after: str) -> dict[str, Any]:
    names = [name for name, _ in _shares(rule)]
    if before not in names:
        return dict(rule)
    if after not in names:
        moved = [_to(one, after) if _subset(one) == before else one for one in rule["route"]]
        return {**rule, "route": moved}
    both = sum(weight for name, weight in _shares(rule) if name in (before, after))
    weights = {before: 0, after: both}
    moved = [
        {**one, "weight": weights[_subset(one)]} if _subset(one) in weights else one
        for one in rule["route"]
    ]
    return {**rule, "route": moved}


def _shares(rule: Rule) -> list[tuple[str, int]]:
    """Subsets and weights; a single destination without a weight gets everything."""
    routes = rule.get("route") or []
    alone = 100 if len(routes) == 1 else 0
    return [(_subset(one), int(one.get("weight", alone))) for one in routes]


def _subset(destination: Mapping[str, Any]) -> str:
    return str(destination.get("destination", {}).get("subset", ""))


def _to(destination: Mapping[str, Any], subset: str) -> dict[str, Any]:
    return {**destination, "destination": {**destination["destination"], "subset": subset}}
