"""A template put back where it was replaced: its traps, and when it is the way that works."""

import re
from collections.abc import Iterator

import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA
from sandbox.twin.faults import Moment
from tests.operations.rig import Rig, rigged
from tests.scenarios.operations.hands import (
    FOR_REAL,
    change,
    doomed,
    idle,
    lift_quota,
    paused,
    pods,
    quota,
    ready,
    set_quota,
    settled,
)
from tests.scenarios.operations.seen import ask, calls, done, on_fire, run, states

DOCUMENTS, GRAPHQL = "document-service", "graphql-api"
GOOD = "v1.4.2"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url) as found:
        found.platform.ship(GRAPHQL, GOOD)
        found.went_bad(GRAPHQL)
        found.serve()
        on_fire(found)
        yield found


def test_a_paused_deployment_takes_no_template(rig: Rig) -> None:
    """The API would take it, and nothing would roll: before it is planned, and before it runs."""
    deployment = rig.platform.live(DOCUMENTS)
    words = f"rollback {DOCUMENTS} --to-version v1.4.0"
    with paused(rig, deployment):
        blocked = ask(rig, words, who="margaret")
    assert blocked["state"] == "blocked"
    assert f"{deployment} is paused" in blocked["said"]
    assert f"rollout resume deployment/{deployment}" in blocked["said"]

    planned = ask(rig, words, who="margaret")
    with paused(rig, deployment):
        over = run(rig, planned, by="ada")
    assert over["state"] == "failed"
    assert f"{deployment} is paused" in over["said"]
    assert "Nothing was changed." in over["said"]


def test_a_full_quota_is_seen_before_anything_moves(rig: Rig) -> None:
    words = f"rollback {DOCUMENTS} --to-version v1.4.0"
    with quota(rig, len(pods(rig))):
        blocked = ask(rig, words, who="margaret")
    assert blocked["state"] == "blocked"
    assert "0 of pods left" in blocked["said"]

    planned = ask(rig, words, who="margaret")
    before = rig.platform.writes()
    with quota(rig, len(pods(rig))):
        over = run(rig, planned, by="ada")
    assert over["state"] == "failed"
    assert "Stopped before it began: P7 room" in over["said"]
    assert rig.platform.writes() == before


def test_a_quota_with_room_for_one_pod_is_enough(rig: Rig) -> None:
    """Old pods count until they are gone, so every new one is refused for a while."""
    settled(rig, rig.platform.live(DOCUMENTS))
    with quota(rig, len(pods(rig)) + 1):
        over = done(rig, f"rollback {DOCUMENTS} --to-version v1.4.0", who="margaret")
    assert rig.platform.tag(DOCUMENTS) == "v1.4.0"
    assert over["plan"]["legs"][0]["mechanism"] == "template restore"


def test_a_quota_that_fills_up_in_the_middle_is_for_a_person(rig: Rig) -> None:
    """The old pods stay up and serve; nobody can tell when there is room again."""
    live = rig.platform.live(DOCUMENTS)
    settled(rig, live)
    serving = ready(rig, live)
    version = "v1.4.2" if rig.platform.tag(DOCUMENTS) == "v1.4.0" else "v1.4.0"
    planned = ask(rig, f"rollback {DOCUMENTS} --to-version {version}")
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", f"/deployments/{live}$", lambda: set_quota(rig, len(pods(rig))),
        query=FOR_REAL,
    )  # fmt: skip
    over = run(rig, planned)
    lift_quota(rig)

    assert over["state"] == "awaiting_decision"
    assert "exceeded quota" in over["said"]
    assert f"3: {over['id']} is undecided: {over['said']}" in calls(rig)
    assert ready(rig, live) >= serving
    closed = rig.command(f"operation close {over['id']} there is room now")
    assert closed["status"] == 0, closed["text"]
    settled(rig, live)


def test_where_the_idle_colour_does_not_come_up_the_next_plan_goes_in_place(rig: Rig) -> None:
    """Both colours know the good release: the idle one runs it, the live one ran it before."""
    live, other = rig.platform.live(GRAPHQL), idle(rig, GRAPHQL)
    change(rig, HPA, other, minReplicas=1, maxReplicas=1)
    change(rig, DEPLOYMENT, other, replicas=1)
    settled(rig, other)
    planned = ask(rig, f"rollback {GRAPHQL}")
    assert planned["plan"]["legs"][0]["mechanism"] == "blue-green switch"

    with doomed(rig, Fate.STUCK, other):
        first = run(rig, planned)
        assert first["state"] == "failed"
        assert states(first)[f"switch {GRAPHQL}"] == "skipped"
        assert f"restores {GOOD} in place on {live} now" in first["said"]
        again = re.search(r"candlefish (rollback [^`]*)", first["next_move"])
        assert again, first["next_move"]

        over = done(rig, again[1])

    assert over["plan"]["legs"][0]["mechanism"] == "template restore"
    (note,) = [one for one in over["plan"]["notes"] if "did not come up" in one]
    assert note.startswith(f"{GRAPHQL}: {other} did not come up in {first['id']} (")
    assert f"So {GOOD} is restored in place on {live}" in note
    assert (rig.platform.live(GRAPHQL), rig.platform.tag(GRAPHQL)) == (live, GOOD)
