"""Which releases of a component run and which traffic reaches: the seam to the deployer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.platform.component import Component, Kind


@dataclass(frozen=True, kw_only=True)
class Release:
    """An image tag (or a site's deploy) and the colour it runs as; sites and stores have none."""

    tag: str
    color: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Something that runs a release: a pod, a site, a store.

    `ready` keeps the connections that it has; `live` gets new ones as well.
    """

    id: str
    release: Release
    ready: bool = True
    live: bool = True


class Releases(Protocol):
    def places(self, component: str) -> Sequence[Place]:
        """All that run, live or not."""
        ...


class OwnReleases:
    """Releases kept in memory, for a platform that nothing deploys to: two colours, one live."""

    def __init__(self, components: Iterable[Component]) -> None:
        self._running = {component.name: _first(component) for component in components}
        self._live = {name: running[0] for name, running in self._running.items()}

    def places(self, component: str) -> tuple[Place, ...]:
        live = self._live[component]
        # The idle colour keeps nobody: nothing here would ever drain it.
        return tuple(
            Place(id=one.color, release=one, ready=one == live, live=one == live)
            for one in self._running[component]
        )

    def switch(self, component: str, color: str) -> None:
        """Send traffic to this colour; raises KeyError when the component has no such colour."""
        self._live[component] = {one.color: one for one in self._running[component]}[color]


def running(places: Iterable[Place]) -> tuple[Release, ...]:
    """Each release once, blue before green."""
    found = {one.release for one in places}
    return tuple(sorted(found, key=lambda one: (one.color, one.tag)))


def live(places: Iterable[Place]) -> Release | None:
    """The one that most traffic reaches; None when nothing is ready."""
    counts = Counter(one.release for one in places if one.live)
    return max(counts, key=lambda one: (counts[one], one.tag)) if counts else None


def _first(component: Component) -> tuple[Release, ...]:
    if component.kind is Kind.KUBERNETES:
        return (Release(tag="v1.4.2", color="blue"), Release(tag="v1.4.1", color="green"))
    return (Release(tag="v1.4.2"),)
