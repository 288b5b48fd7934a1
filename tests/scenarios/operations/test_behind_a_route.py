"""A component whose traffic a VirtualService splits: back by its weights, and by nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.kubernetes.kinds import SERVICE, VIRTUALSERVICE
from sandbox.twin.faults import Moment
from tests.operations.rig import BAD, Rig, rigged
from tests.operations.twins import PRODUCTION
from tests.scenarios.operations.hands import FOR_REAL, PROVEN_LATE
from tests.scenarios.operations.seen import ask, checks, on_fire, run, seen, states, told

ROUTED, DRAINED = "graphql-api", "websocket-service"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("rig")
    with rigged(folder, story_url, times=PROVEN_LATE, routed=(ROUTED, DRAINED)) as found:
        found.went_bad(ROUTED)
        found.went_bad(DRAINED)
        found.serve()
        on_fire(found)
        yield found


def weights(rig: Rig, component: str) -> dict[str, int]:
    route = rig.platform.cluster.store.get(VIRTUALSERVICE, PRODUCTION, component)
    shares = route["spec"]["http"][0]["route"]
    return {one["destination"]["subset"]: one["weight"] for one in shares}


def rules(rig: Rig) -> list[Any]:
    found = rig.platform.cluster.store.get(VIRTUALSERVICE, PRODUCTION, ROUTED)
    return list(found["spec"]["http"])


def put(rig: Rig, http: list[Any]) -> None:
    store = rig.platform.cluster.store
    with store.lock:
        found = store.get(VIRTUALSERVICE, PRODUCTION, ROUTED)
        store.update(VIRTUALSERVICE, found | {"spec": found["spec"] | {"http": http}})


def test_a_bad_release_is_weighed_away_and_can_come_back(rig: Rig) -> None:
    assert weights(rig, ROUTED) == {"blue": 0, "green": 100}
    planned = ask(rig, f"rollback {ROUTED}")
    assert planned["plan"]["legs"][0]["mechanism"] == "route switch"
    assert checks(planned, "P1") == [
        f"PASS {BAD} (green) → v1.4.2 (blue); it served well for 1 h 50 min"
    ]
    assert checks(planned, "P12")[0].startswith("PASS")
    assert rig.platform.writes() == []

    over = run(rig, planned)

    assert (over["state"], over["verdict"]) == ("succeeded", "pass_synthetic")
    assert set(states(over).values()) == {"done"}
    assert seen(over, f"switch {ROUTED}").startswith(f"{ROUTED} sends everything to blue")
    assert "2 of 2 probes were fine" in over["results"][ROUTED]
    assert weights(rig, ROUTED) == {"blue": 100, "green": 0}
    assert rig.platform.tag(ROUTED) == "v1.4.2"
    assert len(rig.platform.writes(f"/virtualservices/{ROUTED}")) == 1
    assert rig.platform.writes("/services/") == []
    assert "running" in told(rig, over["id"])

    back = rig.command(f"operation revert {over['id']} it was the database")
    rig.wait(back["data"]["id"], {"awaiting_approval"})
    rig.approve(back["data"]["id"])
    assert rig.rest(back["data"]["id"])["state"] == "succeeded"
    assert weights(rig, ROUTED) == {"blue": 0, "green": 100}
    assert rig.platform.tag(ROUTED) == BAD


def test_old_connections_leave_the_colour_that_lost_its_weight(rig: Rig) -> None:
    before = rig.platform.deployment(f"{DRAINED}-green")["spec"]["replicas"]
    over = run(rig, ask(rig, f"rollback {DRAINED}"))

    assert (over["state"], over["verdict"]) == ("succeeded", "pass_synthetic")
    assert states(over)[f"drain {DRAINED}"] == "done"
    assert len(rig.platform.writes("/eviction")) == before
    service = rig.platform.cluster.store.get(SERVICE, PRODUCTION, DRAINED)
    assert service["spec"]["selector"] == {"app": DRAINED}


def test_what_goes_by_a_header_is_not_left_on_the_bad_release(rig: Rig) -> None:
    """A rule for websockets that somebody adds: told by the run that meets it and the next plan."""
    planned = ask(rig, f"rollback {ROUTED}")
    usual = rules(rig)
    sockets = {
        "match": [{"headers": {"upgrade": {"exact": "websocket"}}}],
        "route": [{"destination": {"host": ROUTED, "subset": "green"}}],
    }
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", f"/virtualservices/{ROUTED}$",
        lambda: put(rig, [sockets, *usual]), query=FOR_REAL,
    )  # fmt: skip

    over = run(rig, planned)

    assert over["state"] == "stuck", over["said"]
    assert "rule 1: requests with header upgrade go to green" in over["said"]
    assert rules(rig) == [sockets, *usual]
    closed = rig.command(f"operation close {over['id']} the rule is dropped first")
    assert closed["status"] == 0, closed["text"]

    told = ask(rig, f"rollback {ROUTED}")
    assert told["state"] == "awaiting_approval"
    assert "requests with header upgrade go to green" in str(told["plan"]["notes"])
    assert rig.command(f"operation cancel {told['id']}")["status"] == 0
    put(rig, usual)


def test_a_canary_that_somebody_begins_in_between_is_for_a_person(rig: Rig) -> None:
    """Its weights are neither what was there when people approved nor where it was to go."""
    planned = ask(rig, f"rollback {ROUTED}")
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", f"/virtualservices/{ROUTED}$",
        lambda: rig.platform.weigh(ROUTED, {"blue": 50, "green": 50}), query=FOR_REAL,
    )  # fmt: skip

    over = run(rig, planned)

    assert over["state"] == "stuck", over["said"]
    assert "splits traffic between" in over["said"]
    assert weights(rig, ROUTED) == {"blue": 50, "green": 50}
    closed = rig.command(f"operation close {over['id']} the canary is watched")
    assert closed["status"] == 0, closed["text"]

    refused = ask(rig, f"rollback {ROUTED}")
    assert refused["state"] != "awaiting_approval"
    assert "Finish or end the canary first" in refused["said"]
