"""P2 of a plan: every image that its pods pull has to be there."""

import pytest

from bot.domain.operations.check import Code, Result
from bot.domain.operations.plan import Kind, Plan
from sandbox.kubernetes.kinds import DEPLOYMENT, POD, REPLICASET
from tests.crash.patience import until
from tests.flows.operations.planning_stage import NAMESPACE, Stage, by_code

NAME = "graphql-api"
PROXY = "docker.io/envoy:v1"
MIGRATE = "registry.candlefish.ai/candlefish/migrate:v1"


def test_a_cold_release_whose_image_is_gone_is_blocked(still: Stage) -> None:
    made = still.plan(Kind.ROLLBACK, NAME, to_version="v1.3.9")
    assert made.legs[0].after is not None
    assert by_code(still.checks(made), NAME)[Code.IMAGE].result is Result.PASS

    still.shelf.lacks.add(made.legs[0].after.image)

    assert by_code(still.checks(made), NAME)[Code.IMAGE].result is Result.BLOCK


def _with_sidecars(stage: Stage) -> Plan:
    """Back to v1.3.9, whose pods pull two images more; nothing runs it now."""
    store = stage.cluster.store
    with store.lock:
        for one in store.list(REPLICASET, NAMESPACE):
            spec = one["spec"]["template"]["spec"]
            if spec["containers"][0]["image"].partition("@")[0].endswith(f"{NAME}:v1.3.9"):
                spec["containers"].append({"name": "proxy", "image": PROXY})
                spec["initContainers"] = [{"name": "migrate", "image": MIGRATE}]
                store.update(REPLICASET, one)
    return stage.plan(Kind.ROLLBACK, NAME, to_version="v1.3.9")


@pytest.mark.parametrize("gone", [PROXY, MIGRATE])
def test_a_sidecar_or_an_init_container_whose_image_is_gone_is_named(
    stage: Stage, gone: str
) -> None:
    made = _with_sidecars(stage)
    assert by_code(stage.checks(made), NAME)[Code.IMAGE].result is Result.PASS

    stage.shelf.lacks.add(gone)
    check = by_code(stage.checks(made), NAME)[Code.IMAGE]

    assert (check.result, check.seen) == (Result.BLOCK, f"the registry has no {gone} any more")


def test_a_sidecar_of_a_registry_that_nobody_can_ask_is_proven_by_pods_that_run_it(
    stage: Stage,
) -> None:
    made = _with_sidecars(stage)
    stage.shelf.silent.add(PROXY)
    asked = by_code(stage.checks(made), NAME)[Code.IMAGE]
    assert (asked.result, asked.seen) == (Result.UNKNOWN, f"{PROXY}: the registry is silent")

    store = stage.cluster.store
    with store.lock:
        live = store.get(DEPLOYMENT, NAMESPACE, f"{NAME}-blue")
        containers = live["spec"]["template"]["spec"]["containers"]
        containers.append({**containers[0], "name": "proxy", "image": PROXY})
        store.update(DEPLOYMENT, live)
    until(lambda: _runs(stage, PROXY), "a ready pod runs the proxy")

    assert by_code(stage.checks(made), NAME)[Code.IMAGE].result is Result.PASS


def _runs(stage: Stage, image: str) -> bool:
    store = stage.cluster.store
    with store.lock:
        pods = store.list(POD, NAMESPACE)
    return any(
        image in [one["image"] for one in pod["spec"]["containers"]]
        and any(
            one["type"] == "Ready" and one["status"] == "True"
            for one in pod["status"].get("conditions", ())
        )
        for pod in pods
    )
