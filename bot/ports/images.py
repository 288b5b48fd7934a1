"""Image registries: whether an image is still there."""

from typing import Protocol


class Images(Protocol):
    def exists(self, image: str) -> bool:
        """Whether the registry holds this reference (by digest where it has one).

        Raises `Unavailable` where it does not answer in time, `GiveUp` where it does not let us
        look.
        """
