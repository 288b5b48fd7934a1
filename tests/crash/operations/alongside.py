"""Rollbacks whose traffic moves otherwise: by a mesh, or with connections that are drained."""

from collections.abc import Mapping

from sandbox.kubernetes.kinds import HPA
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.crash.operations.flow import Flow, Write
from tests.crash.patience import until
from tests.operations.rig import Rig

_EVICTION = "/pods/websocket-service-[^/]+/eviction$"


def _drained_fast(rig: Rig) -> None:
    rig.rollout("websocket-service", drain={"percent": 40, "every": "1s"})


def _busy(rig: Rig) -> None:
    """What serves has more pods than the idle colour, which so has to be raised first."""
    store, live = rig.platform.cluster.store, rig.platform.live("graphql-api")
    with store.lock:
        scaler = store.get(HPA, PRODUCTION, live)
        scaler["spec"]["minReplicas"] += 2
        store.update(HPA, scaler)
        wanted = scaler["spec"]["minReplicas"]
    until(lambda: rig.platform.deployment(live)["spec"]["replicas"] >= wanted, "it is scaled")
    until(lambda: rig.platform.is_settled(live), "its pods are ready")


def _eviction(*, after: str = "", refused: str) -> Write:
    return Write(
        step="drain websocket-service", method="POST", path=_EVICTION, after=after, refused=refused
    )


ALONGSIDE: Mapping[str, Flow] = {
    "route": Flow(
        words="rollback production --component graphql-api",
        component="graphql-api",
        steps=("scale graphql-api", "switch graphql-api"),
        writes={
            "minimum": Write(
                step="scale graphql-api",
                method="PATCH",
                path="/horizontalpodautoscalers/graphql-api-blue$",
            ),
            "route": Write(
                step="switch graphql-api",
                method="PATCH",
                path="/virtualservices/graphql-api$",
                refused="409",
            ),
        },
        decisive="route",
        routed=True,
        scene=_busy,
        whole=True,
    ),
    "drain": Flow(
        words="rollback production --component websocket-service",
        component="websocket-service",
        steps=("switch websocket-service", "converge websocket-service", "drain websocket-service"),
        writes={
            "selector": Write(
                step="switch websocket-service",
                method="PATCH",
                path="/services/websocket-service$",
                refused="409",
            ),
            "eviction": _eviction(refused="500"),
            "next eviction": _eviction(after=_EVICTION, refused="409"),
        },
        decisive="selector",
        scene=_drained_fast,
    ),
}
