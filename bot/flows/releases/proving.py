"""Whether a release that has served for a while did so within its component's targets."""

from collections.abc import Callable
from datetime import timedelta

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.fact import Missing
from bot.domain.ops_data import evidence
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.questions import Scope, filled
from bot.ports.world import World

_P95 = 0.95
_PERCENT, _MILLISECONDS = 100, 1000


class Proving:
    def __init__(self, world: World, catalogue: Callable[[], Catalogue]) -> None:
        self._world, self._catalogue = world, catalogue

    def within_targets(
        self, component: Component, environment: str, color: str, window: timedelta
    ) -> bool | None:
        """`None` where there is nothing to ask, or nobody to ask it of.

        No traffic and no answer are no proof: False.
        """
        wanted = list(self._limits(component, environment, color, window))
        if self._world.metrics is None or not wanted:
            return None
        return all(self._holds(query, least, most) for query, least, most in wanted)

    def _limits(
        self, component: Component, environment: str, color: str, window: timedelta
    ) -> list[tuple[str, float, float]]:
        """Queries, and between what their answers should lie."""
        catalogue, targets = self._catalogue(), component.targets
        label = catalogue.queries.environment_label
        if environment != catalogue.default_environment and not label:
            return []
        scope = Scope(
            component=component.name,
            metrics=component.metrics,
            label=component.color_label,
            environment_label=label,
            environment=environment,
        )
        texts = catalogue.policy.questions
        found = []
        if targets.error_rate_percent is not None:
            text = filled(texts.errors, scope, window=window, color=color)
            found.append((text, 0.0, targets.error_rate_percent / _PERCENT))
        if targets.p95_ms is not None:
            edge = targets.p95_ms / _MILLISECONDS
            text = filled(texts.fast, scope, window=window, color=color, fast_seconds=edge)
            found.append((text, _P95, 1.0))
        return [(text, least, most) for text, least, most in found if text is not None]

    def _holds(self, query: str, least: float, most: float) -> bool:
        if self._world.metrics is None:
            return False
        try:
            answer = evidence.read(self._world.metrics.ask(query))
        except (Unavailable, GiveUp):
            return False
        return not isinstance(answer, Missing) and least <= answer <= most
