"""What Prometheus is asked about a release that has just got the traffic (operations.md 1.8).

The texts are ops data with holes, filled from the catalogue alone.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from string import Template

from bot.domain.ops_data.component import Metrics

# What an hour of samples costs, a server can pay (bot/catalogue/promql.py).
LONGEST_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Questions:
    """`errors` and `fast` are shares from 0 to 1, `requests` is how many, `share` the old one's.

    `or vector(0)` makes no failed request a zero; `> 0` leaves no traffic at all without an
    answer, which is never a pass.
    """

    errors: str = (
        '(sum(rate($requests{$which,$code_label=~"5.."}[$window] $ago)) or vector(0))'
        " / (sum(rate($requests{$which}[$window] $ago)) > 0)"
    )
    fast: str = (
        'sum(rate(${duration}_bucket{$which,le="$fast"}[$window]))'
        " / (sum(rate(${duration}_count{$which}[$window])) > 0)"
    )
    requests: str = "sum(increase($requests{$which}[$window]))"
    share: str = (
        "(sum(rate($requests{$old}[30s])) or vector(0)) / (sum(rate($requests{$all}[30s])) > 0)"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """`label` is empty where colours cannot be told apart, `environment` where all is ours."""

    component: str
    metrics: Metrics
    label: str = ""
    environment_label: str = ""
    environment: str = ""

    def matchers(self, color: str = "") -> str:
        found = [(self.metrics.label, self.component)]
        if self.environment_label:
            found.append((self.environment_label, self.environment))
        if self.label and color:
            found.append((self.label, color))
        return ",".join(f'{label}="{_escaped(value)}"' for label, value in found)


def filled(
    text: str,
    scope: Scope,
    *,
    window: timedelta,
    color: str = "",
    old: str = "",
    fast_seconds: float = 0.5,
    ago: timedelta = timedelta(),
) -> str | None:
    """The question as it is sent; `None` where the component has no such series."""
    series = {name: value for name, value in asdict(scope.metrics).items() if value}
    holes = {
        **series,
        "which": scope.matchers(color),
        "old": scope.matchers(old),
        "all": scope.matchers(),
        "window": _seconds(min(window, LONGEST_WINDOW)),
        "fast": f"{fast_seconds:g}",
        "ago": f"offset {_seconds(ago)}" if ago else "",
    }
    template = Template(text)
    if not set(template.get_identifiers()) <= holes.keys():
        return None
    return template.substitute(holes).strip()


def _seconds(length: timedelta) -> str:
    return f"{max(round(length.total_seconds()), 1)}s"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
