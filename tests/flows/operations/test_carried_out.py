"""Plans whose steps are carried out for real: the arguments fit, and the target is reached."""

from collections.abc import Iterable

import msgspec
import pytest

from bot.actions.registry import ACTIONS
from bot.domain.cluster.workload import version_of
from bot.domain.operations.plan import Kind, Mechanism, Step
from bot.flows.operations.undoing import way_back
from tests.actions.scene import until, until_done
from tests.flows.operations.planning_stage import NAMESPACE, Stage

NAME = "graphql-api"


def _carry_out(stage: Stage, steps: Iterable[Step]) -> None:
    for step in steps:
        if step.action == "take_restore_point":
            continue  # nothing to be done for it: the vault can be restored to a minute ago
        action = ACTIONS[step.action]
        args = msgspec.convert(dict(step.args), action.args)
        key = f"op:7:1/{step.name}"
        action.act(stage.world, args, key)
        until_done(lambda action=action, args=args, key=key: action.verify(stage.world, args, key))  # type: ignore[misc]


def _served(stage: Stage) -> str:
    assert stage.world.cluster is not None
    color = stage.world.cluster.service(NAMESPACE, NAME).selector["color"]
    return version_of(stage.world.cluster.deployment(NAMESPACE, f"{NAME}-{color}").template)


@pytest.mark.parametrize(
    ("version", "mechanism"),
    [("", Mechanism.SWITCH), ("v1.3.9", Mechanism.TEMPLATE), ("v1.4.0", Mechanism.TEMPLATE)],
)
def test_a_component_ends_on_its_target_and_is_then_already_there(
    stage: Stage, version: str, mechanism: Mechanism
) -> None:
    stage.remember(NAME)
    made = stage.plan(Kind.ROLLBACK, NAME, to_version=version)
    assert made.legs[0].mechanism is mechanism

    _carry_out(stage, made.steps)

    assert _served(stage) == (version or "v1.4.1")
    again = stage.plan(Kind.ROLLBACK, NAME, to_version=version)
    assert again.steps == ()
    assert f"{NAME} is already on {version or 'v1.4.1'}" in again.notes[0]


def test_it_can_be_reverted_to_the_very_release_it_came_from(stage: Stage) -> None:
    stage.remember(NAME)
    made = stage.plan(Kind.ROLLBACK, NAME)
    _carry_out(stage, made.steps)
    assert made.legs[0].before is not None

    back = stage.plan(Kind.ROLLBACK, NAME, target={NAME: made.legs[0].before.identity})
    _carry_out(stage, back.steps)

    assert _served(stage) == "v1.4.2"


def test_the_way_back_finds_as_many_pods_as_the_traffic_left_behind(stage: Stage) -> None:
    """Nobody held up what the traffic left: its autoscaler took it to its minimum meanwhile."""
    stage.remember(NAME)
    made = stage.plan(Kind.ROLLBACK, NAME)
    _carry_out(stage, made.steps)
    (scale,) = [one for one in made.steps if one.action == "scale_idle"]
    left, serving = scale.args["live_deployment"], scale.args["deployment"]
    cluster = stage.world.cluster
    assert cluster is not None
    load = cluster.deployment(NAMESPACE, serving).replicas
    scaler = cluster.scaler(NAMESPACE, left)
    assert scaler is not None
    cluster.scale(NAMESPACE, left, scaler.minimum)
    until(lambda: cluster.deployment(NAMESPACE, left).available == scaler.minimum < load)

    moved = [one for one in made.steps if one.decisive]
    _carry_out(stage, way_back(moved, made.steps))

    assert _served(stage) == "v1.4.2"
    assert cluster.deployment(NAMESPACE, left).available == load


def test_a_site_shows_its_target(stage: Stage) -> None:
    stage.remember_sites("docs-site")
    made = stage.plan(Kind.ROLLBACK, "docs-site")

    _carry_out(stage, made.steps)

    published = stage.hosts.published("candlefish-docs-site")
    assert published is not None
    assert published.title == "v1.4.1"
    assert stage.plan(Kind.ROLLBACK, "docs-site").steps == ()
