"""Pods that do not come up, and what the cluster says about them."""

from collections.abc import Callable

import pytest

from sandbox.kubernetes.controllers.deletion import terminate
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import CONFIGMAP, EVENT, POD, QUOTA
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.store import Rejected
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster


def waiting(cluster: Cluster) -> list[str]:
    """The reason each pod's container gives for waiting."""
    return [
        status.get("state", {}).get("waiting", {}).get("reason", "")
        for pod in cluster.pods()
        for status in pod["status"].get("containerStatuses", ())
    ]


def limit(cluster: Cluster, **hard: str) -> Object:
    words = {name.replace("_", "."): text for name, text in hard.items()}
    quota = {"metadata": {"name": "compute", "namespace": NAMESPACE}, "spec": {"hard": words}}
    return cluster.store.create(QUOTA, quota)


@pytest.mark.parametrize(
    ("tag", "reason"), [("crash", "CrashLoopBackOff"), ("nopull", "ImagePullBackOff")]
)
def test_a_pod_says_why_it_waits(cluster: Cluster, tag: str, reason: str):
    cluster.deploy(f"app:v1-{tag}@sha256:00", replicas=2)
    cluster.until(lambda: waiting(cluster) == [reason] * 2)
    assert cluster.status().get("availableReplicas", 0) == 0
    assert cluster.condition("Available") == ("False", "MinimumReplicasUnavailable")


def test_a_pod_that_selects_its_node_is_never_placed_and_its_rollout_runs_out_of_time(
    cluster: Cluster, pace: Pace
):
    pace.second = 0.002
    cluster.deploy(replicas=1, progressDeadlineSeconds=5)
    cluster.until(cluster.done)
    template = cluster.deployment()["spec"]["template"]
    nowhere = template["spec"] | {"nodeSelector": {"disk": "none-has-this"}}
    cluster.change(template=template | {"spec": nowhere})
    cluster.until(lambda: cluster.condition("Progressing") == ("False", "ProgressDeadlineExceeded"))
    assert sorted(pod["status"].get("phase") for pod in cluster.pods()) == ["Pending", "Running"]


def test_a_crashing_pod_counts_its_restarts(cluster: Cluster, pace: Pace):
    pace.second = 0.002
    cluster.deploy("app:v1-crash", replicas=1)

    def restarts() -> int:
        return sum(
            status["restartCount"]
            for pod in cluster.pods()
            for status in pod["status"].get("containerStatuses", ())
        )

    cluster.until(lambda: restarts() >= 3)


def test_fates_are_set_and_lifted_while_it_runs(cluster: Cluster):
    fates = cluster.controllers.fates
    fates.for_deployment(NAMESPACE, "app", Fate.STUCK)
    cluster.deploy(replicas=1)
    cluster.until(lambda: [pod["status"].get("phase") for pod in cluster.pods()] == ["Running"])
    assert cluster.status().get("readyReplicas", 0) == 0
    fates.clear()
    cluster.until(cluster.done)
    fates.for_image("v1.0.0", Fate.CRASH)
    cluster.until(lambda: cluster.status().get("readyReplicas", 0) == 0)


def test_a_pod_without_a_node_is_pending(cluster: Cluster):
    cluster.deploy("app:v1-pending", replicas=1)

    def said() -> list[tuple[str, str]]:
        return [
            (one["type"], one["reason"])
            for pod in cluster.pods()
            for one in pod["status"].get("conditions", ())
        ]

    cluster.until(lambda: said() == [("PodScheduled", "Unschedulable")])
    assert "nodeName" not in cluster.pods()[0]["spec"]


@pytest.mark.parametrize(
    "source",
    [
        lambda spec: spec["containers"][0].update(envFrom=[{"configMapRef": {"name": "app-c"}}]),
        lambda spec: spec["containers"][0].update(
            env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "app-c", "key": "a"}}}]
        ),
        lambda spec: spec.update(volumes=[{"name": "v", "configMap": {"name": "app-c"}}]),
    ],
)
def test_a_missing_configmap_holds_the_pod_until_it_is_there(
    cluster: Cluster, source: Callable[[Object], None]
):
    template = cluster.deploy(name="other", replicas=0)["spec"]["template"]
    template["metadata"]["labels"] = {"app": "app"}
    source(template["spec"])
    cluster.deploy(template=template, replicas=1)
    cluster.until(lambda: waiting(cluster) == ["CreateContainerConfigError"])
    (status,) = cluster.pods()[0]["status"]["containerStatuses"]
    assert status["state"]["waiting"]["message"] == 'configmap "app-c" not found'

    metadata = {"name": "app-c", "namespace": NAMESPACE}
    cluster.store.create(CONFIGMAP, {"metadata": metadata, "data": {"a": "b"}})
    cluster.until(cluster.done)


def test_a_pod_that_runs_has_read_its_configuration(cluster: Cluster):
    metadata = {"name": "app-c", "namespace": NAMESPACE}
    cluster.store.create(CONFIGMAP, {"metadata": metadata})
    cluster.deploy(template=reading("app-c"), replicas=1)
    cluster.until(cluster.done)
    seen = cluster.store.newest
    cluster.store.delete(CONFIGMAP, NAMESPACE, "app-c")
    cluster.controllers.wake_all()
    cluster.deploy(name="next", replicas=1)
    cluster.until(lambda: cluster.done("next"))
    changed = {event.object["metadata"]["name"] for event in cluster.store.changes_after(seen)}
    assert cluster.pods()[0]["metadata"]["name"] not in changed


