"""What crash tests turn: lost and late answers, the server's errors, and what really changed."""

import threading

import httpx
import pytest
import urllib3
from kubernetes import client

from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.twin.faults import Moment
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE, status_of

PATCH = {"spec": {"replicas": 9}}
WHERE = f"/deployments/{NAME}$"
REAL = "^(?!.*dryRun)"


def replicas(twin: KubernetesTwin) -> int:
    return int(twin.store.get(DEPLOYMENT, PLACE, NAME)["spec"]["replicas"])


def test_a_patch_whose_answer_is_lost_was_applied_once(
    twin: KubernetesTwin, apps: client.AppsV1Api
) -> None:
    twin.faults.lose_answer("PATCH", WHERE)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        apps.patch_namespaced_deployment(NAME, PLACE, PATCH)

    assert replicas(twin) == 9
    assert [each.effect for each in twin.effects()] == [f"patch deployments.apps {PLACE}/{NAME}"]


def test_a_timeout_after_apply(twin: KubernetesTwin, apps: client.AppsV1Api) -> None:
    twin.faults.stall("PATCH", WHERE, 60)

    with pytest.raises(urllib3.exceptions.HTTPError):
        apps.patch_namespaced_deployment(NAME, PLACE, PATCH, _request_timeout=0.3)

    twin.journal.wait_for(lambda each: each.method == "PATCH")
    assert replicas(twin) == 9


@pytest.mark.parametrize(
    ("code", "reason"),
    [(409, "Conflict"), (422, "Invalid"), (500, "InternalError"), (503, "ServiceUnavailable")],
)
def test_a_planned_status_has_a_status_body_and_changes_nothing(
    twin: KubernetesTwin, apps: client.AppsV1Api, code: int, reason: str
) -> None:
    twin.faults.status("PATCH", WHERE, code)

    with pytest.raises(client.ApiException) as refused:
        apps.patch_namespaced_deployment(NAME, PLACE, PATCH)

    assert refused.value.status == code
    body = status_of(refused.value)
    assert (body["kind"], body["reason"], body["code"]) == ("Status", reason, code)
    assert twin.effects() == []
    assert replicas(twin) == 3


def test_a_fault_may_spare_the_dry_run(twin: KubernetesTwin, apps: client.AppsV1Api) -> None:
    twin.faults.status("PATCH", WHERE, 500, query=REAL)

    apps.patch_namespaced_deployment(NAME, PLACE, PATCH, dry_run="All")
    with pytest.raises(client.ApiException):
        apps.patch_namespaced_deployment(NAME, PLACE, PATCH)


def test_the_instant_between_the_effect_and_its_answer(
    twin: KubernetesTwin, apps: client.AppsV1Api
) -> None:
    at_the_instant: list[tuple[int, int]] = []

    def look() -> None:
        at_the_instant.append((replicas(twin), len(twin.effects())))

    twin.faults.at(Moment.SEEN, "PATCH", WHERE, look)
    twin.faults.at(Moment.APPLIED, "PATCH", WHERE, look)
    apps.patch_namespaced_deployment(NAME, PLACE, PATCH)

    assert at_the_instant == [(3, 0), (9, 1)]


def test_a_frozen_patch_lets_others_pass(twin: KubernetesTwin, http: httpx.Client) -> None:
    frozen, thaw = threading.Event(), threading.Event()

    def freeze() -> None:
        frozen.set()
        assert thaw.wait(20)

    twin.faults.at(Moment.SEEN, "PATCH", WHERE, freeze)
    headers = {**http.headers, "content-type": "application/merge-patch+json"}
    late = threading.Thread(
        target=lambda: httpx.patch(twin.url + PATH, json=PATCH, headers=headers, timeout=30)
    )
    late.start()
    assert frozen.wait(20)

    other = http.patch(PATH, json={"spec": {"replicas": 4}}, headers=headers)
    thaw.set()
    late.join(20)

    assert other.json()["spec"]["replicas"] == 4
    assert replicas(twin) == 9
    assert len(twin.effects()) == 2


def test_only_what_really_changed_counts(
    twin: KubernetesTwin, apps: client.AppsV1Api, http: httpx.Client
) -> None:
    apps.patch_namespaced_deployment(NAME, PLACE, PATCH, dry_run="All")
    apps.patch_namespaced_deployment(NAME, PLACE, {"spec": {"replicas": 3}})
    apps.read_namespaced_deployment(NAME, PLACE)
    http.delete("/api/v1/namespaces/production/services/nope")
    with twin.store.lock:  # a controller's write is nobody's request
        held = twin.store.get(DEPLOYMENT, PLACE, NAME)
        held["spec"]["replicas"] = 5
        twin.store.update(DEPLOYMENT, held)
    assert twin.effects() == []

    apps.patch_namespaced_deployment(NAME, PLACE, PATCH)

    assert len(twin.effects("kubernetes-admin")) == 1
    assert twin.effects("somebody-else") == []
