"""A ledger beside a real cluster's twin, a site's host and a Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.netlify import Netlify
from bot.adapters.prometheus import Prometheus
from bot.adapters.visits import HttpVisits
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind, Metrics, Targets
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.ledger import LedgerRelease
from bot.flows.leader import Leader
from bot.flows.releases.ledger import LedgerLoop
from bot.ports.world import World
from bot.secret import Secret
from bot.store import releases
from sandbox.kubernetes.kinds import DEPLOYMENT, SERVICE
from sandbox.kubernetes.kinds import Kind as Resource
from sandbox.kubernetes.seed.cluster import Cluster, platform_cluster
from sandbox.netlify.server import NetlifyTwin
from tests.databases import SqliteMaker
from tests.flows.cards.desk import CATALOGUE, Desk, opened
from tests.prometheus_twin import Twin, prometheus_twin

NAMESPACE, API, SITE = "production", "graphql-api", "candlefish-docs-site"
PROVEN = timedelta(minutes=30)


def components(probe: str) -> dict[str, Component]:
    return {
        API: Component(
            name=API,
            kind=Kind.KUBERNETES,
            environments=("production",),
            namespace={"production": NAMESPACE},
            targets=Targets(error_rate_percent=0.1, p95_ms=500),
            color_label="color",
            metrics=Metrics(requests="requests", duration="duration"),
            links={"Code": "https://github.com/candlefish-ai/graphql-api"},
            rollout=Rollout(
                deployments={"blue": f"{API}-blue", "green": f"{API}-green"},
                service=API,
                selector="color",
            ),
        ),
        "docs-site": Component(
            name="docs-site",
            kind=Kind.NETLIFY,
            environments=("production", "preview"),
            sites={"production": SITE, "preview": SITE},
            rollout=Rollout(probes={"production": (probe,)}),
        ),
    }


@dataclass(kw_only=True)
class Stage:
    desk: Desk
    cluster: Cluster
    netlify: NetlifyTwin
    prometheus: Twin
    kubeconfig: Path
    catalogue: Catalogue = field(init=False)
    world: World = field(init=False)
    loop: LedgerLoop = field(init=False)
    heard: int = 0  # how often an incident's story got longer by the ledger

    def __post_init__(self) -> None:
        parts = components(self.netlify.site_url(SITE))
        self.catalogue = replace(CATALOGUE, components=parts, policy=Policy(proven_after=PROVEN))
        self.world = World(
            now=lambda: self.desk.at,
            cluster=KubernetesCluster.connect(str(self.kubeconfig)),
            sites=Netlify(Secret(self.netlify.token), self.netlify.api_url),
            visits=HttpVisits(),
        )
        self.loop = self.another("one")

    def close(self) -> None:
        for vendor in (self.world.cluster, self.world.sites, self.world.visits):
            vendor.close()  # type: ignore[union-attr]  # the adapters have it, the ports need not

    def another(self, owner: str) -> LedgerLoop:
        leader = Leader(self.desk.db, "ledger", lambda: self.desk.at, owner)
        return LedgerLoop(
            db=self.desk.db,
            world=self.world,
            catalogue=lambda: self.catalogue,
            leader=leader,
            changed=self._hear,
        )

    def _hear(self) -> None:
        self.heard += 1

    def measured(self) -> None:
        """From now on Prometheus answers."""
        self.world = replace(self.world, metrics=Prometheus(self.prometheus.url))
        self.loop.stop()
        self.loop = self.another("measured")

    def look(self, after: timedelta = timedelta()) -> None:
        """Every place once, as time has it."""
        self.desk.at += after
        for _ in range(3):
            self.loop.turn()

    def wait(self, length: timedelta) -> None:
        """Time goes by, with a look every minute."""
        until = self.desk.at + length
        while self.desk.at < until:
            self.look(min(timedelta(minutes=1), until - self.desk.at))

    def prove(self) -> None:
        """Time goes by until what serves has proven itself."""
        for _ in range(200):
            self.look(timedelta(minutes=1))
            if self.live().verdict is not None:
                return
        raise AssertionError("it never proved itself")

    def rows(self, component: str = API) -> list[LedgerRelease]:
        with self.desk.db.read() as tx:
            return releases.of_component(tx, "production", component)

    def live(self, component: str = API) -> LedgerRelease:
        (found,) = [row for row in self.rows(component) if row.serves]
        return found

    def switch(self, color: str) -> None:
        """Somebody points the Service at a colour."""
        self._edit(SERVICE, API, lambda found: found["spec"]["selector"].update(color=color))

    def scale(self, color: str, replicas: int) -> None:
        name = f"{API}-{color}"
        self._edit(DEPLOYMENT, name, lambda found: found["spec"].update(replicas=replicas))

    def ship(self, color: str, tag: str) -> None:
        """The pipeline brings a release to a colour, and it is known to the cluster."""
        name = f"{API}-{color}"
        before = len(self._sets(name))
        self._edit(DEPLOYMENT, name, partial(_shipped, tag=tag))
        self.until(lambda: len(self._sets(name)) > before)

    def restart(self, color: str) -> None:
        """As `kubectl rollout restart` does; the cluster knows of it."""
        name = f"{API}-{color}"
        before = len(self._sets(name))
        self._edit(DEPLOYMENT, name, _restarted)
        self.until(lambda: len(self._sets(name)) > before)

    def until(self, wanted: Any, seconds: float = 10) -> None:
        store = self.cluster.store
        for _ in range(int(seconds / 0.05)):
            if wanted():
                return
            store.wait(store.newest, 0.05)
        raise AssertionError("it did not come about")

    def _sets(self, name: str) -> Any:
        assert self.world.cluster is not None
        return self.world.cluster.replica_sets(self.world.cluster.deployment(NAMESPACE, name))

    def _edit(self, kind: Resource, name: str, change: Any) -> None:
        store = self.cluster.store
        with store.lock:
            found = store.get(kind, NAMESPACE, name)
            change(found)
            store.update(kind, found)


def _shipped(found: Any, tag: str) -> None:
    template = found["spec"]["template"]
    template["metadata"]["labels"]["app.kubernetes.io/version"] = tag
    container = template["spec"]["containers"][0]
    container["image"] = f"registry.candlefish.ai/candlefish/{API}:{tag}"


def _restarted(found: Any) -> None:
    notes = found["spec"]["template"]["metadata"].setdefault("annotations", {})
    notes["kubectl.kubernetes.io/restartedAt"] = "2026-03-01T03:07:00Z"


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@contextmanager
def staged(maker: SqliteMaker, folder: Path) -> Iterator[Stage]:
    """Everything runs; it is now by every clock."""
    with (
        maker.migrated(folder) as url,
        opened(url, at=datetime.now(UTC)) as desk,
        platform_cluster() as cluster,
        NetlifyTwin(clock=lambda: desk.at) as netlify,
        prometheus_twin() as prometheus,
    ):
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(cluster.api.kubeconfig())
        stage = Stage(
            desk=desk,
            cluster=cluster,
            netlify=netlify,
            prometheus=prometheus,
            kubeconfig=kubeconfig,
        )
        try:
            yield stage
        finally:
            stage.loop.stop()
            stage.close()