def reading(config_map: str) -> Object:
    container = {
        "name": "app",
        "image": "app:v1",
        "envFrom": [{"configMapRef": {"name": config_map}}],
    }
    return {"metadata": {"labels": {"app": "app"}}, "spec": {"containers": [container]}}


def test_a_full_quota_blocks_a_rollback_until_it_has_room(cluster: Cluster):
    cluster.deploy()
    cluster.until(cluster.done)
    cluster.release("app:v1.1.0")
    cluster.change(progressDeadlineSeconds=3)
    cluster.until(lambda: len(cluster.pods()) == 3)
    limit(cluster, limits_cpu="600m", requests_cpu="10")

    cluster.roll_back(1)
    failed = ("True", "FailedCreate")
    cluster.until(lambda: cluster.condition("ReplicaFailure") == failed)
    (said,) = [one for one in cluster.status()["conditions"] if one["type"] == "ReplicaFailure"]
    assert said["message"].startswith('pods "app-')
    assert said["message"].endswith(
        " is forbidden: exceeded quota: compute, requested: limits.cpu=200m, "
        "used: limits.cpu=600m, limited: limits.cpu=600m"
    )
    late = ("False", "ProgressDeadlineExceeded")
    cluster.until(lambda: cluster.condition("Progressing") == late)
    assert cluster.status()["availableReplicas"] == 3
    reasons = {one["reason"] for one in cluster.store.list(EVENT, NAMESPACE)}
    assert reasons == {"FailedCreate"}

    cluster.store.delete(QUOTA, NAMESPACE, "compute")
    cluster.until(lambda: cluster.done() and cluster.images() == {"app:v1.0.0": 3})
    cluster.until(lambda: cluster.condition("ReplicaFailure") == ("", ""))


def test_a_quota_counts_terminating_pods_and_keeps_its_status(cluster: Cluster, pace: Pace):
    pace.stop_after = 3600
    pace.second = 1.0
    limit(cluster, requests_cpu="300m", requests_memory="1Gi", pods="10")
    cluster.deploy(
        template={
            "metadata": {"labels": {"app": "app"}},
            "spec": {
                "containers": [
                    {
                        "name": "app",
                        "image": "app:v1",
                        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}},
                    }
                ]
            },
        }
    )
    cluster.until(cluster.done)

    def used() -> dict[str, str]:
        return cluster.store.get(QUOTA, NAMESPACE, "compute").get("status", {}).get("used")

    full = {"requests.cpu": "300m", "requests.memory": "768Mi", "pods": "3"}
    cluster.until(lambda: used() == full)
    terminate(cluster.store, POD, cluster.pods()[0])
    cluster.until(lambda: cluster.condition("ReplicaFailure")[0] == "True")
    assert used() == full
    assert sum(cluster.images().values()) == 2


@pytest.mark.parametrize(
    ("scope", "pod", "is_counted"),
    [
        ({"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}, {}, False),
        ({"scopeName": "PriorityClass", "operator": "NotIn", "values": ["high"]}, {}, True),
        (
            {"scopeName": "PriorityClass", "operator": "Exists"},
            {"priorityClassName": "high"},
            True,
        ),
        ({"scopeName": "Terminating", "operator": "Exists"}, {}, False),
        ({"scopeName": "NotTerminating", "operator": "Exists"}, {}, True),
        ({"scopeName": "BestEffort", "operator": "Exists"}, {}, True),
        ({"scopeName": "NotBestEffort", "operator": "Exists"}, {}, False),
        ({"scopeName": "CrossNamespacePodAffinity", "operator": "Exists"}, {}, False),
    ],
)
def test_a_quota_counts_the_pods_of_its_scopes(
    cluster: Cluster, scope: Object, pod: Object, *, is_counted: bool
):
    narrow = {"hard": {"pods": "0"}, "scopeSelector": {"matchExpressions": [scope]}}
    cluster.store.create(
        QUOTA, {"metadata": {"name": "narrow", "namespace": NAMESPACE}, "spec": narrow}
    )
    raw = {
        "metadata": {"name": "one", "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "one", "image": "one:1"}], **pod},
    }
    if not is_counted:
        assert cluster.store.create(POD, raw)
        return
    with pytest.raises(Rejected, match="exceeded quota: narrow, requested: pods=1"):
        cluster.store.create(POD, raw)


def test_a_quota_wants_to_know_what_a_pod_needs(cluster: Cluster):
    limit(cluster, limits_cpu="1", limits_memory="1Gi")
    pod = {
        "metadata": {"name": "bare", "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "bare", "image": "bare:1"}]},
    }
    with pytest.raises(Rejected) as refused:
        cluster.store.create(POD, pod)
    assert refused.value.code == 403
    assert str(refused.value) == (
        'pods "bare" is forbidden: failed quota: compute: must specify '
        "limits.cpu for: bare; limits.memory for: bare"
    )
