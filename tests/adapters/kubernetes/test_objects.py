"""Raw objects as the domain's values, by what a real API server was recorded to answer."""

import json
from pathlib import Path
from typing import Any

from bot.adapters.kubernetes import objects
from bot.adapters.kubernetes.pods import pod
from bot.adapters.kubernetes.rejection import read

READY = {"type": "Ready", "status": "True"}


def recorded(contracts: Path, name: str) -> tuple[int, bytes]:
    head, _, body = (contracts / "kubernetes" / name).read_bytes().partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def body(contracts: Path, name: str) -> Any:
    return json.loads(recorded(contracts, name)[1])


def raw_pod(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "one"}, "spec": {"containers": []}, "status": status}


def container(name: str = "api", **state: Any) -> dict[str, Any]:
    return {"name": name, "restartCount": 2, "state": state}


def test_a_recorded_deployment_and_its_history(contracts: Path) -> None:
    raw = body(contracts, "deployment-200.http")
    found = objects.deployment(raw)

    assert found.name == raw["metadata"]["name"]
    assert found.generation == raw["metadata"]["generation"]
    assert found.template is raw["spec"]["template"]
    assert found.conditions["Available"].status in {"True", "False"}
    history = [
        objects.replica_set(one)
        for one in body(contracts, "replicasets-200.http")["items"]
        if objects.owned(one, found.uid)
    ]
    assert history
    assert len({one.revision for one in history}) == len(history)
    assert found.template_hash in {one.template_hash for one in history}


def test_a_recorded_service_and_its_endpoints(contracts: Path) -> None:
    found = objects.service(body(contracts, "service-200.http"))
    pods = objects.endpoints(body(contracts, "endpointslices-200.http")["items"])

    assert found.selector
    assert int(found.resource_version) > 0
    assert pods


def test_every_state_of_a_recorded_rollout_can_be_read(contracts: Path) -> None:
    lines = recorded(contracts, "watch-rollout.http")[1].splitlines()
    events = [json.loads(line) for line in lines if line.strip()]
    seen = [objects.deployment(each["object"]) for each in events if each["type"] != "BOOKMARK"]

    assert {one.generation for one in seen} == {47, 48}
    assert any(one.observed_generation < one.generation for one in seen)


def test_recorded_refusals_keep_the_servers_words(contracts: Path) -> None:
    failed_test = read(*recorded(contracts, "jsonpatch-test-failed-422.http"))
    invalid = read(*recorded(contracts, "invalid-422.http"))
    unknown = read(*recorded(contracts, "unknown-group-404.http"))

    assert failed_test.failed_test
    assert not invalid.failed_test
    assert "must be greater than or equal to 0" in invalid.message
    assert (unknown.status, unknown.message) == (404, "404 page not found")


def test_a_recreated_deployment_has_no_surge() -> None:
    raw = {
        "metadata": {"name": "a", "namespace": "b", "uid": "c", "generation": 1},
        "spec": {"template": {}, "strategy": {"type": "Recreate"}},
    }
    found = objects.deployment(raw)

    assert (found.max_surge, found.max_unavailable, found.replicas) == ("0", "100%", 1)


def test_trouble_is_the_first_containers_in_order_of_start() -> None:
    waiting = container(waiting={"reason": "CrashLoopBackOff"})
    pulling = container("init", waiting={"reason": "ImagePullBackOff"})
    found = pod(raw_pod(initContainerStatuses=[pulling], containerStatuses=[waiting]))

    assert (found.trouble, found.restarts, found.ready) == ("ImagePullBackOff", 4, False)


def test_starting_and_done_is_no_trouble() -> None:
    done = container("init", terminated={"exitCode": 0, "reason": "Completed"})
    starting = container(waiting={"reason": "ContainerCreating"})

    found = pod(raw_pod(initContainerStatuses=[done], containerStatuses=[starting]))
    assert found.trouble == ""
    found = pod(raw_pod(containerStatuses=[container(running={})], conditions=[READY]))
    assert (found.trouble, found.ready) == ("", True)


def test_a_dead_container_an_unplaced_and_an_evicted_pod_have_trouble() -> None:
    died = container(terminated={"exitCode": 137, "reason": "OOMKilled"})
    unplaced = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}

    assert pod(raw_pod(containerStatuses=[died])).trouble == "OOMKilled"
    assert pod(raw_pod(conditions=[unplaced])).trouble == "Unschedulable"
    assert pod(raw_pod(phase="Failed", reason="Evicted")).trouble == "Evicted"
