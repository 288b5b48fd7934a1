"""Everything goes back at once: consumers first, and one of the tiers fails."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.operations.rig import BAD, Rig, rigged
from tests.operations.twins import SERVICES, SITES
from tests.scenarios.operations.hands import FOR_REAL, PROVEN_LATE, edit
from tests.scenarios.operations.seen import ask, done, on_fire, run, states, switches

GRAPHQL, WEBSOCKET = "graphql-api", "websocket-service"
EVERYTHING = "rollback production"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url, times=PROVEN_LATE) as found:
        for name in (*SERVICES, *SITES):
            found.went_bad(name)
        found.serve()
        on_fire(found)
        edit(found, "components.yaml", _sockets_leave_at_once)
        yield found


def _sockets_leave_at_once(data: dict[str, Any]) -> None:
    data["components"][WEBSOCKET]["rollout"]["drain"] = {"percent": 100, "every": "1s"}


def _releases(rig: Rig) -> dict[str, str]:
    services = {name: rig.platform.tag(name) for name in SERVICES}
    return services | {name: rig.platform.published(name) for name in SITES}


def _refuse_switch(rig: Rig) -> None:
    path = f"/services/{GRAPHQL}$"
    rig.platform.cluster.api.faults.status("PATCH", path, 500, query=FOR_REAL, times=20)


def _restored_at(rig: Rig) -> list[float]:
    return [one.at for one in rig.platform.writes("/restore")]


def test_a_tier_that_fails_takes_the_earlier_ones_back_with_it(rig: Rig) -> None:
    """Nobody has said that old sites get on with the new services."""
    _refuse_switch(rig)
    over = run(rig, ask(rig, EVERYTHING))
    rig.platform.cluster.api.faults.clear()

    assert over["state"] == "undone", over["said"]
    assert "Switches the traffic of graphql-api" in over["said"]
    assert set(_releases(rig).values()) == {BAD}
    assert switches(rig, WEBSOCKET) == []
    assert states(over)[f"switch {WEBSOCKET}"] == "skipped"
    assert {states(over)[f"undo restore {name}"] for name in SITES} == {"done"}


def test_the_whole_stack_goes_back_tier_by_tier_and_forth_again(rig: Rig) -> None:
    before = len(_restored_at(rig))
    over = done(rig, EVERYTHING)

    assert set(_releases(rig).values()) == {"v1.4.2"}
    assert set(over["results"]) == {*SERVICES, *SITES}
    sites = _restored_at(rig)[before:]
    first, second, third = (switches(rig, name)[-1].at for name in (GRAPHQL, *SERVICES[1:]))
    assert max(sites) < first < min(second, third)

    back = rig.command(f"operation revert {over['id']}", who="margaret")["data"]["id"]
    assert run(rig, rig.wait(back, {"awaiting_approval"}))["state"] == "succeeded"
    assert set(_releases(rig).values()) == {BAD}


def test_where_versions_get_on_one_that_fails_leaves_the_others_where_they_are(rig: Rig) -> None:
    edit(rig, "operations.yaml", lambda data: data.update(contract_tested=True))
    planned = ask(rig, EVERYTHING)
    moves = [one for one in planned["plan"]["steps"] if not one["name"].startswith("drain")]
    assert {step["stage"] for step in moves} == {0, 1}
    _refuse_switch(rig)
    over = run(rig, planned)
    rig.platform.cluster.api.faults.clear()

    assert over["state"] == "awaiting_decision", over["said"]
    failed = {GRAPHQL: BAD}
    assert _releases(rig) == dict.fromkeys((*SERVICES, *SITES), "v1.4.2") | failed
    _each_is_told(over)
    rig.command(f"operation revert {over['id']}", who="grace")
    rig.wait(over["id"], {"undone"})
    assert set(_releases(rig).values()) == {BAD}


def _each_is_told(over: Mapping[str, Any]) -> None:
    """What became of each component."""
    assert set(over["results"]) == {*SERVICES, *SITES}
    assert "500" in over["results"][GRAPHQL]
