"""The world's doors, or the words for one that is shut."""

from bot.domain.errors import GiveUp
from bot.domain.ops_data.restore_point import Provider
from bot.ports.cluster import Cluster
from bot.ports.sites import Sites
from bot.ports.snapshots import Snapshots
from bot.ports.world import World


def cluster(world: World) -> Cluster:
    if world.cluster is None:
        raise GiveUp(
            "Candlefish has no Kubernetes cluster; `candlefish doctor` says what it needs."
        )
    return world.cluster


def sites(world: World) -> Sites:
    if world.sites is None:
        raise GiveUp("Candlefish has no access to Netlify; `candlefish doctor` says what it needs.")
    return world.sites


def snapshots(world: World, provider: Provider) -> Snapshots:
    found = world.snapshots.get(provider)
    if found is None:
        raise GiveUp(
            f"Candlefish has no access to {provider} snapshots; `candlefish doctor` says what it "
            "needs."
        )
    return found
