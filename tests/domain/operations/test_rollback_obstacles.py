"""What a rollback finds in its way: pauses, selectors, colours that are gone, a mesh."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cluster.workload import Route
from bot.domain.errors import Refused
from bot.domain.operations.plan import Mechanism
from bot.domain.operations.survey import ClusterSurvey, Survey, serving
from tests.domain.operations.release_scene import DRAIN, Story, actions, component, planned
from tests.domain.operations.workloads import template, workload


def test_a_paused_deployment_that_must_roll_is_refused_with_the_fix() -> None:
    blue = workload("blue", Story().good, template("v1.2.9", "blue"), paused=True)

    with pytest.raises(Refused) as no:
        planned(Story().survey(blue=blue))

    assert "api-blue is paused" in no.value.fact
    assert "rollout resume deployment/api-blue" in no.value.next_move


def test_a_paused_deployment_that_need_not_roll_is_switched_to() -> None:
    made = planned(Story().survey(blue=workload("blue", Story().good, paused=True)))

    assert made.legs[0].mechanism is Mechanism.SWITCH


def test_a_selector_that_is_neither_colour_is_refused_with_the_fix() -> None:
    with pytest.raises(Refused) as no:
        planned(Story().survey(selector={"app": "api", "color": "purple"}))

    assert "neither of blue or green" in no.value.fact
    assert "kubectl -n production patch service api" in no.value.next_move


def test_pods_without_the_services_label_are_never_switched_to() -> None:
    with pytest.raises(Refused, match="would find nobody"):
        planned(Story().survey(selector={"app": "api", "color": "green", "track": "stable"}))


def test_a_live_colour_that_is_not_there_is_said_as_it_was() -> None:
    found = Story().survey()
    gone = replace(
        found,
        workloads={"blue": found.workloads["blue"]},
        missing={"green": "There is no Deployment api-green."},
    )

    with pytest.raises(Refused, match="There is no Deployment api-green"):
        planned(gone)


def test_an_idle_colour_that_is_not_there_leaves_the_live_ones_history() -> None:
    here = template("v1.2.0", "green")
    found = Story().survey(green=workload("green", here, Story().bad))
    alone = replace(
        found,
        workloads={"green": found.workloads["green"]},
        missing={"blue": "There is no Deployment api-blue."},
    )

    made = planned(alone, to_version="v1.2.0")

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert actions(made)[2:] == [(1, "restore_template"), (1, "converge")]
    assert "api goes without blue: There is no Deployment api-blue." in made.notes


def _meshed(*weights: tuple[str, int]) -> Survey:
    """An Istio VirtualService says which colour serves; the Service selects both."""
    rollout = component().rollout
    assert rollout is not None
    one = component(rollout=replace(rollout, route="api", selector=""))
    route = [
        {"destination": {"host": "api", "subset": color}, "weight": weight}
        for color, weight in weights
    ]
    found = Story().survey(of=one, selector={"app": "api"})
    return replace(
        found,
        route=Route(
            namespace="production", name="api", http=({"route": route},), resource_version="1"
        ),
    )


def test_a_mesh_is_rerouted_instead_of_its_service() -> None:
    made = planned(_meshed(("green", 100), ("blue", 0)))

    assert made.legs[0].mechanism is Mechanism.ROUTE
    assert actions(made)[2:] == [(1, "scale_idle"), (1, "switch_route")]
    assert made.steps[-1].decisive
    assert (made.steps[-1].args["before"], made.steps[-1].args["after"]) == ("green", "blue")


def test_a_canary_under_way_is_refused() -> None:
    with pytest.raises(Refused, match="does not send all traffic to one of blue or green"):
        planned(_meshed(("green", 90), ("blue", 10)))


def _beside(**more: Any) -> ClusterSurvey:
    """Green has the usual traffic; `more` is in the VirtualService too."""
    found = _meshed(("green", 100), ("blue", 0))
    assert isinstance(found, ClusterSurvey)
    assert found.route is not None
    http = (*more.pop("http", ()), *found.route.http)
    return replace(found, route=replace(found.route, http=http, **more))


def _by_header(color: str) -> dict[str, Any]:
    return {
        "match": [{"headers": {"upgrade": {"exact": "websocket"}}}],
        "route": [{"destination": {"host": "api", "subset": color}}],
    }


_TO_GREEN = {"route": [{"destination": {"host": "api", "subset": "green"}}]}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"http": [_by_header("green")]}, "rule 1: requests with header upgrade go to green"),
        ({"http": [_TO_GREEN | {"mirror": {"host": "api", "subset": "blue"}}]},
         "rule 1: a mirror goes to blue"),
        ({"tcp": (_TO_GREEN,)}, "tcp rule 1: TCP traffic goes to green"),
        ({"tls": (_TO_GREEN,)}, "tls rule 1: TLS traffic goes to green"),
    ],
)  # fmt: skip
def test_what_a_reroute_would_leave_behind_is_told_and_approved_with_it(
    more: dict[str, Any], said: str
) -> None:
    made = planned(_beside(**more))

    (note,) = [one for one in made.notes if said in one]
    assert note.startswith("VirtualService api, ")
    assert note.endswith("Move it or drop it, or mind who still gets what is left.")
    switch = next(step for step in made.steps if step.action == "switch_route")
    assert switch.args["leaves"] is True
    assert made.digest != planned(_beside()).digest


@pytest.mark.parametrize(("beside", "drained"), [("green", False), ("blue", True)])
def test_pods_that_still_get_what_is_left_are_not_drained(beside: str, *, drained: bool) -> None:
    found = _beside(http=[_by_header(beside)])

    made = planned(replace(found, rollout=replace(found.rollout, drain=DRAIN)))

    assert ("drain" in [step.action for step in made.steps]) is drained


def test_what_a_reroute_would_leave_behind_is_no_matter_in_place() -> None:
    """All of it stays on the colour that gets the good template."""
    found = _beside(http=[_by_header("green")])
    here = template("v1.2.0", "green")
    green = workload("green", here, Story().bad)

    made = planned(replace(found, workloads={**found.workloads, "green": green}))

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert actions(made)[2:] == [(1, "restore_template")]
    assert any("header upgrade" in note and "in place on api-green" in note for note in made.notes)


def test_the_colour_that_serves_is_known_whatever_goes_beside() -> None:
    assert serving(_beside(http=[_by_header("green")])).color == "green"


def test_a_preview_of_the_idle_colour_stands_in_no_ones_way() -> None:
    made = planned(_beside(http=[_by_header("blue")]))

    assert made.legs[0].mechanism is Mechanism.ROUTE


def test_behind_a_route_endpoints_say_nothing_whatever_the_mechanism() -> None:
    meshed = _meshed(("green", 100), ("blue", 0))
    blue = workload("blue", Story().good, template("v1.2.9", "blue"), minimum=3)
    assert isinstance(meshed, ClusterSurvey)

    made = planned(replace(meshed, workloads={**meshed.workloads, "blue": blue}))

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert actions(made)[2:] == [(1, "restore_template"), (1, "scale_idle"), (1, "switch_route")]
