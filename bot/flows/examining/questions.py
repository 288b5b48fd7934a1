"""What Prometheus says to the questions that judge a release, asked about one component."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.fact import Missing
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.evidence import read
from bot.domain.ops_data.questions import Scope, filled
from bot.flows.examining.finding import Finding, bad, good
from bot.ports.metrics import Metrics


def questions(metrics: Metrics | None, catalogue: Catalogue) -> Iterator[Finding]:
    """About the first component that has Deployments where the bot is at home."""
    environment = catalogue.default_environment
    component = next(
        (
            one
            for one in catalogue.components.values()
            if one.rollout and one.rollout.deployments and environment in one.environments
        ),
        None,
    )
    if metrics is not None and component is not None:
        yield from _Asking(metrics=metrics, catalogue=catalogue, component=component).findings()


@dataclass(frozen=True, kw_only=True)
class _Asking:
    metrics: Metrics
    catalogue: Catalogue
    component: Component

    def findings(self) -> Iterator[Finding]:
        """Without traffic the shares have no answer, which is as it should be."""
        busiest, counted = self._busiest()
        yield counted
        if busiest is None:
            return
        color, number = busiest
        for name in ("errors", "fast", "share"):
            if name != "share" or color:
                yield self._asked(name, color, traffic=number > 0)[1]

    def _busiest(self) -> tuple[tuple[str, float] | None, Finding]:
        """The colour with the most requests, and how many they are."""
        rollout, found = self.component.rollout, dict[str, float]()
        scoped = rollout is not None and rollout.coloured and self.component.color_label
        colors = tuple(rollout.deployments) if rollout is not None and scoped else ("",)
        for color in colors:
            number, finding = self._asked("requests", color, traffic=True)
            if number is not None:
                found[color] = number
        if not found:
            return None, finding
        color = max(found, key=lambda one: found[one])
        return (color, found[color]), good(
            self._name("requests"), f"{found[color]:.0f} in the last window, {color or 'in all'}"
        )

    def _asked(self, name: str, color: str, *, traffic: bool) -> tuple[float | None, Finding]:
        query, title = self._query(name, color), self._name(name)
        if query is None:
            says = f"it asks for a series that components.yaml does not name for {self._about}"
            return None, bad(title, says, f"Give {self._about} metrics.requests and .duration.")
        try:
            answer = read(self.metrics.ask(query))
        except Unavailable as error:
            return None, bad(title, str(error), f"See why it takes so long: {query}")
        except GiveUp as error:
            return None, bad(title, str(error), f"Correct questions.{name} in operations.yaml.")
        if not isinstance(answer, Missing):
            return answer, good(title, f"{answer:.3g}")
        if not traffic:
            return None, good(title, "no traffic, so there is nothing to tell")
        return None, bad(title, f"nothing answers {query}", self._fix(name))

    def _fix(self, name: str) -> str:
        if name == "fast":
            seconds = self.catalogue.policy.verification.fast_seconds
            return (
                f'Give {self.component.metrics.duration} a bucket le="{seconds:g}", or set '
                "verification.fast_seconds in operations.yaml to one that it has."
            )
        return (
            f"See that Prometheus scrapes {self._about} four times in verification.window, and "
            "that its metrics and color_label in components.yaml name those series."
        )

    def _query(self, name: str, color: str) -> str | None:
        catalogue, component = self.catalogue, self.component
        rules, colors = catalogue.policy.verification, component.rollout
        others = [one for one in colors.deployments if one != color] if colors else []
        scope = Scope(
            component=component.name,
            metrics=component.metrics,
            label=component.color_label,
            environment_label=catalogue.queries.environment_label,
            environment=catalogue.default_environment,
        )
        text = asdict(catalogue.policy.questions)[name]
        return filled(
            text, scope, window=rules.window, color=color, old=next(iter(others), ""),
            fast_seconds=rules.fast_seconds,
        )  # fmt: skip

    def _name(self, question: str) -> str:
        return f"prometheus, {question} of {self._about}"

    @property
    def _about(self) -> str:
        return self.component.name
