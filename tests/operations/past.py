"""Lets the ledger live through the past of components, by a clock of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.netlify import Netlify
from bot.catalogue.load import load
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.flows.releases.ledger import LedgerLoop
from bot.ports.world import World
from bot.secret import Secret
from bot.store.database import Database
from tests.operations.twins import PRODUCTION, Platform

_RUNBOOKS = Path(__file__).parents[2] / "runbooks"
_TWO_HOURS, _ONE_HOUR = timedelta(hours=2), timedelta(hours=1)
_LATELY = timedelta(minutes=10)


class Past:
    """What the bot's own loop would have written, had the bot run then."""

    def __init__(self, db: Database, world: World, catalogue: Catalogue) -> None:
        self._catalogue = self._watched = catalogue
        self._now = datetime.now(UTC) - _TWO_HOURS
        timed = replace(world, now=lambda: self._now)
        self._loop = LedgerLoop(db=db, world=timed, catalogue=lambda: self._watched)

    def proves(self, *components: str) -> None:
        """What serves now has served well for two hours."""
        self._sees(_TWO_HOURS, components)
        self._sees(_ONE_HOUR, components)

    def notices(self, *components: str) -> None:
        """What serves now came ten minutes ago."""
        self._sees(_LATELY, components)

    def ends(self) -> None:
        self._loop.stop()

    def _sees(self, ago: timedelta, components: tuple[str, ...]) -> None:
        self._now = datetime.now(UTC) - ago
        parts = {name: _in_production(self._catalogue.components[name]) for name in components}
        self._watched = replace(self._catalogue, components=parts)
        for _ in parts:
            self._loop.turn()


@contextmanager
def past(db: Database, platform: Platform, kubeconfig: Path, routes: Path) -> Iterator[Past]:
    catalogue = load(routes, _RUNBOOKS, default_environment=PRODUCTION)
    netlify = platform.netlify
    with (
        closing(KubernetesCluster.connect(str(kubeconfig))) as cluster,
        closing(Netlify(Secret(netlify.token), netlify.api_url)) as sites,
    ):
        one = Past(
            db, World(now=lambda: datetime.now(UTC), cluster=cluster, sites=sites), catalogue
        )
        yield one
        one.ends()


def _in_production(part: Component) -> Component:
    here = {name: where for name, where in part.namespace.items() if name == PRODUCTION}
    return replace(part, environments=(PRODUCTION,), namespace=here)
