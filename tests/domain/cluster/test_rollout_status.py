from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.cluster.rollout_status import (
    Rollout,
    most_serve,
    of_template,
    pods_of,
    rollout_status,
)
from bot.domain.cluster.workload import Condition, Deployment, Pod, ReplicaSet

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW = {"spec": {"containers": [{"image": "app:v1"}]}}
OLD = {"spec": {"containers": [{"image": "app:v2-bad"}]}}
FINISHED = Deployment(
    namespace="production", name="web", uid="u", generation=5, observed_generation=5, replicas=3,
    current=3, updated=3, available=3, selector={"app": "web"}, template=NEW,
)  # fmt: skip


def replica_set(name: str, template: object, revision: int = 1) -> ReplicaSet:
    assert isinstance(template, dict)
    return ReplicaSet(
        name=name, revision=revision, created_at=AT, replicas=3, ready=3, template=template
    )


HISTORY = (replica_set("web-new1", NEW, 3), replica_set("web-bad1", OLD, 2))


def pod(hash_: str, trouble: str = "", *, ready: bool = False, **more: Any) -> Pod:
    labels = {"pod-template-hash": hash_}
    name = f"web-{hash_}-x"
    return Pod(name=name, labels=labels, ready=ready, phase="Running", trouble=trouble, **more)


def status_of(deployment: Deployment, *pods: Pod) -> Rollout:
    return rollout_status(deployment, HISTORY, pods).rollout


def condition(kind: str, reason: str, message: str = "") -> dict[str, Condition]:
    status = "True" if kind == "ReplicaFailure" else "False"
    return {kind: Condition(status=status, reason=reason, message=message)}


EXCEEDED = condition("Progressing", "ProgressDeadlineExceeded")


def test_all_pods_new_and_ready_is_done() -> None:
    assert status_of(FINISHED) is Rollout.DONE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"observed_generation": 4}, "not yet seen"),
        ({"updated": 1}, "1 of 3 pods are of the new template"),
        ({"current": 4}, "1 pod of the old template"),
        ({"available": 2}, "2 of 3 pods are ready"),
    ],
)
def test_what_is_under_way(change: dict[str, int], words: str) -> None:
    found = rollout_status(replace(FINISHED, **change), HISTORY, ())  # type: ignore[arg-type] - mypy cannot know which fields

    assert found.rollout is Rollout.UNDER_WAY
    assert words in found.seen


def test_the_last_rollouts_verdict_is_not_this_ones() -> None:
    """Right after a rollback the bad rollout's conditions are still there."""
    behind = replace(FINISHED, generation=6, conditions=EXCEEDED)

    assert status_of(behind) is Rollout.UNDER_WAY
    assert status_of(replace(behind, observed_generation=6)) is Rollout.FAILED


@pytest.mark.parametrize(
    ("message", "rollout"),
    [
        ('ReplicaSet "web-bad1" has timed out progressing.', Rollout.UNDER_WAY),
        ('ReplicaSet "web-new1" has timed out progressing.', Rollout.FAILED),
        ('Deployment "web" has timed out progressing.', Rollout.FAILED),
        ("", Rollout.FAILED),
    ],
)
def test_a_deadline_that_another_replica_set_missed_is_not_this_ones(
    message: str, rollout: Rollout
) -> None:
    """The controller has seen the rollback, and keeps the words until some progress shows."""
    late = condition("Progressing", "ProgressDeadlineExceeded", message)
    back = replace(FINISHED, current=4, conditions=late)

    assert status_of(back) is rollout


def test_pods_still_up_from_before_are_no_success() -> None:
    assert status_of(replace(FINISHED, updated=0, available=3)) is Rollout.UNDER_WAY


CRASHES = pod("new1", "CrashLoopBackOff", restarts=3)
NOT_PULLED = pod("new1", "ImagePullBackOff: no such image")


@pytest.mark.parametrize(
    "pods",
    [
        [CRASHES],
        [NOT_PULLED],
        [CRASHES, pod("new1", restarts=4)],  # between two crashes
        [CRASHES, pod("new1", "Error", restarts=3), NOT_PULLED],
        [pod("new1", "InvalidImageName"), pod("new1")],
        [pod("new1"), pod("new1", "CreateContainerConfigError")],
        [CRASHES, pod("new1", ready=True, terminating=True), pod("bad1", ready=True)],
    ],
)
def test_pods_none_of_which_will_come_up_fail_it_at_once(pods: list[Pod]) -> None:
    found = rollout_status(replace(FINISHED, updated=1), HISTORY, pods)

    assert (found.rollout, found.in_trouble) == (Rollout.FAILED, True)
    assert next(one.trouble for one in pods if one.trouble) in found.seen


