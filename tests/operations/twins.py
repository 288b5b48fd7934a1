"""The vendors of a running platform as twins, and what happens to it before anybody operates."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.aws.server import AwsTwin
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT, POD, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed import Cluster, platform_cluster
from sandbox.kubernetes.seed.mesh import put_in_mesh
from sandbox.kubernetes.seed.part import PARTS
from sandbox.kubernetes.seed.release import VERSION, image
from sandbox.netlify.server import NetlifyTwin
from sandbox.platform.cluster_api import ClusterAddress, ClusterClient
from sandbox.platform.pipeline import Pipeline
from sandbox.platform.server import platform_twin
from sandbox.registry.server import RegistryTwin
from sandbox.servers import Prometheus, prometheus
from sandbox.twin.journal import Received
from tests.crash.patience import until
from tests.operations.doors import doors, favoured

PRODUCTION = "production"
BOT = "candlefish"
SERVICES = ("graphql-api", "websocket-service", "document-service")
SITES = ("docs-site", "partners-site", "api-site")
PACE = Pace(ready_after=0.1, stop_after=0.05, second=0.2)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Blue serves v1.4.2 of every service and green keeps v1.4.1; the sites show v1.4.2."""

    cluster: Cluster
    netlify: NetlifyTwin
    registry: RegistryTwin
    aws: AwsTwin
    probes: Mapping[str, str]
    prometheus: Prometheus | None = None

    @property
    def address(self) -> ClusterAddress:
        api = self.cluster.api
        return ClusterAddress(url=api.url, token=api.admin_token, namespace=PRODUCTION)

    def ship(self, component: str, tag: str) -> None:
        """As the delivery pipeline does: to the idle colour, and the traffic to it."""
        with closing(ClusterClient(self.address)) as client:
            Pipeline(client).ship(component, tag)

    def ship_in_place(self, component: str, tag: str) -> None:
        """Onto the colour that serves: the way back is its template of before."""
        self._install(component, tag, self.live(component))

    def ship_over_route(self, component: str, tag: str) -> None:
        """As a pipeline that knows the mesh: to the idle colour, and all the weight to it."""
        color = {"blue": "green", "green": "blue"}[self.color(component)]
        self._install(component, tag, f"{component}-{color}")
        self.weigh(component, {color: 100})

    def put_behind_route(self, component: str) -> None:
        """A VirtualService has the traffic from now on, its Service the pods of both colours."""
        part = next(one for one in PARTS if one.name == component)
        put_in_mesh(self.cluster.store, self.cluster.controllers.load, part)

    def weigh(self, component: str, weights: Mapping[str, int]) -> None:
        """In percent by colour; what is not named gets nothing."""
        store = self.cluster.store
        with store.lock:
            found = store.get(VIRTUALSERVICE, PRODUCTION, component)
            for one in found["spec"]["http"][0]["route"]:
                one["weight"] = weights.get(one["destination"]["subset"], 0)
            store.update(VIRTUALSERVICE, found)

    def _install(self, component: str, tag: str, name: str) -> None:
        self.registry.push(f"candlefish/{component}", tag)
        with self.cluster.store.lock:
            found = self.deployment(name)
            template = found["spec"]["template"]
            template["metadata"]["labels"][VERSION] = tag
            container = template["spec"]["containers"][0]
            container["image"] = image(component, tag, registry=self.registry.host)
            self.cluster.store.update(DEPLOYMENT, found)
        until(lambda: self.is_settled(name), f"{name} runs {tag}")

    def ship_site(self, site: str, title: str) -> str:
        """A build that went live; its deploy id."""
        return self.netlify.ship(f"candlefish-{site}", title).id

    def color(self, component: str) -> str:
        """The one that the Service selects, or that its route gives most to."""
        routed = favoured(self.cluster.store, PRODUCTION, component)
        service = self.cluster.store.get(SERVICE, PRODUCTION, component)
        return routed or str(service["spec"]["selector"]["color"])

    def is_routed(self, component: str) -> bool:
        return bool(favoured(self.cluster.store, PRODUCTION, component))

    def live(self, component: str) -> str:
        """The Deployment that serves."""
        return f"{component}-{self.color(component)}"

    def pods(self, component: str) -> frozenset[str]:
        """Those of the Deployment that serves."""
        start = f"{self.live(component)}-"
        found = self.cluster.store.list(POD, PRODUCTION)
        names = [str(one["metadata"]["name"]) for one in found]
        return frozenset(name for name in names if name.startswith(start))

    def deployment(self, name: str) -> Object:
        return self.cluster.store.get(DEPLOYMENT, PRODUCTION, name)

    def tag(self, component: str) -> str:
        """The version that the Deployment which serves has in its template."""
        template = self.deployment(self.live(component))["spec"]["template"]
        return str(template["metadata"]["labels"][VERSION])

    def published(self, site: str) -> str:
        """The title of the deploy that visitors get."""
        found = self.netlify.published(f"candlefish-{site}")
        return found.title if found else ""

    def is_settled(self, name: str) -> bool:
        found = self.deployment(name)
        status, wanted = found.get("status", {}), found["spec"]["replicas"]
        seen = status.get("observedGeneration", 0) >= found["metadata"]["generation"]
        counts = ("updatedReplicas", "replicas", "availableReplicas")
        return seen and all(status.get(each, 0) == wanted for each in counts)

    def writes(self, path: str = "") -> list[Received]:
        """What the bot really changed at any vendor, in its order; of paths that hold `path`."""
        cluster = self.cluster.api.effects(BOT)
        found = [*cluster, *self.netlify.effects(), *self.aws.effects()]
        return sorted((one for one in found if path in one.path), key=lambda one: one.at)

    def environment(self, folder: Path) -> dict[str, str]:
        """What a bot needs to reach them all."""
        kubeconfig = folder / "kubeconfig"
        token = self.cluster.api.token(BOT)
        kubeconfig.write_text(self.cluster.api.kubeconfig(token=token), encoding="utf-8")
        kubeconfig.chmod(0o600)
        measured = {"CANDLEFISH_PROMETHEUS_URL": self.prometheus.url} if self.prometheus else {}
        return {
            "CANDLEFISH_KUBECONFIG": str(kubeconfig),
            "CANDLEFISH_NETLIFY_TOKEN": self.netlify.token,
            "CANDLEFISH_NETLIFY_API_URL": self.netlify.api_url,
            **self.aws.environment(),
            **measured,
        }


