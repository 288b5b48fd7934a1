"""Follows the Deployments of namespaces, so that who keeps the ledger looks when one changed.

A ReplicaSet changes with its Deployment, so that one watch is enough.
What a release ran for two seconds, under a history of none, no poll would see. Where the watch
is cut, refused or late the poll is the net: nothing is decided on what a watch said.
"""

import threading
from collections.abc import Callable, Collection, Mapping

from bot.domain.cluster.workload import Deployment
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.flows.loop import Loop
from bot.ports.cluster import Cluster, Watch

Wanted = Callable[[], Mapping[str, Collection[str]]]

LOOKS_EVERY = 1.0  # seconds
WATCHES_FOR = 300.0
AGAIN_AFTER = 0.2  # a server that ends every watch at once is not asked without a pause
AWAY_FOR = 2.0
REFUSED_FOR = 60.0
STOPS_WITHIN = 2.0


class DeploymentWatch:
    """`turn` is for a Loop; `wanted` names Deployments by namespace, `changed` hears of one.

    It hears of those that there are too, once, and again of what changed in a gap.
    """

    def __init__(
        self, cluster: Cluster, wanted: Wanted, changed: Callable[[str, str], None]
    ) -> None:
        self._cluster, self._wanted, self._changed = cluster, wanted, changed
        self._followed: dict[str, _Namespace] = {}

    def turn(self) -> float:
        wanted = self._wanted()
        for name in set(self._followed) - set(wanted):
            self._followed.pop(name).stop()
        for name in set(wanted) - set(self._followed):
            self._followed[name] = _Namespace(self._cluster, name, self._wanted, self._changed)
            self._followed[name].start()
        return LOOKS_EVERY

    def stop(self) -> None:
        for one in self._followed.values():
            one.halt()
        while self._followed:
            self._followed.popitem()[1].stop()


class _Namespace:
    """One namespace, on a thread of its own: who waits for a server cannot do anything else."""

    def __init__(
        self, cluster: Cluster, name: str, wanted: Wanted, changed: Callable[[str, str], None]
    ) -> None:
        self._cluster, self._name, self._wanted = cluster, name, wanted
        self._changed = changed
        self._lock = threading.Lock()
        self._halted = False
        self._watch: Watch | None = None
        self._seen: dict[str, Deployment] = {}
        self._loop = Loop(name=f"deployments of {name}", turn=self._follow)

    def start(self) -> None:
        self._loop.start()

    def halt(self) -> None:
        self._loop.halt()
        with self._lock:
            self._halted = True
            watch = self._watch
        if watch is not None:
            watch.close()

    def stop(self) -> None:
        self.halt()
        self._loop.stop(STOPS_WITHIN)

    def _follow(self) -> float:
        with self._lock:
            if self._halted:
                return 0.0
            watch = self._watch = self._cluster.watch(self._name, WATCHES_FOR)
        try:
            for deployment in watch:
                self._see(deployment)
        except Unavailable as error:
            return error.retry_after or AWAY_FOR
        except (Refused, GiveUp):
            return REFUSED_FOR
        finally:
            watch.close()
        return AGAIN_AFTER

    def _see(self, deployment: Deployment) -> None:
        ours = deployment.name in self._wanted().get(self._name, ())
        if ours and self._seen.get(deployment.name) != deployment:
            self._seen[deployment.name] = deployment
            self._changed(self._name, deployment.name)
