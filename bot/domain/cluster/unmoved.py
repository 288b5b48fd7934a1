"""What a switch of a VirtualService between two colours would leave where it is, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.cluster.route_split import Rule, on_request, sent
from bot.domain.cluster.workload import Route

_ASKED = {"headers": "header", "queryParams": "query parameter", "sourceLabels": "source label"}


def unmoved(route: Route, before: str, after: str) -> str:
    """The first of it; empty where a switch from `before` moves everything.

    What goes by the request to `after` is a preview, and no part of it. Mirrors and what is not
    HTTP are, of either colour: a mirror of the one that is live doubles its writes.
    """
    for at, rule in enumerate(route.http, start=1):
        if on_request(rule) and before in sent(rule):
            return (
                f"VirtualService {route.name}, rule {at}: requests with {_asked(rule)} go to "
                f"{before}, and a switch to {after} leaves them there"
            )
    for where, what, destinations in _others(route):
        subsets = {str(one.get("subset", "")) for one in destinations}
        if found := next((color for color in (before, after) if color in subsets), ""):
            return (
                f"VirtualService {route.name}, {where}: {what} goes to {found}, and a switch to "
                f"{after} does not move it"
            )
    return ""


def _others(route: Route) -> Iterable[tuple[str, str, Iterable[Mapping[str, Any]]]]:
    for at, rule in enumerate(route.http, start=1):
        mirrors = [one.get("destination") or {} for one in rule.get("mirrors") or ()]
        yield f"rule {at}", "a mirror", [rule.get("mirror") or {}, *mirrors]
    for kind, rules in (("TCP", route.tcp), ("TLS", route.tls)):
        for at, rule in enumerate(rules, start=1):
            destinations = [one.get("destination") or {} for one in rule.get("route") or ()]
            yield f"{kind.lower()} rule {at}", f"{kind} traffic", destinations


def _asked(rule: Rule) -> str:
    """Each match has to have all of its own; one of the matches is enough."""
    matches = (
        " and ".join(
            f"{word} {name}" for key, word in _ASKED.items() for name in match.get(key) or ()
        )
        for match in rule["match"]
    )
    return " or ".join(dict.fromkeys(matches))
