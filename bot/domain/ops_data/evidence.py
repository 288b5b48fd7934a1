"""Which numbers are asked for about an incident's component, and what the answers say.

The queries are ops data with a few holes, and the holes are filled from the catalogue alone: no
word of an alert ever becomes PromQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import isfinite
from string import Template

from bot.domain.fact import Fact, Missing, rounded
from bot.domain.ops_data.component import Component, Kind

EVERY = timedelta(seconds=60)
# A rate over five minutes holds the incident for as long after its end: the last look waits.
SETTLED_AFTER = timedelta(minutes=5)
EARLIER = "offset 1h"
HOLES = frozenset({"which", "ago", "code_label"})
SERIES = frozenset({"requests", "duration", "connections", "saves", "fcp"})

Answer = float | Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """`text` may hold `$which`, `$ago`, `$code_label` and the component's series by their names.

    A query with `$ago` is asked for now and for an hour earlier. `target` names one of Targets;
    empty `kinds` are all.
    """

    name: str
    text: str
    title: str = ""
    unit: str = ""
    target: str = ""
    kinds: frozenset[Kind] = frozenset()

    @property
    def holes(self) -> frozenset[str]:
        return frozenset(Template(self.text).get_identifiers())


@dataclass(frozen=True, kw_only=True, slots=True)
class Queries:
    """`environment_label` is empty where Prometheus watches the bot's own environment alone."""

    queries: tuple[Query, ...] = ()
    environment_label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A query as it is sent; `earlier` is the same, an hour before."""

    query: Query
    now: str
    earlier: str | None
    target: float | None


def asks(queries: Queries, component: Component, environment: str) -> tuple[Ask, ...]:
    """Those that fit the component, in the order of the file."""
    series = {name: value for name, value in asdict(component.metrics).items() if value}
    targets = asdict(component.targets)
    which = _matcher(component.metrics.label, component.name)
    if queries.environment_label:
        which += f",{_matcher(queries.environment_label, environment)}"
    found = []
    for query in queries.queries:
        fits = not query.kinds or component.kind in query.kinds
        if fits and query.holes & SERIES <= series.keys():
            filled = {**series, "which": which}
            found.append(
                Ask(
                    query=query,
                    now=_filled(query, filled, ""),
                    earlier=_filled(query, filled, EARLIER) if "ago" in query.holes else None,
                    target=targets.get(query.target),
                )
            )
    return tuple(found)


def ask_texts(wanted: Sequence[Ask]) -> list[str]:
    """What is sent, in order."""
    return [text for ask in wanted for text in (ask.now, ask.earlier) if text]


def askable(
    queries: Queries, components: Mapping[str, Component], environment: str
) -> frozenset[str]:
    """The components about which anything can be asked."""
    return frozenset(
        name for name, component in components.items() if asks(queries, component, environment)
    )


def read(samples: Sequence[float]) -> Answer:
    """The one number of an answer: a query adds up all that it finds."""
    if len(samples) != 1 or not isfinite(samples[0]):
        return Missing.NO_DATA
    return samples[0]


def found(ask: Ask, now: Answer, earlier: Answer | None, at: datetime) -> Fact:
    return Fact(
        name=ask.query.name,
        title=ask.query.title,
        value=_number(now),
        before=_number(earlier),
        unit=ask.query.unit,
        target=ask.target,
        missing=now if isinstance(now, Missing) else None,
        at=at,
    )


def _number(answer: Answer | None) -> float | None:
    return None if isinstance(answer, Missing) else rounded(answer)


def _filled(query: Query, filled: Mapping[str, str], ago: str) -> str:
    return Template(query.text).substitute(filled, ago=ago).strip()


def _matcher(label: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{label}="{escaped}"'
