"""Back to an earlier template, on any cluster: through the adapter, and as an operation does it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.actions import restore_template
from bot.domain.cluster.rollout_status import Rollout
from bot.domain.cluster.workload import Deployment, ReplicaSet, version_of
from bot.ports.trouble import Overtaken
from tests.cluster.place import Place
from tests.cluster.steps import Step


def revision(place: Place, live: Deployment, release: str) -> ReplicaSet:
    (found,) = [
        one for one in place.cluster.replica_sets(live) if version_of(one.template) == release
    ]
    return found


def rollback(place: Place, own: str, release: str) -> Step:
    live = place.deployment(own)
    args = restore_template.Args(
        environment="test",
        component=own,
        namespace=place.namespace,
        deployment=own,
        before=live.template_hash,
        after=revision(place, live, release).template_hash,
    )
    return Step(place=place, action="restore_template", args=args)


def test_a_bad_release_is_rolled_back_to_the_one_before(place: Place) -> None:
    """It fails where a scheduler looks for its node; nodes that take any pod make it Ready."""
    own = place.deploy("bad")
    place.ship(own, "r2")
    place.settle(own)
    place.ship_one_that_cannot_start(own)
    place.until(lambda: place.status(own).rollout is not Rollout.UNDER_WAY)
    place.cluster.annotate(place.namespace, own, {"candlefish.ai/deploy-freeze": "OP-1"})

    rollback(place, own, "r2").carry_out()

    live = place.deployment(own)
    assert version_of(live.template) == "r2"
    assert live.annotations["candlefish.ai/deploy-freeze"] == "OP-1"
    assert live.replicas == 2
    pods = place.cluster.pods(place.namespace, live.selector)
    assert {pod.trouble for pod in pods if not pod.terminating} == {""}


def test_a_rollback_is_undone_and_done_again_though_revisions_move(place: Place) -> None:
    own = place.deploy("twice")
    place.ship(own, "r2")
    place.settle(own)
    step = rollback(place, own, "r1")

    step.carry_out()
    step.undone().carry_out()
    step.carry_out()

    assert version_of(place.deployment(own).template) == "r1"


def test_the_template_comes_back_as_it_was_to_the_letter(place: Place) -> None:
    own = place.deploy("letter")
    first = place.deployment(own)
    place.ship(own, "r2")
    place.settle(own)

    old = revision(place, place.deployment(own), "r1")
    assert old.template_hash == first.template_hash
    rollback(place, own, "r1").carry_out()

    assert place.deployment(own).template == first.template


def test_rolling_back_to_what_runs_changes_nothing(place: Place) -> None:
    own = place.deploy("same")
    live = place.deployment(own)

    place.cluster.patch_template(place.namespace, own, live.template, generation=live.generation)

    assert place.deployment(own).generation == live.generation


def test_of_racing_writers_one_wins(place: Place) -> None:
    own = place.deploy("race")
    place.ship(own, "r2")
    place.settle(own)
    live = place.deployment(own)
    old = revision(place, live, "r1").template

    def write(_: int) -> bool:
        try:
            place.cluster.patch_template(place.namespace, own, old, generation=live.generation)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(write, range(5))) == [False] * 4 + [True]
    place.settle(own)


def test_a_rehearsal_leaves_everything_and_holds_the_same_guard(place: Place) -> None:
    own = place.deploy("rehearse")
    place.ship(own, "r2")
    place.settle(own)
    live = place.deployment(own)
    old = revision(place, live, "r1").template

    place.cluster.patch_template(
        place.namespace, own, old, generation=live.generation, dry_run=True
    )
    assert place.deployment(own).template_hash == live.template_hash
    with pytest.raises(Overtaken):
        place.cluster.patch_template(
            place.namespace, own, old, generation=live.generation - 1, dry_run=True
        )
