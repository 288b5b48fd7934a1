"""Tags, shares and long-lived connections, without a server."""

from random import Random

import pytest

from sandbox.platform.health import Health
from sandbox.platform.mesh import splits
from sandbox.platform.releases import Place, Release, live, reached, running
from sandbox.platform.sessions import Sessions
from sandbox.platform.tag import health_of, next_tag

BLUE, GREEN = Release(tag="v1", color="blue"), Release(tag="v2", color="green")


def pods(release: Release, count: int, share: float) -> list[Place]:
    return [Place(id=f"{release.color}-{n}", release=release, share=share) for n in range(count)]


@pytest.mark.parametrize(
    ("tag", "health"),
    [
        ("v1.4.2", Health.GOOD),
        ("v1.4.3-bad", Health.FAILING),
        ("v1.4.3-slow", Health.SLOW),
        ("v1.4.3-down", Health.DOWN),
        ("v1.4.3-badly", Health.GOOD),
    ],
)
def test_the_end_of_a_tag_says_how_the_release_behaves(tag: str, health: Health):
    assert health_of(tag) is health


def test_the_next_tag_is_above_all_that_run():
    assert next_tag(["v1.4.2", "v1.4.1"], Health.FAILING) == "v1.4.3-bad"
    assert next_tag(["v1.4.3-bad", "v1.4.2"], Health.GOOD) == "v1.4.4"
    assert next_tag(["v1.9.9", "v1.10.0"], Health.SLOW) == "v1.10.1-slow"
    assert next_tag(["main"], Health.GOOD) == "v1.0.1"


def test_what_gets_most_traffic_is_live():
    places = [*pods(BLUE, 3, 0.1), *pods(GREEN, 1, 0.7)]
    assert running(places) == (BLUE, GREEN)
    assert live(places) == GREEN
    assert live(pods(BLUE, 3, 0.0)) is None
    assert live([]) is None


def test_requests_are_spread_by_share_and_the_rest_reaches_nobody():
    places = [*pods(BLUE, 2, 0.25), *pods(GREEN, 1, 0.0)]
    chance = Random(1)
    got = [reached(places, chance) for _ in range(400)]
    assert {one and one.id for one in got} == {"blue-0", "blue-1", None}
    assert 150 < sum(one is None for one in got) < 250
    thirds = pods(BLUE, 3, 1 / 3)
    assert None not in {reached(thirds, chance) for _ in range(1000)}


def test_connections_come_back_within_their_jitter_and_only_to_live_places():
    sessions = Sessions(90, Random(1), jitter=3.0)
    blue, green = pods(BLUE, 3, 1 / 3), pods(GREEN, 3, 0.0)
    assert sessions.observe([*blue, *green], 0.0) == {BLUE: 90, GREEN: 0}

    switched = [*pods(BLUE, 3, 0.0), *pods(GREEN, 3, 1 / 3)]
    assert sessions.observe(switched, 10.0) == {BLUE: 90, GREEN: 0}
    without_one = switched[1:]
    held = sessions.observe(without_one, 20.0)
    assert held[GREEN] == 0
    assert 15 < 90 - held[BLUE] < 50
    some = sessions.observe(without_one, 21.5)
    assert 0 < some[GREEN] < 90 - held[BLUE]
    assert sessions.observe(without_one, 23.0) == {BLUE: held[BLUE], GREEN: 90 - held[BLUE]}
    assert sessions.observe([], 30.0) == {}
    assert sessions.observe(blue, 33.0) == {BLUE: 90}


def test_a_place_that_is_not_ready_loses_its_connections():
    sessions = Sessions(10, Random(1), jitter=1.0)
    (pod,) = pods(BLUE, 1, 1.0)
    assert sessions.observe([pod], 0.0) == {BLUE: 10}
    sick = Place(id=pod.id, release=BLUE, ready=False, share=0.0)
    assert sessions.observe([sick], 1.0) == {BLUE: 0}
    assert sessions.observe([pod], 2.0) == {BLUE: 10}


def rule(host: str, *colors: str) -> dict[str, object]:
    subsets = [{"name": color, "labels": {"color": color}} for color in colors]
    return {"spec": {"host": host, "subsets": subsets}}


def service(*hosts: str, **weights: int) -> dict[str, object]:
    route = [
        {"destination": {"host": hosts[0], "subset": color}, "weight": weight}
        for color, weight in weights.items()
    ]
    return {"spec": {"hosts": list(hosts), "http": [{"route": route}]}}


def test_the_mesh_is_read_for_the_host_that_is_meant():
    services = [service("docs", blue=100), service("api.production.svc", blue=75, green=25)]
    found = splits("api", services, [rule("api", "blue", "green"), rule("docs", "red")])
    assert [(one.labels, one.share) for one in found] == [
        ({"color": "blue"}, 0.75),
        ({"color": "green"}, 0.25),
    ]
    assert splits("ap", services, []) == ()
    (lost,) = splits("docs", services, [rule("docs", "green")])
    assert (lost.labels, lost.share) == (None, 1.0)


def test_a_single_destination_needs_no_weight_and_no_subset():
    route = [{"destination": {"host": "api"}}]
    (found,) = splits("api", [{"spec": {"hosts": ["api"], "http": [{"route": route}]}}], [])
    assert (found.labels, found.share) == ({}, 1.0)
