"""Plans of restart, scale, freeze and unfreeze: what serves is touched, and nothing else."""

from dataclasses import replace

import pytest

from bot.domain.cluster.hold import ASKED
from bot.domain.errors import Misuse, Refused, Unavailable
from bot.domain.operations import freeze, restart, scale
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.survey import Unseen
from tests.domain.operations.release_scene import (
    SITE,
    Story,
    component,
    deploy,
    operation,
    site_survey,
)
from tests.domain.operations.workloads import workload

RESTART = operation(Asked.RESTART, "api")


def test_a_restart_is_of_what_serves() -> None:
    made = restart.plan(RESTART, [Story().survey()])

    (step,) = made.steps
    assert (step.action, step.args) == (
        "restart",
        {"namespace": "production", "deployment": "api-green"},
    )
    assert made.notes == ("api-green serves api now; api-blue, which is idle, keeps its pods.",)
    assert not made.verify


def test_a_paused_deployment_cannot_restart() -> None:
    green = workload("green", Story().bad, paused=True)

    with pytest.raises(Refused) as no:
        restart.plan(RESTART, [Story().survey(green=green)])

    assert "rollout resume deployment/api-green" in no.value.next_move


def test_a_site_has_no_pods_to_restart() -> None:
    with pytest.raises(Refused, match="docs is a site"):
        restart.plan(RESTART, [site_survey(deploy("d", days=1))])


def test_what_could_not_be_read_is_said_as_it_was() -> None:
    away = Unseen(component=component(), why=Unavailable("Kubernetes does not answer."))

    with pytest.raises(Unavailable, match="does not answer"):
        restart.plan(RESTART, [away])


def test_nothing_is_restarted_or_scaled_that_was_not_named() -> None:
    with pytest.raises(Misuse):
        restart.plan(operation(Asked.RESTART), [Story().survey()])
    with pytest.raises(Misuse):
        scale.plan(operation(Asked.SCALE, replicas=3), [Story().survey()])
    with pytest.raises(Misuse):
        scale.plan(operation(Asked.SCALE, "api"), [Story().survey()])


def test_a_scale_is_to_a_number_and_of_what_serves() -> None:
    made = scale.plan(operation(Asked.SCALE, "api", replicas=8), [Story().survey()])

    (step,) = made.steps
    assert (step.action, step.args) == (
        "scale",
        {
            "namespace": "production",
            "deployment": "api-green",
            "scaler": "api-green",
            "replicas": 8,
        },
    )
    assert "its autoscaler keeps 3 to 10" in made.notes[0]


@pytest.mark.parametrize("wanted", [0, -1, 1001])
def test_a_number_of_pods_that_cannot_be_meant(wanted: int) -> None:
    with pytest.raises(Refused, match=f"{wanted} pods cannot be asked for"):
        scale.plan(operation(Asked.SCALE, "api", replicas=wanted), [Story().survey()])


def test_more_than_the_autoscaler_allows_is_refused_with_the_fix() -> None:
    with pytest.raises(Refused) as no:
        scale.plan(operation(Asked.SCALE, "api", replicas=11), [Story().survey()])

    assert "allows 10 pods at most, not 11" in no.value.fact
    assert "patch hpa api-green" in no.value.next_move
    assert "`scale api 10`" in no.value.next_move


def back(given: int) -> Operation:
    return replace(operation(Asked.SCALE, "api", replicas=given), reverts=6)


def test_the_way_back_from_a_scale_is_the_count_that_the_object_remembers() -> None:
    green = workload("green", Story().bad, minimum=8)
    assert green.scaler is not None
    held = replace(green, scaler=replace(green.scaler, annotations=ASKED.marks(3, 8)))

    made = scale.plan(back(8), [Story().survey(green=held)])

    (step,) = made.steps
    assert (step.action, step.args["scaler"], step.args["replicas"]) == ("scale", "api-green", 3)


@pytest.mark.parametrize(
    ("replicas", "marks", "given"),
    [
        (7, ASKED.marks(3, 8), 8),  # by hand
        (8, ASKED.marks(5, 8), 5),  # by a later scale
        (8, {}, 8),  # it was so already
    ],
)
def test_a_count_that_somebody_changed_since_is_theirs(
    replicas: int, marks: dict[str, str], given: int
) -> None:
    changed = workload("green", Story().bad, replicas=replicas, annotations=marks)

    with pytest.raises(Refused, match=f"is not at {given} pods any more") as no:
        scale.plan(back(given), [Story().survey(green=changed)])

    assert "`scale api N`" in no.value.next_move


def test_what_serves_is_not_put_back_to_no_pods() -> None:
    started = workload("green", Story().bad, replicas=3, annotations=ASKED.marks(0, 3))

    with pytest.raises(Refused, match="had no pods before"):
        scale.plan(back(3), [Story().survey(green=started)])


def test_other_numbers_are_other_plans() -> None:
    few, many = (
        scale.plan(operation(Asked.SCALE, "api", replicas=wanted), [Story().survey()])
        for wanted in (3, 4)
    )

    assert few.digest != many.digest


def test_a_freeze_stills_deployments_and_sites() -> None:
    made = freeze.plan(operation(Asked.FREEZE), [component(), SITE])

    assert [(step.action, step.optional) for step in made.steps] == [
        ("freeze_deploys", False),
        ("lock_site", False),
    ]
    assert made.steps[0].args == {
        "namespace": "production",
        "deployments": ["api-blue", "api-green"],
        "operation": "OP-7",
    }


def test_an_unfreeze_lifts_what_a_freeze_set() -> None:
    made = freeze.plan(operation(Asked.UNFREEZE), [component(), SITE])

    assert [(step.action, step.args) for step in made.steps] == [
        (
            "unfreeze_deploys",
            {"namespace": "production", "deployments": ["api-blue", "api-green"]},
        ),
        ("unlock_site", {"site": "site-docs"}),
    ]
    assert made.kind is Asked.UNFREEZE


def test_a_freeze_in_staging_is_of_stagings_namespace() -> None:
    made = freeze.plan(replace(operation(Asked.FREEZE), environment="staging"), [component()])

    assert made.steps[0].args["namespace"] == "staging"
