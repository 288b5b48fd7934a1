"""A house in which every vendor is at home, for what examines it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.adapters.images.images import RegistryImages
from bot.adapters.images.logins import Logins
from bot.adapters.images.registry import Registry
from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.netlify import Netlify
from bot.adapters.prometheus import Prometheus
from bot.catalogue.load import load
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.examining.finding import Finding, Result
from bot.flows.examining.operating import operating
from bot.ports.world import World
from bot.secret import Secret
from sandbox.aws.server import AwsTwin
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.seed import seed
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.netlify.server import NetlifyTwin
from sandbox.registry.server import RegistryTwin
from tests.prometheus_twin import Twin, prometheus_twin, vector

ROOT = Path(__file__).parents[3]
PLACE = "production"
ROLES = ("read", "switch", "templates")
ANSWERS = {"increase": vector("1200"), "code=~": vector("0.001"), "_bucket": vector("0.97")}
SHARE = "[30s]"


@cache
def catalogue() -> Catalogue:
    return load(ROOT / "alert_routes", ROOT / "runbooks", default_environment=PLACE)


def rules(*names: str) -> list[Any]:
    files = [(ROOT / f"deploy/kubernetes/{name}.yaml").read_text() for name in names]
    return [rule for text in files for rule in next(yaml.safe_load_all(text))["rules"]]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class House:
    """Every vendor, and what is found there."""

    folder: Path
    stack: ExitStack
    prometheus: Twin
    registry: RegistryTwin
    kubernetes: KubernetesTwin
    netlify: NetlifyTwin
    aws: AwsTwin
    world: World = field(default_factory=lambda: World(now=now))

    def cluster(self, *roles: str) -> KubernetesCluster:
        token = self.kubernetes.token("candlefish", rules(*roles), namespace=PLACE)
        file = self.folder / "kubeconfig"
        file.write_text(self.kubernetes.kubeconfig(token=token))
        return self.stack.enter_context(closing(KubernetesCluster.connect(str(file))))

    def found(self, world: World | None = None) -> dict[str, Finding]:
        return {one.name: one for one in operating(world or self.world, catalogue())}

    def bad(self, world: World | None = None) -> dict[str, Finding]:
        found = self.found(world)
        return {name: one for name, one in found.items() if one.result is Result.BAD}


@contextmanager
def furnished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with ExitStack() as stack:
        here = House(
            folder=folder,
            stack=stack,
            prometheus=stack.enter_context(prometheus_twin()),
            registry=stack.enter_context(RegistryTwin()),
            kubernetes=stack.enter_context(KubernetesTwin()),
            netlify=stack.enter_context(NetlifyTwin()),
            aws=stack.enter_context(AwsTwin()),
        )
        for name, value in here.aws.environment().items():
            monkeypatch.setenv(name, value)
        seed(here.kubernetes.store, Load(lambda: None), registry=here.registry.host)
        here.prometheus.values = {SHARE: vector("0.002"), **ANSWERS}
        account = AwsAccount(here.aws.account.region)
        stack.callback(account.forget)
        here.world = World(
            now=now,
            metrics=Prometheus(here.prometheus.url),
            cluster=here.cluster(*ROLES),
            sites=stack.enter_context(
                closing(Netlify(Secret(here.netlify.token), here.netlify.api_url))
            ),
            snapshots={one.provider: RestorePoints(account, one) for one in (RDS, AURORA)},
            images=stack.enter_context(closing(RegistryImages(Registry(Logins(None))))),
        )
        yield here
