"""Quantities, what a pod counts for in a quota, and whether there is room."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.cluster.quantity import quantity, written
from bot.domain.cluster.workload import Quota, Scope
from bot.domain.operations import room
from tests.domain.operations.workloads import amounts, named, template, workload


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("250m", "0.25"),
        ("1", "1"),
        ("0.5", "0.5"),
        ("512Mi", str(512 * 2**20)),
        ("1Gi", str(2**30)),
        ("1G", "1000000000"),
        ("2k", "2000"),
        ("1e3", "1000"),
        ("", "0"),
        ("plenty", "0"),
        ("NaN", "0"),
    ],
)
def test_quantities_are_read_as_kubernetes_writes_them(text: str, amount: str) -> None:
    assert quantity(text) == Decimal(amount)


def test_amounts_are_said_as_people_say_them() -> None:
    assert written(Decimal("2.500"), "limits.cpu") == "2.5"
    assert written(quantity("1536Mi"), "limits.memory") == "1.5Gi"
    assert written(quantity("512Mi"), "requests.memory") == "512Mi"
    assert written(Decimal(10), "pods") == "10"


def _spec(**changes: Any) -> dict[str, Any]:
    return {"spec": {**template("v1")["spec"], **changes}}


def _container(**resources: dict[str, str]) -> dict[str, Any]:
    return {"name": "more", "resources": resources}


def test_a_pod_counts_for_its_containers_together() -> None:
    both = template("v1")["spec"]["containers"] + [_container(requests={"cpu": "1"})]

    found = named(room.of_pod(_spec(containers=both)))

    assert found["requests.cpu"] == Decimal("1.25")
    assert found["limits.memory"] == quantity("1Gi")
    assert found["pods"] == 1


def test_a_limit_without_a_request_counts_as_both() -> None:
    found = named(room.of_pod(_spec(containers=[_container(limits={"cpu": "2"})])))

    assert (found["requests.cpu"], found["limits.cpu"]) == (2, 2)


def test_an_init_container_counts_where_it_is_the_biggest_and_a_sidecar_always() -> None:
    once = _container(requests={"cpu": "3"})
    beside = {**_container(requests={"cpu": "1"}), "restartPolicy": "Always"}

    assert named(room.of_pod(_spec(initContainers=[once])))["requests.cpu"] == 3
    assert named(room.of_pod(_spec(initContainers=[beside])))["requests.cpu"] == Decimal("1.25")


def test_overhead_counts_too() -> None:
    found = named(room.of_pod(_spec(overhead={"cpu": "250m"})))

    assert found["requests.cpu"] == Decimal("0.5")


def test_the_idle_colour_needs_what_it_lacks_to_the_live_load() -> None:
    idle = workload("blue", template("v1", "blue"), replicas=3, minimum=3)
    live = workload("green", template("v2", "green"), replicas=8, minimum=3)

    (part,) = room.to_scale(idle, live, template("v1", "blue"))

    needed = named(part)
    assert needed["limits.cpu"] == 5
    assert needed["requests.cpu"] == Decimal("1.25")
    assert needed["pods"] == 5


def test_requests_may_fit_where_limits_do_not() -> None:
    quota = Quota(
        name="compute",
        hard={"requests.cpu": "10", "limits.cpu": "12", "memory": "100Gi"},
        used={"requests.cpu": "1", "limits.cpu": "11", "memory": "1Gi"},
    )
    needed = room.to_grow(workload("blue", template("v1", "blue"), replicas=3), 5)

    (lacking,) = room.lacking([quota], needed)

    assert lacking == "quota compute has 1 of limits.cpu left, and it takes 2"


def test_short_names_of_a_quota_mean_requests() -> None:
    quota = Quota(name="small", hard={"memory": "1Gi"}, used={"memory": "768Mi"})
    needed = room.to_grow(workload("blue", template("v1", "blue"), replicas=3), 4)

    assert room.lacking([quota], needed) == (
        "quota small has 256Mi of memory left, and it takes 512Mi",
    )


@pytest.mark.parametrize(("said", "pods"), [("25%", 2), ("1", 1), ("0", 0), ("100%", 8)])
def test_a_share_of_surge_is_rounded_up(said: str, pods: int) -> None:
    one = workload("green", template("v1", "green"), replicas=8, max_surge=said)

    assert room.surge(one) == pods


def test_a_full_quota_is_no_obstacle_to_what_takes_nothing() -> None:
    full = Quota(name="full", hard={"pods": "3"}, used={"pods": "5"})
    one = workload("green", template("v1", "green"), max_surge="0")

    assert room.lacking([full], room.to_roll(one, template("v1", "green"))) == ()


def test_a_template_that_asks_for_more_needs_it_for_every_pod() -> None:
    """In place: when the wave has gone through, all of them ask for it."""
    big = template("v1")
    big["spec"]["containers"][0]["resources"] = {
        "requests": {"cpu": "1", "memory": "256Mi"},
        "limits": {"cpu": "1", "memory": "1Gi"},
    }
    one = workload("", template("v2"), replicas=10, max_surge="1")

    wave, more = (named(part) for part in room.to_roll(one, big))

    assert (wave["requests.cpu"], more["requests.cpu"]) == (1, 10 * Decimal("0.75"))
    assert wave["requests.memory"] == quantity("256Mi")
    assert more["requests.memory"] < 0  # it comes free only at the end
    assert (wave["limits.cpu"], more["limits.cpu"]) == (1, 0)
    assert (wave["pods"], more["pods"]) == (1, 0)


def test_what_gives_something_back_makes_no_room_for_the_others() -> None:
    quota = Quota(name="full", hard={"pods": "5"}, used={"pods": "3"})
    taken = room.together([amounts(pods=3), amounts(pods=-2, **{"limits.cpu": 1})])

    assert room.lacking([quota], taken) == ("quota full has 2 of pods left, and it takes 3",)


def test_pods_of_another_sort_take_the_place_of_those_they_replace() -> None:
    """A quota without scopes counts both."""
    full = Quota(name="all", hard={"pods": "13"}, used={"pods": "10"})
    important = template("v2", "blue")
    important["spec"]["priorityClassName"] = "high"
    one = workload("blue", template("v1", "blue"), replicas=10, max_surge="3")

    assert room.lacking([full], room.to_roll(one, important)) == ()
    live = workload("green", template("v1", "green"), replicas=10)
    assert room.lacking([full], room.to_scale(one, live, important)) == ()


def test_a_quota_for_important_pods_is_no_obstacle_to_the_others() -> None:
    high = Quota(
        name="pods-high",
        hard={"pods": "2"},
        used={"pods": "2"},
        scopes=(Scope(name="PriorityClass", operator="In", values=("high",)),),
    )
    one, important = template("v1", "blue"), template("v1", "blue")
    important["spec"]["priorityClassName"] = "high"
    idle = workload("blue", one)

    assert not room.lacking([high], room.to_roll(idle, one))
    # The pods of today do not count there, so all that replace them do.
    assert room.lacking([high], room.to_roll(idle, important)) == (
        "quota pods-high has 0 of pods left, and it takes 4",
    )


def test_pods_that_wait_are_named_with_their_deployment() -> None:
    one = workload("blue", template("v1", "blue"))
    pending = replace(one, pods=[replace(one.pods[0], phase="Pending"), *one.pods[1:]])

    assert (
        room.waiting([pending, workload("green", template("v1", "green"))]) == "1 pod of api-blue"
    )
