"""Operations that move no traffic: another count of pods, and deploys that stand still or go on."""

from collections.abc import Mapping

from bot.domain.cluster.workload import FREEZE
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA
from tests.crash.operations.flow import Flow, Write
from tests.operations.rig import Rig
from tests.operations.twins import PRODUCTION, Platform

_COLOURS = ("graphql-api-blue", "graphql-api-green")
_MARK = b"deploy-freeze"
_PODS = "8"


def _least(platform: Platform) -> str:
    """The minimum of the autoscaler of what serves."""
    scaler = platform.cluster.store.get(HPA, PRODUCTION, platform.live("graphql-api"))
    return str(scaler["spec"]["minReplicas"])


def _marks(platform: Platform) -> str:
    """Who froze each of the colours."""
    found = [platform.deployment(name)["metadata"].get("annotations", {}) for name in _COLOURS]
    return " ".join(one.get(FREEZE, "free") for one in found)


def _frozen(rig: Rig) -> None:
    store = rig.platform.cluster.store
    with store.lock:
        for name in _COLOURS:
            found = rig.platform.deployment(name)
            found["metadata"].setdefault("annotations", {})[FREEZE] = "OP-99"
            store.update(DEPLOYMENT, found)


def _marking(step: str) -> Mapping[str, Write]:
    return {
        color: Write(
            step=step, method="PATCH", path=f"/deployments/graphql-api-{color}$", mark=_MARK,
            refused=refused,
        )
        for color, refused in (("blue", "409"), ("green", "500"))
    }  # fmt: skip


WITHOUT_TRAFFIC: Mapping[str, Flow] = {
    "scale": Flow(
        words=f"scale {_PODS} graphql-api",
        component="graphql-api",
        steps=("scale graphql-api",),
        writes={
            "minimum": Write(
                step="scale graphql-api",
                method="PATCH",
                path="/horizontalpodautoscalers/graphql-api-blue$",
                refused="409",
            ),
            "count": Write(
                step="scale graphql-api",
                method="PATCH",
                path="/deployments/graphql-api-blue/scale$",
                says=f'"replicas": {_PODS}}}'.encode(),
                refused="",
            ),
        },
        decisive="minimum",
        bad=False,
        shows=_least,
        target=_PODS,
    ),
    "freeze": Flow(
        words="freeze graphql-api",
        component="graphql-api",
        steps=("freeze graphql-api",),
        writes=_marking("freeze graphql-api"),
        decisive="green",
        bad=False,
        shows=_marks,
        target="OP-1 OP-1",
    ),
    "unfreeze": Flow(
        words="unfreeze graphql-api",
        component="graphql-api",
        steps=("unfreeze graphql-api",),
        writes=_marking("unfreeze graphql-api"),
        decisive="green",
        bad=False,
        scene=_frozen,
        shows=_marks,
        target="free free",
    ),
}
