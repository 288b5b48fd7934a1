"""The platform's state: who is live, how each release behaves, what has been measured."""

from collections.abc import Iterable
from random import Random

from sandbox.platform.component import Component, Kind
from sandbox.platform.health import Health, Outcome, outcome
from sandbox.platform.meters import Meters
from sandbox.platform.releases import Release, Releases


class Platform:
    def __init__(
        self, components: Iterable[Component], releases: Releases, *, chance: Random | None = None
    ) -> None:
        self.components = {component.name: component for component in components}
        self.releases = releases
        self.meters = {name: Meters(one) for name, one in self.components.items()}
        self._health: dict[tuple[str, str], Health] = {}
        self._chance = chance or Random()  # noqa: S311 - no secret hangs on it
        for name in self.components:
            self.observe(name)

    def health_of(self, component: str, release: Release | None) -> Health:
        """How a release behaves; nothing ready behaves as down."""
        if release is None:
            return Health.DOWN
        return self._health.get((component, release.tag), Health.GOOD)

    def health(self, component: str) -> Health:
        return self.health_of(component, self.releases.live(component))

    def set_health(self, component: str, tag: str, health: Health) -> None:
        """Every colour that runs this tag behaves so from now on, and after every restart."""
        self._health[component, tag] = health
        self.observe(component)

    def meet(self, component: str) -> tuple[str, Outcome]:
        """The colour that a request reaches now, and what it meets there."""
        live = self.releases.live(component)
        return (live.color if live else "", outcome(self.health_of(component, live), self._chance))

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
        live = self.releases.live(component)
        for release in self.releases.of(component):
            meters.expect(release.color)
            if kind is Kind.KUBERNETES:
                idle = release != live
                meters.connected(
                    release.color, Health.DOWN if idle else self.health_of(component, release)
                )
