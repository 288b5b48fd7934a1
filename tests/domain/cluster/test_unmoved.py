from typing import Any

import pytest

from bot.domain.cluster.unmoved import unmoved
from tests.domain.cluster.routes import Rule, routed, to

USUAL = {"route": [to("blue")]}
MIRROR = {"host": "web", "subset": "green"}


def asked(*matches: dict[str, Any], color: str = "blue") -> Rule:
    return {"match": list(matches), "route": [to(color)]}


@pytest.mark.parametrize(
    ("matches", "said"),
    [
        ([{"headers": {"upgrade": {"exact": "websocket"}}}], "header upgrade"),
        ([{"queryParams": {"old": {"exact": "1"}}}], "query parameter old"),
        ([{"sourceLabels": {"app": "gateway"}}], "source label app"),
        ([{"headers": {"a": {}, "b": {}}}, {"sourceLabels": {"app": "x"}}],
         "header a and header b or source label app"),
    ],
)  # fmt: skip
def test_what_goes_by_the_request_to_the_live_colour(matches: list[Any], said: str) -> None:
    assert unmoved(routed(USUAL, asked(*matches)), "blue", "green") == (
        f"VirtualService web, rule 2: requests with {said} go to blue, and a switch to green "
        "leaves them there"
    )


def test_a_part_of_it_is_enough() -> None:
    both = {**asked({"headers": {"a": {}}}), "route": [to("blue", 1), to("green", 99)]}

    assert "header a" in unmoved(routed(both, USUAL), "blue", "green")


@pytest.mark.parametrize("color", ["green", "red"])
def test_a_preview_is_none_of_it(color: str) -> None:
    assert unmoved(routed(asked({"headers": {"a": {}}}, color=color), USUAL), "blue", "green") == ""


@pytest.mark.parametrize(
    "mirrors", [{"mirror": MIRROR}, {"mirrors": [{"destination": MIRROR, "percentage": {}}]}]
)
def test_a_mirror_of_either_colour(mirrors: Rule) -> None:
    route = routed({**USUAL, **mirrors})

    assert unmoved(route, "blue", "green") == (
        "VirtualService web, rule 1: a mirror goes to green, and a switch to green does not move it"
    )
    assert "goes to green" in unmoved(route, "green", "blue")
    assert unmoved(route, "blue", "red") == ""


@pytest.mark.parametrize("kind", ["tcp", "tls"])
@pytest.mark.parametrize("color", ["blue", "green"])
def test_what_is_not_http(kind: str, color: str) -> None:
    plain = {"route": [{"destination": {"host": "database"}}]}
    others = {kind: (plain, {"route": [to("red", 50), to(color, 50)]})}

    assert unmoved(routed(USUAL, **others), "blue", "green") == (
        f"VirtualService web, {kind} rule 2: {kind.upper()} traffic goes to {color}, and a switch "
        "to green does not move it"
    )


def test_other_hosts_beside_it_stay_none_of_its_business() -> None:
    plain = {"route": [{"destination": {"host": "database"}}]}
    mirrored = {**USUAL, "mirror": {"host": "shadow"}}

    assert unmoved(routed(mirrored, tcp=(plain,), tls=(plain,)), "blue", "green") == ""
