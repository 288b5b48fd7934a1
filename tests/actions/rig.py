"""The Kubernetes twin with its controllers, and the adapter that the bot has to it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.workload import Deployment
from bot.ports.world import World
from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, SERVICE, Kind
from sandbox.kubernetes.seed.part import WEBSOCKET
from sandbox.kubernetes.seed.platform import PRODUCTION, seed_part
from sandbox.kubernetes.twin import KubernetesTwin
from tests.actions.scene import until

NAME = "websocket-service"
BLUE, GREEN = f"{NAME}-blue", f"{NAME}-green"
LABELS = {"app": NAME}
UNKNOWN_FIELD = "nextYearsField"  # the cluster is newer than the client
_WRITING = ("PATCH", "POST", "DELETE")
_NOT_A_DRY_RUN = "^(?!.*dryRun)"


@dataclass(frozen=True, kw_only=True)
class Rig:
    twin: KubernetesTwin
    controllers: Controllers
    cluster: KubernetesCluster

    @property
    def world(self) -> World:
        return World(now=lambda: datetime.now(UTC), cluster=self.cluster)

    def deployment(self, name: str) -> Deployment:
        return self.cluster.deployment(PRODUCTION, name)

    def change(self, kind: Kind, name: str, **spec: Any) -> None:
        """As somebody else would, behind the bot's back."""
        with self.twin.store.lock:
            obj = self.twin.store.get(kind, PRODUCTION, name)
            obj["spec"] |= spec
            self.twin.store.update(kind, obj)

    def ship(self, name: str, image: str) -> None:
        with self.twin.store.lock:
            obj = self.twin.store.get(DEPLOYMENT, PRODUCTION, name)
            obj["spec"]["template"]["spec"]["containers"][0]["image"] = image
            self.twin.store.update(DEPLOYMENT, obj)

    def select(self, color: str) -> None:
        self.change(SERVICE, NAME, selector=LABELS | {"color": color})

    def settle(self) -> None:
        """Until every Deployment has the pods that it wants."""
        until(lambda: all(self._settled(name) for name in (BLUE, GREEN)))

    def _settled(self, name: str) -> bool:
        now = self.deployment(name)
        return now.generation == now.observed_generation and now.available == now.replicas

    def without_scalers(self) -> None:
        for name in (BLUE, GREEN):
            self.twin.store.delete(HPA, PRODUCTION, name)

    def writes(self) -> int:
        """Requests that may change something, dry runs among them."""
        return sum(each.method != "GET" for each in self.twin.journal.requests())

    def effects(self, path: str = "") -> int:
        return sum(path in each.path for each in self.twin.effects())

    def lose(self, path: str = ".") -> None:
        for method in _WRITING:
            self.twin.faults.lose_answer(method, path, query=_NOT_A_DRY_RUN)

    def away(self) -> None:
        self.twin.faults.drop("*", ".", times=1_000)

    def forbidden(self) -> None:
        for method in _WRITING:
            self.twin.faults.status(method, ".", 403, times=1_000)


@contextmanager
def rigged(folder: Path) -> Iterator[Rig]:
    """A component in two colours, blue live with five pods, green idle with three."""
    pace = Pace(ready_after=0.02, stop_after=0.02, second=0.05)
    newer = {"V1PodSpec": [UNKNOWN_FIELD]}
    with (
        KubernetesTwin(newer_fields=newer) as twin,
        Controllers(twin.store, pace=pace) as controllers,
    ):
        seed_part(twin.store, controllers.load, WEBSOCKET, namespace=PRODUCTION)
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(twin.kubeconfig(), encoding="utf-8")
        with closing(KubernetesCluster.connect(str(kubeconfig))) as cluster:
            rig = Rig(twin=twin, controllers=controllers, cluster=cluster)
            rig.settle()
            twin.journal.clear()
            yield rig
