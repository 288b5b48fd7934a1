"""Whether an image is still there, asked of the registry that its name says."""

from bot.adapters.images import ecr, reference
from bot.adapters.images.ecr import Ecr
from bot.adapters.images.registry import Registry
from bot.domain.errors import GiveUp


class RegistryImages:
    """`ecr` is `None` where AWS is off."""

    def __init__(self, registry: Registry, ecr: Ecr | None = None) -> None:
        self._registry, self._ecr = registry, ecr

    def exists(self, image: str) -> bool:
        wanted = reference.read(image)
        home = ecr.home(wanted.host)
        if home is None:
            return self._registry.holds(wanted)
        if self._ecr is None:
            raise GiveUp(f"{wanted.host} is in AWS, which is off: set AWS_REGION.")
        return self._ecr.holds(wanted, home)

    def close(self) -> None:
        self._registry.close()
