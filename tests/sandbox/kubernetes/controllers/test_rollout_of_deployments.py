"""The facts about rollouts that were measured on a real cluster."""

from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster

DONE = ("True", "NewReplicaSetAvailable")


def test_a_new_deployment_comes_up_and_says_so(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)

    deployment = cluster.deployment()
    assert deployment["metadata"]["generation"] == 1
    assert deployment["metadata"]["annotations"] == {"deployment.kubernetes.io/revision": "1"}
    assert cluster.condition("Available") == ("True", "MinimumReplicasAvailable")
    assert cluster.condition("Progressing") == DONE
    (replicaset,) = cluster.replicasets()
    hash_ = replicaset["metadata"]["labels"]["pod-template-hash"]
    assert replicaset["metadata"]["name"] == f"app-{hash_}"
    assert replicaset["metadata"]["ownerReferences"][0]["uid"] == deployment["metadata"]["uid"]
    assert replicaset["metadata"]["annotations"] == {
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
        "deployment.kubernetes.io/revision": "1",
    }
    assert {pod["metadata"]["labels"]["pod-template-hash"] for pod in cluster.pods()} == {hash_}


def test_a_rollout_moves_no_generation_and_never_has_too_few_or_too_many(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    seen = cluster.store.newest
    cluster.ship("app:v1.1.0")
    cluster.until(cluster.done)

    assert cluster.deployment()["metadata"]["generation"] == 2
    rollout = [
        event.object["status"]
        for event in cluster.store.changes_after(seen)
        if event.kind.name == "Deployment"
    ]
    assert len(rollout) > 6
    assert {status["observedGeneration"] for status in rollout} == {1, 2}
    assert min(status["availableReplicas"] for status in rollout) == 3
    assert max(status["replicas"] for status in rollout) == 4
    assert cluster.images() == {"app:v1.1.0": 3}


def test_a_stuck_rollout_keeps_the_old_pods_and_rolling_it_back_makes_no_new_pod(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    before = {pod["metadata"]["uid"] for pod in cluster.pods()}
    cluster.change(progressDeadlineSeconds=2)
    cluster.ship("app:v1.1.0-stuck")
    failed = ("False", "ProgressDeadlineExceeded")
    cluster.until(lambda: cluster.condition("Progressing") == failed)

    assert cluster.status()["availableReplicas"] == 3
    assert cluster.status()["updatedReplicas"] == 1
    assert cluster.images() == {"app:v1.0.0": 3, "app:v1.1.0-stuck": 1}
    cluster.roll_back(1)
    cluster.until(lambda: cluster.done() and cluster.condition("Progressing") == DONE)
    cluster.until(lambda: {pod["metadata"]["uid"] for pod in cluster.pods()} == before)


def test_a_rollback_moves_the_revision_of_the_old_replicaset(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    first = cluster.revisions()[1]["metadata"]["uid"]
    cluster.release("app:v1.1.0")
    assert sorted(cluster.revisions()) == [1, 2]
    cluster.roll_back(1)
    cluster.until(cluster.done)

    assert sorted(cluster.revisions()) == [2, 3]
    newest = cluster.revisions()[3]
    assert newest["metadata"]["uid"] == first
    assert newest["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"
    revision = cluster.deployment()["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
    assert revision == "3"


def test_after_two_bad_releases_the_previous_one_is_bad_as_well(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    for image in ("app:v1.1.0-crash", "app:v1.2.0-crash"):
        cluster.ship(image)
        cluster.until(lambda image=image: image in cluster.images())
    revisions = cluster.revisions()
    previous = revisions[sorted(revisions)[-2]]
    assert "v1.1.0-crash" in str(previous["spec"]["template"])

    cluster.roll_back(1)
    cluster.until(cluster.done)
    cluster.until(lambda: cluster.images() == {"app:v1.0.0": 3})
    assert sorted(cluster.revisions()) == [2, 3, 4]


def test_rolling_back_to_the_template_it_has_changes_nothing(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    before = cluster.deployment()

    assert cluster.roll_back(1) == before
    assert cluster.deployment() == before


def test_a_paused_deployment_takes_a_template_and_rolls_nothing(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    cluster.change(paused=True)
    cluster.ship("app:v1.1.0")
    observed = cluster.deployment()["metadata"]["generation"]
    cluster.until(lambda: cluster.status()["observedGeneration"] == observed)
    assert cluster.condition("Progressing") == ("Unknown", "DeploymentPaused")
    assert cluster.images() == {"app:v1.0.0": 3}
    assert sorted(cluster.revisions()) == [1]

    cluster.change(paused=False)
    cluster.until(lambda: cluster.done() and cluster.condition("Progressing") == DONE)
    cluster.until(lambda: cluster.images() == {"app:v1.1.0": 3})


def test_without_history_nothing_is_left_to_go_back_to(cluster: Cluster):
    cluster.deploy(revisionHistoryLimit=0)
    cluster.until(cluster.done)
    cluster.release("app:v1.1.0")
    cluster.until(lambda: sorted(cluster.revisions()) == [2])


def test_history_keeps_as_many_as_asked(cluster: Cluster):
    cluster.deploy(revisionHistoryLimit=2, replicas=1)
    cluster.until(cluster.done)
    for number in range(1, 5):
        cluster.release(f"app:v1.{number}.0")
    cluster.until(lambda: sorted(cluster.revisions()) == [3, 4, 5])


def test_recreate_lets_all_old_pods_go_first(cluster: Cluster):
    cluster.deploy(strategy={"type": "Recreate"})
    cluster.until(cluster.done)
    seen = cluster.store.newest
    cluster.release("app:v1.1.0")

    changes = [one for one in cluster.store.changes_after(seen) if one.kind.name == "Pod"]
    went = [one.resource_version for one in changes if one.type == "DELETED"]
    came = [one.resource_version for one in changes if one.type == "ADDED"]
    assert len(went) == len(came) == 3
    assert max(went) < min(came)


def test_scaling_makes_no_revision(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    cluster.change(replicas=5)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 5)
    cluster.change(replicas=1)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 1)
    assert sorted(cluster.revisions()) == [1]
    (replicaset,) = cluster.replicasets()
    sizes = replicaset["metadata"]["annotations"]
    assert sizes["deployment.kubernetes.io/desired-replicas"] == "1"


def test_scaling_in_the_middle_of_a_stuck_rollout_spreads_over_both(cluster: Cluster):
    cluster.deploy(replicas=4)
    cluster.until(cluster.done)
    cluster.ship("app:v1.1.0-stuck")
    cluster.until(lambda: cluster.images().get("app:v1.1.0-stuck") == 1)
    cluster.change(replicas=8)
    cluster.until(lambda: sum(cluster.images().values()) == 9)
    assert cluster.images()["app:v1.0.0"] == 7
    assert cluster.images()["app:v1.1.0-stuck"] == 2


def test_annotations_of_the_deployment_reach_its_replicaset_but_not_kubectls(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    with cluster.store.lock:
        deployment = cluster.deployment()
        deployment["metadata"]["annotations"] |= {
            "kubernetes.io/change-cause": "release v1.0.0",
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
        }
        cluster.store.update(DEPLOYMENT, deployment)

    def copied() -> dict[str, str]:
        (replicaset,) = cluster.replicasets()
        return replicaset["metadata"]["annotations"]

    cluster.until(lambda: "kubernetes.io/change-cause" in copied())
    assert "kubectl.kubernetes.io/last-applied-configuration" not in copied()
    assert copied()["deployment.kubernetes.io/revision"] == "1"


def test_deleting_a_deployment_takes_all_it_made(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    cluster.store.delete(DEPLOYMENT, NAMESPACE, "app")
    cluster.until(lambda: not cluster.replicasets() and not cluster.pods())


def test_pods_must_stay_ready_for_as_long_as_asked(cluster: Cluster, pace: Pace):
    pace.second = 1.0
    cluster.deploy(minReadySeconds=60, replicas=1)
    cluster.until(lambda: cluster.status().get("readyReplicas") == 1)
    assert cluster.status().get("availableReplicas", 0) == 0
    pace.second = 0.0001
    cluster.controllers.wake_all()
    cluster.until(cluster.done)


def test_a_bad_verdict_stands_until_the_controller_has_seen_the_rollback(cluster: Cluster):
    cluster.deploy(progressDeadlineSeconds=1)
    cluster.until(cluster.done)
    cluster.ship("app:v1.1.0-stuck")
    failed = ("False", "ProgressDeadlineExceeded")
    cluster.until(lambda: cluster.condition("Progressing") == failed)
    with cluster.controllers.held():
        rolled_back = cluster.roll_back(1)
        observed = rolled_back["status"]["observedGeneration"]
        assert rolled_back["metadata"]["generation"] == observed + 1
        assert cluster.condition("Progressing") == failed
    cluster.until(lambda: cluster.done() and cluster.condition("Progressing") == DONE)
