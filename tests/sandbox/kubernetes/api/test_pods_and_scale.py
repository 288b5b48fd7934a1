"""What is not simply an object: scale, eviction under a budget, deletion with grace."""

from typing import Any

import httpx
import pytest

from sandbox.kubernetes.kinds import DEPLOYMENT, PDB, POD, REPLICASET
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE, deployment, pod

MERGE = {"content-type": "application/merge-patch+json"}
PODS = f"/api/v1/namespaces/{PLACE}/pods"
DELETION = "deletionTimestamp"


def budget(twin: KubernetesTwin, *, allowed: int, observed: bool = True) -> None:
    selector = {"matchLabels": {"app": NAME}}
    body = {
        "metadata": {"name": "budget", "namespace": PLACE},
        "spec": {"minAvailable": 2, "selector": selector},
        "status": {
            "observedGeneration": 1 if observed else 0,
            "disruptionsAllowed": allowed,
            "desiredHealthy": 2,
            "currentHealthy": 2 + allowed,
        },
    }
    twin.store.create(PDB, body)


def evict(http: httpx.Client, name: str, **options: Any) -> httpx.Response:
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": PLACE},
        "deleteOptions": options,
    }
    return http.post(f"{PODS}/{name}/eviction", json=body)


def test_scale_is_read_and_written(twin: KubernetesTwin, http: httpx.Client) -> None:
    shown = http.get(f"{PATH}/scale").json()
    assert (shown["kind"], shown["spec"], shown["status"]["selector"]) == (
        "Scale",
        {"replicas": 3},
        f"app={NAME}",
    )

    patched = http.patch(f"{PATH}/scale", json={"spec": {"replicas": 6}}, headers=MERGE)

    assert patched.json()["spec"]["replicas"] == 6
    after = twin.store.get(DEPLOYMENT, PLACE, NAME)
    assert (after["spec"]["replicas"], after["metadata"]["generation"]) == (6, 2)
    assert [each.effect for each in twin.effects()] == [
        f"patch deployments.apps/scale {PLACE}/{NAME}"
    ]


def test_scale_is_guarded_and_checked(http: httpx.Client) -> None:
    stale = {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 6}}

    below = http.patch(f"{PATH}/scale", json={"spec": {"replicas": -1}}, headers=MERGE)

    assert http.patch(f"{PATH}/scale", json=stale, headers=MERGE).status_code == 409
    assert below.status_code == 422
    assert below.json()["message"].startswith('Scale.autoscaling "graphql" is invalid')


def test_a_dry_run_of_scale_scales_nothing(twin: KubernetesTwin, http: httpx.Client) -> None:
    answer = http.patch(f"{PATH}/scale?dryRun=All", json={"spec": {"replicas": 6}}, headers=MERGE)

    assert answer.json()["spec"]["replicas"] == 6
    assert twin.store.get(DEPLOYMENT, PLACE, NAME)["spec"]["replicas"] == 3


def test_eviction_marks_a_running_pod(twin: KubernetesTwin, http: httpx.Client) -> None:
    answer = evict(http, "graphql-a", gracePeriodSeconds=7)

    assert (answer.status_code, answer.json()["status"]) == (201, "Success")
    metadata = twin.store.get(POD, PLACE, "graphql-a")["metadata"]
    assert DELETION in metadata
    assert metadata["deletionGracePeriodSeconds"] == 7


def test_eviction_spends_the_budget(twin: KubernetesTwin, http: httpx.Client) -> None:
    budget(twin, allowed=1)

    codes = [evict(http, name).status_code for name in ("graphql-a", "graphql-b")]

    assert codes == [201, 429]
    assert DELETION not in twin.store.get(POD, PLACE, "graphql-b")["metadata"]
    assert evict(http, "graphql-a").status_code == 201
    assert len(twin.effects()) == 1


@pytest.mark.parametrize(
    ("observed", "words"),
    [
        (True, "The disruption budget budget needs 2 healthy pods and has 2 currently"),
        (False, "The disruption budget budget is still being processed by the server."),
    ],
)
def test_an_exhausted_budget_is_explained(
    twin: KubernetesTwin, http: httpx.Client, words: str, *, observed: bool
) -> None:
    budget(twin, allowed=0, observed=observed)

    answer = evict(http, "graphql-a")

    body = answer.json()
    assert (answer.status_code, body["reason"]) == (429, "TooManyRequests")
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    assert body["message"] == message
    assert body["details"]["causes"] == [{"reason": "DisruptionBudget", "message": words}]


def test_an_unready_pod_costs_no_budget(twin: KubernetesTwin, http: httpx.Client) -> None:
    budget(twin, allowed=0)
    twin.store.create(POD, pod("sick", ready=False))

    assert evict(http, "sick").status_code == 201


def test_a_dry_eviction_evicts_nobody(twin: KubernetesTwin, http: httpx.Client) -> None:
    budget(twin, allowed=1)

    assert evict(http, "graphql-a", dryRun=["All"]).status_code == 201

    assert twin.effects() == []
    assert twin.store.get(PDB, PLACE, "budget")["status"]["disruptionsAllowed"] == 1
    assert DELETION not in twin.store.get(POD, PLACE, "graphql-a")["metadata"]


def test_deletion_of_a_running_pod_takes_its_grace(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    twin.store.create(POD, pod("unplaced", node=""))

    marked = http.delete(f"{PODS}/graphql-a")
    http.delete(f"{PODS}/unplaced")
    http.request("DELETE", f"{PODS}/graphql-b", json={"gracePeriodSeconds": 0})

    assert DELETION in marked.json()["metadata"]
    left = [each["metadata"]["name"] for each in twin.store.list(POD)]
    assert left == ["graphql-a"]


def test_a_body_of_options_hides_those_of_the_query(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    http.request("DELETE", f"{PODS}/graphql-a?gracePeriodSeconds=0", json={})
    http.request("DELETE", f"{PODS}/graphql-b?gracePeriodSeconds=0")

    assert [each["metadata"]["name"] for each in twin.store.list(POD)] == ["graphql-a"]


def test_deletion_may_be_bound_to_the_uid(twin: KubernetesTwin, http: httpx.Client) -> None:
    wrong = {"preconditions": {"uid": "another"}}

    assert http.request("DELETE", PATH, json=wrong).status_code == 409
    uid = twin.store.get(DEPLOYMENT, PLACE, NAME)["metadata"]["uid"]
    right = {"preconditions": {"uid": uid}}
    assert http.request("DELETE", PATH, json=right).json()["details"]["uid"] == uid


def test_orphans_lose_their_owner(twin: KubernetesTwin, http: httpx.Client) -> None:
    uid = twin.store.get(DEPLOYMENT, PLACE, NAME)["metadata"]["uid"]
    owned = deployment("owned")
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME, "uid": uid}
    owned["metadata"]["ownerReferences"] = [owner]
    twin.store.create(REPLICASET, owned)

    http.request("DELETE", PATH, json={"propagationPolicy": "Orphan"})

    assert "ownerReferences" not in twin.store.get(REPLICASET, PLACE, "owned")["metadata"]


def test_many_are_deleted_by_their_labels(twin: KubernetesTwin, http: httpx.Client) -> None:
    twin.store.create(POD, pod("docs-a", app="docs"))

    http.request(
        "DELETE", PODS, params={"labelSelector": "app=graphql"}, json={"gracePeriodSeconds": 0}
    )

    assert [each["metadata"]["name"] for each in twin.store.list(POD)] == ["docs-a"]