@pytest.mark.parametrize(
    "pods",
    [
        [pod("new1", "CrashLoopBackOff", restarts=2)],  # its sidecar may not be up yet
        [pod("new1", "RunContainerError")],
        [pod("new1", "CreateContainerError"), pod("new1")],
        [NOT_PULLED, pod("new1", ready=True)],
        [NOT_PULLED, pod("new1")],  # on another node
        [CRASHES, pod("new1", "ContainerCreating")],
        [pod("new1", "CreateContainerConfigError"), pod("new1", ready=True)],
    ],
)
def test_trouble_that_may_pass_is_waited_for_and_named(pods: list[Pod]) -> None:
    found = rollout_status(replace(FINISHED, updated=1), HISTORY, pods)

    assert (found.rollout, found.in_trouble) == (Rollout.UNDER_WAY, True)
    assert found.seen.startswith("web: 1 of 3 pods are of the new template; pod web-new1-x: ")
    assert pods[0].trouble in found.seen


def test_a_pod_that_crashes_right_after_the_count_is_no_success() -> None:
    crashed = [pod("new1", "CrashLoopBackOff", restarts=1), pod("new1", ready=True)]

    assert status_of(FINISHED, *crashed) is Rollout.UNDER_WAY


@pytest.mark.parametrize(
    ("replicas", "may_miss", "least"),
    [(10, "25%", 8), (4, "25%", 3), (3, "25%", 3), (1, "25%", 1), (10, "100%", 6), (10, "0", 10)],
)
def test_most_serve_where_no_more_are_missing_than_a_rollout_may_do_without(
    replicas: int, may_miss: str, least: int
) -> None:
    deployment = replace(FINISHED, replicas=replicas, max_unavailable=may_miss)

    assert most_serve(deployment, least)
    assert not most_serve(deployment, least - 1)


@pytest.mark.parametrize(
    "harmless",
    [
        pod("new1", "ErrImagePull"),
        pod("new1", "CrashLoopBackOff", terminating=True),
        pod("bad1", "CrashLoopBackOff"),
    ],
)
def test_troubles_that_pass_or_are_the_old_pods(harmless: Pod) -> None:
    assert status_of(replace(FINISHED, updated=1), harmless) is Rollout.UNDER_WAY


@pytest.mark.parametrize(
    ("message", "rollout"),
    [
        ('pods "web-new1-abcde" is forbidden: exceeded quota: compute', Rollout.FAILED),
        ("exceeded quota: compute", Rollout.FAILED),
        ('pods "web-bad1-abcde" is forbidden: exceeded quota: compute', Rollout.UNDER_WAY),
    ],
)
def test_pods_that_may_not_be_made_fail_it_at_once(message: str, rollout: Rollout) -> None:
    failure = condition("ReplicaFailure", "FailedCreate", message)

    assert status_of(replace(FINISHED, updated=1, conditions=failure)) is rollout


@pytest.mark.parametrize(
    ("change", "pods"),
    [
        ({}, [pod("bad1", terminating=True)]),  # it counts until it is gone
        ({}, [pod("new1"), pod("new1")]),  # the second has been made meanwhile
        ({"current": 4, "available": 4}, []),  # an old pod may go at once
        ({"max_unavailable": "50%"}, []),
        ({"max_unavailable": "1"}, []),
    ],
)
def test_a_full_quota_is_waited_for_while_old_pods_go(
    change: dict[str, Any], pods: list[Pod]
) -> None:
    full = 'pods "web-new1-abcde" is forbidden: exceeded quota: compute'
    failure = condition("ReplicaFailure", "FailedCreate", full)
    rolling = replace(FINISHED, updated=1, conditions=failure)

    found = rollout_status(replace(rolling, **change), HISTORY, pods)
    assert (found.rollout, found.needs_room) == (Rollout.UNDER_WAY, False)
    assert "to make room" in found.seen

    found = rollout_status(rolling, HISTORY, [pod("bad1"), pod("new1")])
    assert (found.rollout, found.needs_room) == (Rollout.FAILED, True)


def test_pods_that_are_forbidden_for_another_reason_wait_for_nobody() -> None:
    failure = condition("ReplicaFailure", "FailedCreate", "denied by a webhook")
    rolling = replace(FINISHED, updated=1, conditions=failure)

    found = rollout_status(rolling, HISTORY, [pod("bad1", terminating=True)])
    assert (found.rollout, found.needs_room) == (Rollout.FAILED, False)


def test_scaled_to_nothing_is_done() -> None:
    none = replace(FINISHED, replicas=0, current=0, updated=0, available=0)

    assert status_of(none) is Rollout.DONE


def test_of_several_with_one_template_the_newest_counts() -> None:
    history = (replica_set("web-a", NEW, 1), replica_set("web-b", NEW, 4))
    found = of_template(history, FINISHED.template_hash)

    assert found is not None
    assert found.name == "web-b"
    assert of_template(history, "nothing") is None


def test_pods_are_known_by_the_hash_in_the_name() -> None:
    mine, other, bare = pod("new1"), pod("bad1"), replace(pod("new1"), labels={})

    assert pods_of(HISTORY[0], [mine, other, bare]) == (mine,)
