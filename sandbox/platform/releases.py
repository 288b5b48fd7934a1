"""Which releases of a component run and which traffic reaches: the seam to the deployer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sandbox.platform.component import Component, Kind

_TINY = 1e-9  # shares of a third add up to a little less than one


@dataclass(frozen=True, kw_only=True)
class Release:
    """An image tag (or a site's deploy) and the colour it runs as; sites and stores have none."""

    tag: str
    color: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Something that runs a release: a pod, a site, a store.

    `ready` keeps the connections that it has; `share`, 0 to 1, is how much it gets of what is
    new.
    """

    id: str
    release: Release
    ready: bool = True
    share: float = 1.0

    @property
    def live(self) -> bool:
        return self.share > 0


class Releases(Protocol):
    def places(self, component: str) -> Sequence[Place]:
        """All that run, live or not."""
        ...


class Joined:
    """Each component by who knows it."""

    def __init__(self, by_component: Mapping[str, Releases]) -> None:
        self._by_component = by_component

    def places(self, component: str) -> Sequence[Place]:
        return self._by_component[component].places(component)


class OwnReleases:
    """Releases kept in memory, for a platform that nothing deploys to: two colours, one live."""

    def __init__(self, components: Iterable[Component]) -> None:
        self._running = {component.name: _first(component) for component in components}
        self._live = {name: running[0] for name, running in self._running.items()}

    def places(self, component: str) -> tuple[Place, ...]:
        live = self._live[component]
        # The idle colour keeps nobody: nothing here would ever drain it.
        return tuple(
            Place(id=one.color, release=one, ready=one == live, share=float(one == live))
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
    shares: defaultdict[Release, float] = defaultdict(float)
    for one in places:
        shares[one.release] += one.share
    found = max(shares, key=lambda one: (shares[one], one.tag), default=None)
    return found if found and shares[found] > 0 else None


def reached(places: Sequence[Place], chance: Random) -> Place | None:
    """Where one request goes; None where nobody is, or nothing is ready."""
    drawn = chance.random()
    for one in places:
        drawn -= one.share
        if one.live and drawn < _TINY:
            return one
    return None


def _first(component: Component) -> tuple[Release, ...]:
    if component.kind is Kind.KUBERNETES:
        return (Release(tag="v1.4.2", color="blue"), Release(tag="v1.4.1", color="green"))
    return (Release(tag="v1.4.2"),)
