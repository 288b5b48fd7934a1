"""What Prometheus says to the questions that judge a release, asked about each component."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.fact import Missing
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.evidence import read
from bot.domain.ops_data.questions import Scope, filled
from bot.flows.examining.finding import Finding, bad, good
from bot.ports.metrics import Metrics

_AT_ONCE = 4
WITHIN = 10.0  # seconds for all of them: each question may take two


@dataclass(frozen=True, kw_only=True)
class Operated:
    """What the bot can change, and so has to judge."""

    deployments: bool = True
    sites: bool = True

    def has(self, component: Component, environment: str) -> bool:
        rollout = component.rollout
        if rollout is None or environment not in component.environments:
            return False
        if rollout.deployments:
            return self.deployments
        return self.sites and environment in component.sites


ALL = Operated()


def questions(
    metrics: Metrics | None,
    catalogue: Catalogue,
    operated: Operated = ALL,
    *,
    within: float = WITHIN,
) -> Iterator[Finding]:
    """About every component whose releases the bot changes where it is at home, side by side."""
    if metrics is None:
        return
    environment = catalogue.default_environment
    asking = [
        _Asking(metrics=metrics, catalogue=catalogue, component=one)
        for one in catalogue.components.values()
        if operated.has(one, environment) and _judged(one, environment)
    ]
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="questions")
    try:
        begun = [(one, pool.submit(one.findings)) for one in asking]
        wait([future for _, future in begun], timeout=within)
        for one, future in begun:
            yield from future.result() if future.done() else one.late(within)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _judged(component: Component, environment: str) -> bool:
    """By numbers: what names no series, and has probes, is judged by those."""
    rollout, named = component.rollout, component.metrics
    probes = rollout.probes.get(environment) if rollout is not None else ()
    return bool(named.requests or named.duration or not probes)


@dataclass(frozen=True, kw_only=True)
class _Asking:
    metrics: Metrics
    catalogue: Catalogue
    component: Component

    def findings(self) -> list[Finding]:
        """Without traffic the shares have no answer, which is as it should be."""
        busiest, counted = self._busiest()
        if busiest is None:
            return [counted]
        color, number = busiest
        names = ("errors", "fast", "share") if color else ("errors", "fast")
        return [counted, *(self._asked(name, color, traffic=number > 0)[1] for name in names)]

    def late(self, within: float) -> list[Finding]:
        says = f"it did not answer all of them within {within:g} s"
        return [bad(self._name("questions"), says, "See why Prometheus takes so long.")]

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
