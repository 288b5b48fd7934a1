"""Everything that operations need, looked at in the order in which a rollback would meet it."""

from collections.abc import Iterator

from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.examining.cluster import kubernetes
from bot.flows.examining.finding import Finding
from bot.flows.examining.questions import Operated, questions
from bot.flows.examining.registries import registries
from bot.flows.examining.restore_points import restore_points
from bot.flows.examining.sites import netlify
from bot.ports.world import World


def operating(world: World, catalogue: Catalogue) -> Iterator[Finding]:
    yield from kubernetes(world.cluster, catalogue)
    yield from registries(world.images, world.cluster, catalogue)
    yield from netlify(world.sites, catalogue)
    yield from restore_points(world, catalogue)
    operated = Operated(deployments=world.cluster is not None, sites=world.sites is not None)
    yield from questions(world.metrics, catalogue, operated)
