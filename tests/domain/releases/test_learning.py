"""What the ledger learns from what the world shows, however long nobody looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.releases.sighting import Sighting
from bot.domain.verification.verification import Verdict
from tests.domain.releases.shown import (
    MINUTE,
    NOON,
    Ledger,
    cluster,
    deploy,
    site,
    template,
    workload,
)

INSTANT = timedelta.resolution


def test_a_single_deployment_s_past_is_known_from_its_history() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON)

    assert ledger.told() == [("v1", -600, -540), ("v2", -540, None)]
    assert ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON + MINUTE) == []


def test_a_new_release_ends_the_one_before() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1"), live="api"), NOON)
    ledger.learn(cluster(workload("api", "v1", "v2", "v3"), live="api"), NOON)

    assert ledger.told() == [("v1", -600, -540), ("v2", -540, -480), ("v3", -480, None)]


def _restored() -> Sighting:
    """The first of two revisions is brought back, as `kubectl rollout undo` does it."""
    deployment, history = workload("api", "v1", "v2")
    again = [replace(history[0], revision=3), history[1]]
    return cluster((replace(deployment, template=template("v1")), again), live="api")


def test_a_restored_revision_serves_anew_from_when_that_was_seen() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON)
    ledger.learn(_restored(), NOON)

    assert [row.occurrence for row in ledger.rows] == ["1", "2", "3"]
    assert ledger.rows[2].identity == ledger.rows[0].identity
    assert ledger.told() == [("v1", -600, -540), ("v2", -540, 0), ("v1", 0, None)]
    assert ledger.learn(_restored(), NOON + MINUTE) == []


def test_a_revision_restored_before_the_first_look_serves_from_that_look_on() -> None:
    ledger = Ledger()
    ledger.learn(_restored(), NOON)

    assert ledger.told() == [("v2", -540, 0), ("v1", 0, None)]


def test_when_traffic_came_to_a_colour_is_known_only_to_who_saw_it() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    assert ledger.told() == [("v1", 0, None), ("v2", None, None)]

    for minute, live in enumerate(("green", "blue", "green", "blue"), start=1):
        ledger.learn(cluster(blue, green, live=live), NOON + minute * MINUTE)
    assert ledger.told() == [
        ("v1", 0, 0),
        ("v2", 1, 1),
        ("v1", 2, 2),
        ("v2", 3, 3),
        ("v1", 4, None),
    ]
    assert [row.occurrence for row in ledger.rows] == ["1", "1", "1/2", "1/2", "1/3"]


def test_what_broke_between_two_looks_is_held_against_neither_release() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, green, live="green"), NOON + MINUTE)

    old, new = ledger.rows
    assert (old.superseded_at, new.live_at, new.live_by) == (NOON + INSTANT, NOON + MINUTE, None)
    assert old.served_at(NOON)
    between = NOON + timedelta(seconds=30)
    assert not old.served_at(between)
    assert not new.served_at(between)


def test_traffic_that_came_while_nobody_looked_came_since_the_last_look() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, green, live="blue"), NOON + 10 * MINUTE)
    ledger.learn(cluster(blue, green, live="green"), NOON + 40 * MINUTE)

    old, new = ledger.rows
    assert new.live_at == NOON + 10 * MINUTE + INSTANT
    assert (new.live_by, old.superseded_at) == (NOON + 40 * MINUTE, new.live_at)
    assert new.served(NOON + 50 * MINUTE) == 10 * MINUTE


def test_a_site_s_deploy_that_comes_back_serves_anew_whatever_its_host_says() -> None:
    """Its host may keep the time when it was published first."""
    ledger = Ledger()
    old, live = deploy(1, hours=9), deploy(2, hours=3)
    ledger.learn(site(live, old), NOON)
    ledger.learn(site(old, live), NOON + MINUTE)

    assert [times for _, *times in ledger.told()] == [[-540, -180], [-180, 0], [1, None]]


def test_another_configuration_is_another_release_though_its_version_is_the_same() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v1", log_level="debug")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, green, live="green"), NOON + MINUTE)

    assert ledger.told() == [("v1", 0, 0), ("v1", 1, None)]


def test_one_release_that_only_changes_its_colour_serves_all_the_while() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v1")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, green, live="green"), NOON + MINUTE)

    assert ledger.told() == [("v1", 0, 1), ("v1", 1, None)]


def test_what_passed_served_when_it_did() -> None:
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger = Ledger()
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    proven_at = NOON + timedelta(seconds=40)
    ledger.rows[0] = replace(ledger.rows[0], verdict=Verdict.PASS, verified_at=proven_at)

    ledger.learn(cluster(blue, green, live="green"), NOON + MINUTE)
    assert ledger.rows[0].superseded_at == proven_at + INSTANT


def test_looks_that_cannot_tell_what_serves_are_none() -> None:
    """A canary had a share of the traffic for ten minutes, and what it broke is its own."""
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    for minute in range(1, 10):
        ledger.learn(cluster(blue, green, live=""), NOON + minute * MINUTE)
    ledger.learn(cluster(blue, green, live="green"), NOON + 10 * MINUTE)

    assert ledger.told() == [("v1", 0, 0), ("v2", 0, None)]
    assert ledger.rows[1].live_by == NOON + 10 * MINUTE


def test_nothing_came_before_it_was_deployed() -> None:
    ledger = Ledger()
    blue, (deployment, history) = workload("blue", "v1"), workload("green", "v2")
    young = [replace(history[0], created_at=NOON + 30 * MINUTE)]
    ledger.learn(cluster(blue, live="blue"), NOON)
    ledger.learn(cluster(blue, (deployment, young), live="green"), NOON + 40 * MINUTE)

    assert (ledger.rows[1].live_at, ledger.rows[1].live_by) == (
        NOON + 30 * MINUTE,
        NOON + 40 * MINUTE,
    )


def test_while_nobody_can_say_what_serves_nothing_ends() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, workload("green", "v2", "v3"), live=""), NOON + MINUTE)

    assert ledger.told() == [("v1", 0, None), ("v2", None, None), ("v3", None, None)]


def test_a_change_that_has_no_replicaset_yet_waits_for_it() -> None:
    ledger = Ledger()
    deployment, history = workload("api", "v1")
    early = (replace(deployment, template=template("v2")), history)
    ledger.learn(cluster(workload("api", "v1"), live="api"), NOON)

    assert ledger.learn(cluster(early, live="api"), NOON) == []


def test_a_site_s_past_is_what_was_public() -> None:
    ledger = Ledger()
    old, live = deploy(1, hours=9, title="v1.4.1"), deploy(2, hours=3, title="v1.4.2")
    ledger.learn(site(live, old, deploy(3, hours=None)), NOON)

    assert ledger.told() == [("v1.4.1", -540, -180), ("v1.4.2", -180, None)]
    assert ledger.rows[0].change_url == "https://deploy-1.example"

    restored = replace(old, published_at=NOON)
    ledger.learn(site(restored, live), NOON + MINUTE)
    assert ledger.told()[1:] == [("v1.4.2", -180, 0), ("v1.4.1", 0, None)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["blue", "green", "", "ship"]), st.sampled_from([1, 30])),
        max_size=12,
    )
)
def test_at_most_one_serves_and_services_do_not_overlap(acts: Sequence[tuple[str, int]]) -> None:
    ledger, shipped, now = Ledger(), ["v1"], NOON
    for act, minutes in acts:
        now += minutes * MINUTE
        if act == "ship":
            shipped.append(f"v{len(shipped) + 1}")
        live = act if act != "ship" else ""
        sighting = cluster(workload("blue", "w1"), workload("green", *shipped), live=live)
        ledger.learn(sighting, now)
        assert ledger.learn(sighting, now) == []

    served = sorted((row for row in ledger.rows if row.live_at), key=lambda row: row.live_at or now)
    assert sum(row.serves for row in served) <= 1
    for row, following in pairwise(served):
        assert row.superseded_at is not None
        assert row.superseded_at <= (following.live_at or now)
    assert all(row.served(now) >= timedelta() for row in served)
