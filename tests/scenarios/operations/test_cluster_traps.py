"""Traps that a cluster lays for a rollback: kubernetes.md and operations.md, section 1."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, REPLICASET
from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.operations.rig import BAD, Rig, rigged
from tests.operations.twins import PRODUCTION
from tests.scenarios.operations.hands import (
    FOR_REAL,
    PROVEN_LATE,
    change,
    doomed,
    edit,
    idle,
    idle_version,
    ready,
    settled,
)
from tests.scenarios.operations.seen import (
    INCIDENT,
    ask,
    done,
    on_fire,
    run,
    seen,
    states,
    switches,
)

GRAPHQL, DOCUMENTS, WEBSOCKET = "graphql-api", "document-service", "websocket-service"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url, times=PROVEN_LATE) as found:
        found.went_bad(GRAPHQL)
        found.went_bad(DOCUMENTS)
        found.platform.ship(DOCUMENTS, "v1.4.4-bad")
        _forget_history(found, f"{WEBSOCKET}-blue")
        found.went_bad(WEBSOCKET, in_place=True)
        found.serve()
        on_fire(found)
        yield found


def _forget_history(rig: Rig, name: str) -> None:
    """Kubernetes keeps no ReplicaSet but the one that runs."""
    change(rig, DEPLOYMENT, name, revisionHistoryLimit=0)
    settled(rig, name)


def test_after_two_bad_releases_it_goes_to_the_good_one_before(rig: Rig) -> None:
    """`kubectl rollout undo`, and the idle colour, would bring the first bad one back."""
    over = done(rig, f"rollback {DOCUMENTS}")

    assert over["plan"]["legs"][0]["from"]["version"] == "v1.4.4-bad"
    assert over["plan"]["legs"][0]["to"]["version"] == "v1.4.2"
    assert rig.platform.tag(DOCUMENTS) == "v1.4.2"


def test_without_history_the_template_comes_from_the_ledger(rig: Rig) -> None:
    name = f"{WEBSOCKET}-blue"
    store = rig.platform.cluster.store
    with store.lock:
        kept = [
            one["metadata"]["name"]
            for one in store.list(REPLICASET, PRODUCTION)
            if one["metadata"]["name"].startswith(name)
        ]
    assert len(kept) == 1

    over = done(rig, f"rollback {WEBSOCKET}", who="grace", by="ada")

    assert over["plan"]["legs"][0]["mechanism"] == "redeploy from the ledger"
    assert any("keeps no history" in note for note in over["plan"]["notes"])
    assert rig.platform.tag(WEBSOCKET) == "v1.4.2"


def test_rolled_back_twice_it_does_not_return_to_the_bad_one(rig: Rig) -> None:
    """The first bad release of WEBSOCKET is what ran before; it is no target."""
    if rig.platform.tag(WEBSOCKET) == BAD:
        done(rig, f"rollback {WEBSOCKET}")
    live, before = rig.platform.live(WEBSOCKET), len(rig.platform.writes())

    again = ask(rig, f"rollback {WEBSOCKET}")
    assert (again["state"], again["plan"]) == ("succeeded", None)
    assert f"{WEBSOCKET} is already on v1.4.2" in again["said"]

    # For a new incident the good one is what was live when it began: nobody guesses another.
    anew = rig.ask(f"rollback {WEBSOCKET}", who="margaret")
    assert anew["incident"] != INCIDENT
    assert anew["state"] == "blocked"
    assert f"No earlier release of {WEBSOCKET} is known to be good." in anew["said"]
    assert "--to-version v1.4.1" in anew["said"]
    assert (rig.platform.live(WEBSOCKET), len(rig.platform.writes())) == (live, before)


def test_an_idle_colour_at_its_minimum_is_raised_before_it_gets_the_traffic(rig: Rig) -> None:
    """Live runs at its autoscaler's maximum; and a backup of the database has just begun."""
    blue, green = f"{GRAPHQL}-blue", f"{GRAPHQL}-green"
    rig.platform.cluster.controllers.load.for_service(PRODUCTION, GRAPHQL, 10)
    change(rig, DEPLOYMENT, blue, replicas=3)
    until(lambda: (ready(rig, green), ready(rig, blue)) == (10, 3), "live is large, idle small")
    databases = rig.platform.aws.databases
    databases.set_status("candlefish-production", "backing-up")
    databases.set_restorable("candlefish-production", datetime.now(UTC) - timedelta(hours=1))
    snapshots = len(rig.platform.aws.effects())
    at_switch: list[int] = []
    path = f"/services/{GRAPHQL}$"
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", path, lambda: at_switch.append(ready(rig, blue)),
        query=FOR_REAL,
    )  # fmt: skip

    over = done(rig, f"rollback {GRAPHQL}")

    assert at_switch == [10]
    assert rig.platform.color(GRAPHQL) == "blue"
    assert "10 pods ready" in seen(over, f"scale {GRAPHQL}")
    assert rig.platform.cluster.store.get(HPA, PRODUCTION, blue)["spec"]["minReplicas"] == 10
    point = "restore point of postgresql"
    assert states(over)[point] == "done"
    assert "backup" in seen(over, point)
    assert len(rig.platform.aws.effects()) == snapshots
    databases.set_status("candlefish-production", "available")
    databases.set_restorable("candlefish-production", None)


