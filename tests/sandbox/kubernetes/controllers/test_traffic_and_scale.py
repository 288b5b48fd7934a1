"""Who gets traffic, how many there are, and who may be evicted."""

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, HPA, PDB, SERVICE
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster


def ready(cluster: Cluster) -> list[bool]:
    return [one["conditions"]["ready"] for one in cluster.endpoints()]


def autoscale(cluster: Cluster, least: int, most: int) -> None:
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "app"},
        "minReplicas": least,
        "maxReplicas": most,
    }
    cluster.store.create(HPA, {"metadata": {"name": "app", "namespace": NAMESPACE}, "spec": spec})


def scaling(cluster: Cluster) -> dict[str, tuple[str, str]]:
    status = cluster.store.get(HPA, NAMESPACE, "app").get("status", {})
    return {one["type"]: (one["status"], one["reason"]) for one in status.get("conditions", ())}


def test_endpoints_are_the_ready_pods_of_the_selector(cluster: Cluster):
    cluster.deploy()
    cluster.serve()
    cluster.until(lambda: ready(cluster) == [True] * 3)

    (found,) = cluster.store.list(ENDPOINTSLICE, NAMESPACE)
    assert found["metadata"]["name"].startswith("app-")
    assert found["metadata"]["ownerReferences"][0]["kind"] == "Service"
    assert found["ports"] == [{"name": "", "protocol": "TCP", "port": 8080}]
    pods = {pod["metadata"]["uid"] for pod in cluster.pods()}
    assert {one["targetRef"]["uid"] for one in found["endpoints"]} == pods
    assert len({one["addresses"][0] for one in found["endpoints"]}) == 3


def test_a_pod_that_is_not_ready_is_an_endpoint_that_is_not(cluster: Cluster):
    cluster.controllers.fates.for_image("app", Fate.STUCK)
    cluster.deploy()
    cluster.serve()
    cluster.until(lambda: ready(cluster) == [False] * 3)


def test_a_selector_that_matches_nothing_leaves_no_endpoints(cluster: Cluster):
    cluster.deploy()
    cluster.serve()
    cluster.until(lambda: len(cluster.endpoints()) == 3)
    with cluster.store.lock:
        service = cluster.store.get(SERVICE, NAMESPACE, "app")
        service["spec"]["selector"]["version"] = "purple"
        cluster.store.update(SERVICE, service)
    cluster.until(lambda: cluster.endpoints() == [])
    (found,) = cluster.store.list(ENDPOINTSLICE, NAMESPACE)
    assert found["endpoints"] == []


def test_endpoints_may_follow_late(cluster: Cluster, pace: Pace):
    cluster.deploy()
    cluster.serve()
    cluster.until(lambda: ready(cluster) == [True] * 3)
    pace.follow_after = 3600.0
    cluster.change(replicas=1)
    cluster.until(lambda: len(cluster.pods()) == 1)
    assert ready(cluster) == [True] * 3
    pace.follow_after = 0.0
    cluster.controllers.wake_all()
    cluster.until(lambda: ready(cluster) == [True])


def test_a_service_that_goes_takes_its_slice(cluster: Cluster):
    cluster.serve()
    cluster.until(lambda: len(cluster.store.list(ENDPOINTSLICE, NAMESPACE)) == 1)
    cluster.store.delete(SERVICE, NAMESPACE, "app")
    cluster.until(lambda: cluster.store.list(ENDPOINTSLICE, NAMESPACE) == [])


def test_an_autoscaler_raises_to_its_least_and_keeps_below_its_most(cluster: Cluster):
    cluster.deploy(replicas=1)
    autoscale(cluster, 3, 5)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 3)
    assert scaling(cluster)["ScalingLimited"] == ("True", "TooFewReplicas")
    cluster.controllers.load.for_deployment(NAMESPACE, "app", 9)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 5)
    assert scaling(cluster)["ScalingLimited"] == ("True", "TooManyReplicas")


def test_an_autoscaler_is_off_at_zero_and_stays_off(cluster: Cluster):
    cluster.deploy(replicas=3)
    autoscale(cluster, 3, 5)
    cluster.until(cluster.done)
    cluster.change(replicas=0)
    off = ("False", "ScalingDisabled")
    cluster.until(lambda: scaling(cluster).get("ScalingActive") == off and cluster.done())
    assert cluster.deployment()["spec"]["replicas"] == 0


def test_load_follows_the_service_and_fewer_pods_take_five_minutes(cluster: Cluster, pace: Pace):
    pace.second = 3600
    cluster.controllers.load.for_service(NAMESPACE, "app", 6)
    cluster.deploy()
    cluster.serve()
    autoscale(cluster, 3, 10)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 6)

    with cluster.store.lock:
        service = cluster.store.get(SERVICE, NAMESPACE, "app")
        service["spec"]["selector"] = {"app": "elsewhere"}
        cluster.store.update(SERVICE, service)
    cluster.until(lambda: cluster.endpoints() == [])
    assert cluster.deployment()["spec"]["replicas"] == 6
    pace.second = 0.0001
    cluster.controllers.wake_all()
    cluster.until(lambda: cluster.done() and cluster.deployment()["spec"]["replicas"] == 3)


def test_a_raised_minimum_warms_an_idle_colour(cluster: Cluster):
    cluster.deploy(replicas=3)
    autoscale(cluster, 3, 10)
    cluster.until(cluster.done)
    with cluster.store.lock:
        hpa = cluster.store.get(HPA, NAMESPACE, "app")
        hpa["spec"]["minReplicas"] = 6
        cluster.store.update(HPA, hpa)
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 6)
    status = cluster.store.get(HPA, NAMESPACE, "app")["status"]
    assert status["desiredReplicas"] == 6


def test_an_autoscaler_moves_the_generation(cluster: Cluster):
    cluster.deploy(replicas=1)
    autoscale(cluster, 2, 5)
    cluster.until(cluster.done)
    cluster.until(lambda: cluster.deployment()["spec"]["replicas"] == 2)
    assert cluster.deployment()["metadata"]["generation"] == 2


def test_a_disruption_budget_counts_who_may_go(cluster: Cluster):
    cluster.deploy()
    budget = {
        "metadata": {"name": "app", "namespace": NAMESPACE},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "app"}}},
    }
    cluster.store.create(PDB, budget)

    def allowed() -> int | None:
        return cluster.store.get(PDB, NAMESPACE, "app").get("status", {}).get("disruptionsAllowed")

    cluster.until(lambda: allowed() == 1)
    cluster.controllers.fates.for_deployment(NAMESPACE, "app", Fate.STUCK)
    cluster.until(lambda: allowed() == 0)
    cluster.controllers.fates.clear()
    cluster.until(lambda: allowed() == 1)
    cluster.store.delete(DEPLOYMENT, NAMESPACE, "app")
    cluster.until(lambda: cluster.pods() == [])
