"""Registries: that each one from which the platform runs lets the bot look for an image."""

from collections.abc import Iterator

from bot.domain.cluster.workload import image_of
from bot.domain.errors import Refused, Unavailable
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.examining.finding import Finding, bad, good, tried
from bot.ports.cluster import Cluster
from bot.ports.images import Images


def registries(
    images: Images | None, cluster: Cluster | None, catalogue: Catalogue
) -> Iterator[Finding]:
    """Asks for one image of each, which runs now, in the bot's own environment."""
    if images is None or cluster is None:
        return
    running = dict[str, str]()
    for image in _running(cluster, catalogue):
        running.setdefault(image.partition("/")[0], image)
    for host, image in running.items():
        yield _registry(images, host, image)


def _registry(images: Images, host: str, image: str) -> Finding:
    name = f"registry {host}"
    again = "Push it again, and keep what runs out of the registry's clean-up."

    def look() -> Finding:
        if images.exists(image):
            return good(name, "has what runs")
        return bad(name, f"it has no {image} any more, which runs", again)

    return tried(name, look, "See to the network and the right to pull: old images must be found.")


def _running(cluster: Cluster, catalogue: Catalogue) -> Iterator[str]:
    """What cannot be read is told by the rights."""
    environment = catalogue.default_environment
    for component in catalogue.components.values():
        rollout, namespace = component.rollout, component.namespace.get(environment, "")
        if rollout is None or not namespace:
            continue
        for name in rollout.deployments.values():
            try:
                template = cluster.deployment(namespace, name).template
            except (Refused, Unavailable):
                continue
            image = image_of(template, rollout.container)
            if image:
                yield image
