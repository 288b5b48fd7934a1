"""The whole platform on working twins, read through the bot's own adapters, and a ledger."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.netlify import Netlify
from bot.domain.cluster.workload import image_of, version_of
from bot.domain.errors import Unavailable
from bot.domain.operations.check import Check, Code
from bot.domain.operations.operation import Operation, Request
from bot.domain.operations.plan import Kind, Plan
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.restore_point import Provider, Snapshot, SnapshotStatus, Store, StoreState
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.flows.operations import checks, planner
from bot.ports.world import World
from bot.secret import Secret
from sandbox.kubernetes.seed import Cluster, platform_cluster
from sandbox.netlify.server import NetlifyTwin
from tests.catalogue.desk import Desk

_ROOT = Path(__file__).parents[3]
SHIPPED = Desk(routes=_ROOT / "alert_routes", runbooks=_ROOT / "runbooks")
NAMESPACE = "production"


@dataclass
class Shelf:
    """A registry: what it holds, and whether it answers at all."""

    lacks: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    pause: Callable[[], object] = lambda: None

    def exists(self, image: str) -> bool:
        self.pause()
        if image in self.silent:
            raise Unavailable("the registry is silent")
        return image not in self.lacks


@dataclass
class Vault:
    """A database that can be restored to a minute ago, or whatever it is told."""

    now: StoreState | None = None

    def check(self) -> str:
        return "vault"

    def state(self, store: Store) -> StoreState:
        if self.now is None:
            raise Unavailable("The vault does not answer.")
        return self.now

    def find(self, store: Store, id: str) -> Snapshot:  # noqa: A002 - the port's own word
        return Snapshot(id=id, status=SnapshotStatus.ABSENT)

    def start(self, store: Store, id: str, operation: str) -> None:  # noqa: A002 - as above
        """Nothing is started before a plan is approved."""
        raise AssertionError(id)


@dataclass
class Numbers:
    """Prometheus: the answer to every query that holds a word."""

    answers: Mapping[str, float] = field(default_factory=lambda: {"schema_version": 42.0})

    def check(self) -> None: ...

    def ask(self, query: str) -> Sequence[float]:
        return [value for word, value in self.answers.items() if word in query]


@dataclass
class Stage:
    """Blue serves v1.4.2 of every service, green keeps v1.4.1; the sites show v1.4.2."""

    cluster: Cluster
    hosts: NetlifyTwin
    catalogue: Catalogue
    world: World
    shelf: Shelf
    vault: Vault
    numbers: Numbers
    began: datetime
    ledger: dict[str, list[LedgerRelease]] = field(default_factory=dict)

    def operation(self, kind: Kind, *components: str, **request: Any) -> Operation:
        return Operation(
            id=7,
            kind=kind,
            environment="production",
            incident=1,
            request=Request(components=components, **request),
            requested_by="slack:U1",
            requested_at=self.began,
        )

    def plan(self, kind: Kind, *components: str, **request: Any) -> Plan:
        return planner.plan(
            self.world,
            self.catalogue,
            self.operation(kind, *components, **request),
            self.rows,
            began=self.began,
        )

    def way_back(self, component: str) -> Plan:
        """To the last good release, which the ledger knows."""
        self.remember(component)
        return self.plan(Kind.ROLLBACK, component)

    def checks(self, made: Plan, **held: str) -> tuple[Check, ...]:
        return checks.checks(
            self.world,
            self.catalogue,
            self.operation(made.kind, *made.components),
            made,
            self.rows,
            began=self.began,
            held=held,
        )

    def rows(self, component: str) -> Sequence[LedgerRelease]:
        return self.ledger.get(component, ())

    def remember(self, *components: str) -> None:
        """Green's release served well until blue's came, an hour ago."""
        for name in components:
            self.ledger[name] = [*self._services(name)]

    def _services(self, component: str) -> Iterator[LedgerRelease]:
        assert self.world.cluster is not None
        switched = self.began - timedelta(hours=1)
        for color, verdict in (("green", Verdict.PASS), ("blue", None)):
            deployment = self.world.cluster.deployment(NAMESPACE, f"{component}-{color}")
            old = color == "green"
            yield LedgerRelease(
                environment="production",
                component=component,
                workload=deployment.name,
                version=version_of(deployment.template),
                image=image_of(deployment.template),
                identity=deployment.template_hash,
                occurrence="1",
                template=deployment.template,
                deployed_at=switched - timedelta(days=3) if old else switched,
                live_at=switched - timedelta(days=3) if old else switched,
                seen_at=switched if old else self.began,
                superseded_at=switched if old else None,
                verified_at=switched if old else None,
                verdict=verdict,
                change_url=f"https://example.com/{component}/{color}",
            )

    def remember_sites(self, *components: str) -> None:
        """The deploy before the published one served well until it was replaced."""
        assert self.world.sites is not None
        for name in components:
            site = self.catalogue.components[name].sites["production"]
            last, before = [one for one in self.world.sites.deploys(site) if one.ready][:2]
            common = {"environment": "production", "component": name, "workload": site}
            at = last.published_at or last.created_at
            row = LedgerRelease(
                **common, version=before.title, identity=before.id, occurrence="1",
                deployed_at=before.created_at, live_at=before.created_at, superseded_at=at,
                verified_at=at, verdict=Verdict.PASS,
            )  # fmt: skip
            live = replace(
                row, version=last.title, identity=last.id, deployed_at=at, live_at=at,
                superseded_at=None, verified_at=None, verdict=None,
            )  # fmt: skip
            self.ledger[name] = [row, live]


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    with platform_cluster() as cluster, NetlifyTwin() as hosts:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(cluster.api.kubeconfig(), encoding="utf-8")
        with (
            closing(KubernetesCluster.connect(str(kubeconfig))) as kubernetes,
            closing(Netlify(Secret(hosts.token), hosts.api_url)) as sites,
        ):
            began = datetime.now(UTC)
            fresh = StoreState(status="available", restorable_at=began, stalls=True)
            shelf, vault, numbers = Shelf(), Vault(now=fresh), Numbers()
            world = World(
                now=lambda: datetime.now(UTC),
                cluster=kubernetes,
                sites=sites,
                images=shelf,
                snapshots={Provider.RDS: vault},
                metrics=numbers,
            )
            yield Stage(
                cluster=cluster,
                hosts=hosts,
                catalogue=SHIPPED.load(),
                world=world,
                shelf=shelf,
                vault=vault,
                numbers=numbers,
                began=began,
            )


def by_code(found: Sequence[Check], component: str) -> dict[Code, Check]:
    return {one.code: one for one in found if one.component == component}
