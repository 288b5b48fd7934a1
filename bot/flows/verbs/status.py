"""`status`: what is broken, what is switched off, and what is known of one component."""

from collections import Counter
from difflib import get_close_matches

from bot.domain.component import Component
from bot.domain.errors import Misuse
from bot.domain.incident import Incident, State
from bot.domain.listing import Filter
from bot.domain.reply import Reply
from bot.domain.saying import short
from bot.domain.wire import incident_json
from bot.domain.wording import count, either, line
from bot.flows.verbs.question import Question
from bot.store import incidents

_TOLD = 10
_OPEN = tuple(state for state in State if state is not State.RESOLVED)


def status(q: Question) -> Reply:
    return _of_component(q, q.value("component")) if q.value("component") else _of_all(q)


def _of_all(q: Question) -> Reply:
    counts: Counter[str] = Counter()
    for (state, severity), number in incidents.counts(q.tx).items():
        if state != State.RESOLVED:
            counts[severity] += number
    total = sum(counts.values())
    worst = incidents.most_urgent(q.tx, _TOLD)
    if total:
        told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
        lines = [f"{count(total, 'incident')} open: {told}."]
        lines += [line(one, q.now) for one in worst]
        if total > len(worst):
            lines.append(f"And {total - len(worst)} more: {q.say('incident list')}")
    else:
        lines = [_all_ended(q)]
    quiet = sorted(set(q.catalogue.components) - {one.component for one in worst})
    if quiet:
        lines.append(
            f"Components: {len(q.catalogue.components)}, {len(quiet)} without an incident."
        )
    troubles = q.house.troubles()
    lines += [*troubles, *q.house.off]
    data = {
        "open": total,
        "severities": dict(sorted(counts.items())),
        "off": list(q.house.off),
        "troubles": list(troubles),
        "environment": q.house.environment,
        "items": [incident_json(one) for one in worst],
    }
    return Reply(text="\n".join(lines), data=data)


def _all_ended(q: Question) -> str:
    firing = incidents.ended_but_firing(q.tx, _TOLD)
    if not firing:
        return "Nothing is broken: no incident is open."
    names = either([f"INC-{one}" for one in firing], "and")
    return f"No incident is open, but alerts still fire in {names}, resolved by hand."


def _of_component(q: Question, word: str) -> Reply:
    name = q.catalogue.component_named(word) or q.catalogue.component_named(word.casefold())
    if name is None:
        close = get_close_matches(word.casefold(), list(q.catalogue.components), n=1)
        next_move = (
            f"Did you mean `status {close[0]}`?" if close else "`status` shows what is open."
        )
        raise Misuse(f"There is no component “{short(word)}” in components.yaml.", next_move)
    component = q.catalogue.components[name]
    found = incidents.page(q.tx, Filter(states=_OPEN, component=name))
    lines = [_first_line(component, found)]
    lines += [line(one, q.now) for one in found]
    lines += _known(q, component)
    data = {
        "component": name,
        "kind": component.kind.value,
        "environments": list(component.environments),
        "depends_on": list(component.depends_on),
        "links": dict(component.links),
        "items": [incident_json(one) for one in found],
    }
    return Reply(text="\n".join(lines), data=data)


def _first_line(component: Component, found: list[Incident]) -> str:
    title = f"{component.name} ({component.kind})"
    return f"{title}: {count(len(found), 'open incident') if found else 'no open incident'}."


def _known(q: Question, component: Component) -> list[str]:
    lines = []
    if component.depends_on:
        lines.append(f"Needs {either(component.depends_on, 'and')}.")
    needed_by = sorted(
        one.name for one in q.catalogue.components.values() if component.name in one.depends_on
    )
    if needed_by:
        lines.append(f"Needed by {either(needed_by, 'and')}.")
    targets = component.targets
    promised = [
        (targets.availability_percent, "availability {:g} %"),
        (targets.p95_ms, "p95 below {:g} ms"),
        (targets.error_rate_percent, "errors below {:g} %"),
        (targets.fcp_ms, "first paint below {:g} ms"),
    ]
    told = [words.format(value) for value, words in promised if value is not None]
    if told:
        lines.append(f"Targets: {', '.join(told)}.")
    lines += [f"{name}: {link}" for name, link in sorted(component.links.items())]
    return lines
