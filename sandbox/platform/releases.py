"""Which release of a component is live: the one seam between platform and deployer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sandbox.platform.component import Component, Kind


@dataclass(frozen=True, kw_only=True)
class Release:
    """An image tag (or a site's deploy) and the colour it runs as; sites and stores have none."""

    tag: str
    color: str = ""


class Releases(Protocol):
    def of(self, component: str) -> tuple[Release, ...]:
        """All that run, live or not."""
        ...

    def live(self, component: str) -> Release | None:
        """Where traffic goes; None when nothing behind it is ready."""
        ...


class OwnReleases:
    """Releases kept in memory, for a platform that nothing deploys to: two colours, one live."""

    def __init__(self, components: Iterable[Component]) -> None:
        self._running = {component.name: _first(component) for component in components}
        self._live = {name: running[0] for name, running in self._running.items()}

    def of(self, component: str) -> tuple[Release, ...]:
        return self._running[component]

    def live(self, component: str) -> Release | None:
        return self._live[component]

    def switch(self, component: str, color: str) -> None:
        """Send traffic to this colour; raises KeyError when the component has no such colour."""
        self._live[component] = {one.color: one for one in self._running[component]}[color]


def _first(component: Component) -> tuple[Release, ...]:
    if component.kind is Kind.KUBERNETES:
        return (Release(tag="v1.4.2", color="blue"), Release(tag="v1.4.1", color="green"))
    return (Release(tag="v1.4.2"),)
