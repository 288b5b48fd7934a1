"""The platform's state: who is live, how each release behaves, what has been measured."""

import time
from collections.abc import Callable, Iterable
from random import Random

from sandbox.platform.component import Component, Kind
from sandbox.platform.health import Health, Outcome, outcome, sessions
from sandbox.platform.meters import Meters
from sandbox.platform.releases import Release, Releases, live, reached, running
from sandbox.platform.sessions import Sessions
from sandbox.platform.tag import health_of


class Platform:
    def __init__(
        self,
        components: Iterable[Component],
        releases: Releases,
        *,
        chance: Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        reconnect_within: float = 4.0,
    ) -> None:
        """`clock` gives seconds and never goes back.

        A client whose connection was cut comes back after up to `reconnect_within` of them.
        """
        self.components = {component.name: component for component in components}
        self.releases = releases
        self.meters = {name: Meters(one) for name, one in self.components.items()}
        self._health: dict[tuple[str, str], Health] = {}
        self._chance = chance or Random()  # noqa: S311 - no secret hangs on it
        self._clock = clock
        self._sessions = {
            name: Sessions(one.sessions, self._chance, jitter=reconnect_within)
            for name, one in self.components.items()
            if one.sessions
        }
        self._colors: dict[str, set[str]] = {name: set() for name in self._sessions}
        for name in self.components:
            self.observe(name)

    def running(self, component: str) -> tuple[Release, ...]:
        return running(self.releases.places(component))

    def live(self, component: str) -> Release | None:
        """Where most traffic goes; None when nothing is ready."""
        return live(self.releases.places(component))

    def health_of(self, component: str, release: Release | None) -> Health:
        """How a release behaves: as it was told to, else as its tag says; nothing is down."""
        if release is None:
            return Health.DOWN
        return self._health.get((component, release.tag), health_of(release.tag))

    def health(self, component: str) -> Health:
        return self.health_of(component, self.live(component))

    def set_health(self, component: str, tag: str, health: Health) -> None:
        """Every colour that runs this tag behaves so from now on, and after every restart."""
        self._health[component, tag] = health
        self.observe(component)

    def meet(self, component: str) -> tuple[Release | None, Outcome]:
        """The release that a request reaches now, and what it meets there."""
        place = reached(self.releases.places(component), self._chance)
        release = place.release if place else None
        return (release, outcome(self.health_of(component, release), self._chance))

    def answers(self, component: str) -> bool:
        """Whether a health check through the front door succeeds."""
        health = self.health(component)
        if self.components[component].kind.serves_http:
            return health is not Health.DOWN
        return health in {Health.GOOD, Health.SLOW}

    def observe(self, component: str) -> None:
        """Bring the gauges up to date with who is live and how it does."""
        meters, kind = self.meters[component], self.components[component].kind
        if not kind.serves_http:
            meters.stored(self.health(component))
            return
        for release in self.running(component):
            meters.expect(release.color)
        if kind is Kind.KUBERNETES and component in self._sessions:
            self._count_sessions(component)

    def _count_sessions(self, component: str) -> None:
        places = self.releases.places(component)
        held = self._sessions[component].observe(places, self._clock())
        # A colour without pods has no clients, and says so.
        shown = dict.fromkeys(self._colors[component], 0)
        for release, clients in held.items():
            counted = sessions(self.health_of(component, release), clients)
            shown[release.color] = shown.get(release.color, 0) + counted
        self._colors[component] |= shown.keys()
        for color, clients in shown.items():
            self.meters[component].connected(color, clients)