@contextmanager
def platform(
    folder: Path, *, measured: bool = False, snapshot_seconds: float = 60.0, pace: Pace = PACE
) -> Iterator[Platform]:
    """`measured`: with traffic that a real Prometheus sees; without, probes alone tell."""
    with ExitStack() as stack:
        registry = stack.enter_context(RegistryTwin())
        netlify = stack.enter_context(NetlifyTwin())
        aws = stack.enter_context(AwsTwin())
        aws.databases.take_snapshots_in(snapshot_seconds)
        cluster = stack.enter_context(
            platform_cluster(pace=pace, registry=registry.host, schema=measured)
        )
        sites = {one: netlify.site_url(f"candlefish-{one}") for one in SITES}
        api = cluster.api
        address = ClusterAddress(url=api.url, token=api.admin_token, namespace=PRODUCTION)
        prom = None
        if measured:
            targets = folder / "targets.json"
            twin = stack.enter_context(
                platform_twin(targets=targets, cluster=address, sites_url=netlify.url)
            )
            fronts = {one: f"{twin.addresses[one]}/healthz" for one in SERVICES}
            prom = stack.enter_context(prometheus(_scraping(folder, targets), folder=folder))
        else:
            root = stack.enter_context(doors(cluster.store, PRODUCTION))
            fronts = {one: f"{root}/{one}" for one in SERVICES}
        yield Platform(
            cluster=cluster, netlify=netlify, registry=registry, aws=aws,
            probes={**sites, **fronts}, prometheus=prom,
        )  # fmt: skip


def _scraping(folder: Path, targets: Path) -> Path:
    """A configuration that scrapes the platform every second."""
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        "scrape_configs:\n"
        f"  - {{job_name: platform, file_sd_configs: [{{files: ['{targets}']}}]}}\n",
        encoding="utf-8",
    )
    return config