def test_an_idle_colour_without_pods_is_filled_first(rig: Rig) -> None:
    empty = _emptied(rig)
    over = done(
        rig, f"rollback {GRAPHQL} --to-version {idle_version(rig, GRAPHQL)}", who="grace", by="ada"
    )

    assert over["plan"]["legs"][0]["mechanism"] == "blue-green switch"
    assert rig.platform.live(GRAPHQL) == empty
    assert ready(rig, empty) >= 3


def test_an_idle_colour_that_does_not_come_up_gets_no_traffic(rig: Rig) -> None:
    empty = _emptied(rig)
    live, before = rig.platform.live(GRAPHQL), len(switches(rig, GRAPHQL))
    with doomed(rig, Fate.CRASH, empty):
        words = f"rollback {GRAPHQL} --to-version {idle_version(rig, GRAPHQL)}"
        over = run(rig, ask(rig, words, who="grace"), by="ada")

    assert over["state"] == "failed"
    assert "nothing stays changed" in over["said"]
    assert "CrashLoopBackOff" in over["said"]
    assert states(over)[f"switch {GRAPHQL}"] == "skipped"
    assert rig.platform.live(GRAPHQL) == live
    assert len(switches(rig, GRAPHQL)) == before


def test_sockets_leave_the_old_colour_a_few_at_a_time(rig: Rig) -> None:
    """All at once they would reconnect at once, and be the next incident."""

    def faster(data: dict[str, Any]) -> None:
        data["components"][WEBSOCKET]["rollout"]["drain"]["every"] = "3s"

    edit(rig, "components.yaml", faster)
    old = rig.platform.live(WEBSOCKET)
    settled(rig, old, idle(rig, WEBSOCKET))
    connected = ready(rig, old)
    assert connected > 1

    over = done(rig, f"rollback {WEBSOCKET} --to-version v1.4.1", who="margaret")

    assert rig.platform.tag(WEBSOCKET) == "v1.4.1"
    assert f"all {connected} old pods of {old} are gone" in seen(over, f"drain {WEBSOCKET}")
    at = [one.at for one in rig.platform.writes("/eviction")]
    assert len(at) == connected
    assert all(later - sooner > 1 for sooner, later in pairwise(at))
    assert all(one.path.split("/")[-2].startswith(old) for one in rig.platform.writes("/eviction"))


def test_who_goes_back_while_the_last_sockets_leave_is_heard(rig: Rig) -> None:
    """The verdict is in by then, and nobody looks at the release any more."""

    def slower(data: dict[str, Any]) -> None:
        data["components"][WEBSOCKET]["rollout"]["drain"]["every"] = "30s"

    edit(rig, "components.yaml", slower)
    color = rig.platform.color(WEBSOCKET)
    words = f"rollback {WEBSOCKET} --to-version {idle_version(rig, WEBSOCKET)}"
    name = ask(rig, words, who="margaret")["id"]
    rig.approve(name)
    until(lambda: "are fine" in rig.found(name).results.get(WEBSOCKET, ""), "the verdict is in")
    assert rig.platform.color(WEBSOCKET) != color

    rig.command(f"operation revert {name}", who="grace")

    over = rig.rest(name)
    assert (over["state"], over["verdict"]) == ("undone", "pass_synthetic"), over["said"]
    assert rig.platform.color(WEBSOCKET) == color


def _emptied(rig: Rig) -> str:
    """The idle colour of GRAPHQL has no pods, and no autoscaler that would mind."""
    name = idle(rig, GRAPHQL)
    store = rig.platform.cluster.store
    with store.lock:
        if any(one["metadata"]["name"] == name for one in store.list(HPA, PRODUCTION)):
            store.delete(HPA, PRODUCTION, name)
    change(rig, DEPLOYMENT, name, replicas=0)
    until(lambda: not rig.platform.deployment(name)["status"].get("replicas"), f"{name} is empty")
    return name
