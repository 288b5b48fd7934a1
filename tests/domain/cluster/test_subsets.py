from typing import Any

import pytest

from bot.domain.cluster.subsets import Subset, subset
from bot.domain.cluster.workload import DestinationRule

PLACE = "production"
LONG = f"web.{PLACE}.svc.cluster.local"


def to(host: str, name: str = "green", weight: int = 100) -> dict[str, Any]:
    return {"destination": {"host": host, "subset": name}, "weight": weight}


def rule(host: str, *subsets: str) -> DestinationRule:
    return DestinationRule(namespace=PLACE, name=f"of-{host}", host=host, subsets=subsets)


@pytest.mark.parametrize(
    ("host", "rules", "found"),
    [
        ("web", [rule("web", "blue", "green")], Subset.DEFINED),
        ("web", [rule("web", "blue")], Subset.MISSING),
        ("web", [rule(LONG, "green")], Subset.DEFINED),
        (LONG, [rule("web", "blue")], Subset.MISSING),
        ("web", [], Subset.UNTOLD),
        ("web", [rule("shop", "green")], Subset.UNTOLD),
        ("web.shop.svc.cluster.local", [rule("web", "green")], Subset.UNTOLD),
        ("web", [rule("*.local", "green")], Subset.DEFINED),
        ("web", [rule("*", "green"), rule("*.svc.cluster.local")], Subset.MISSING),
        ("web", [rule("*.svc.cluster.local", "green"), rule("web", "blue")], Subset.MISSING),
        ("web", [rule("web", "blue"), rule(LONG, "green")], Subset.DEFINED),
    ],
)
def test_a_subset_is_of_the_rule_that_is_closest_to_its_host(
    host: str, rules: list[DestinationRule], found: Subset
) -> None:
    assert subset([{"route": [to(host)]}], "green", rules, PLACE) is found


def test_each_host_counts_and_the_worst_is_told() -> None:
    http = [{"route": [to("web")]}, {"route": [to("shop")]}, {"route": [to("mail")]}]
    known = [rule("web", "green"), rule("mail", "green")]

    assert subset(http, "green", known, PLACE) is Subset.UNTOLD
    assert subset(http, "green", [*known, rule("shop")], PLACE) is Subset.MISSING
    assert subset(http, "green", [*known, rule("shop", "green")], PLACE) is Subset.DEFINED


def test_only_what_gets_traffic_needs_its_subset() -> None:
    preview = {"match": [{"headers": {"x": {"exact": "1"}}}], "route": [to("preview")]}
    http = [preview, {"route": [to("web"), to("shop", weight=0), to("mail", "blue", 0)]}]

    assert subset(http, "green", [rule("web", "green")], PLACE) is Subset.DEFINED
    assert subset([{"route": [{"destination": {"host": "web"}}]}], "green", [], PLACE) is (
        Subset.DEFINED
    )
