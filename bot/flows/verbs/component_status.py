"""`status COMPONENT`: its incidents, what serves since when, what is done to it, what it needs."""

from difflib import get_close_matches

from bot.domain.errors import Misuse
from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.listing import Filter
from bot.domain.incidents.story import line
from bot.domain.incidents.wire import incident_json
from bot.domain.ops_data.component import Component
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import short
from bot.domain.wording import count, either, foreign, moment
from bot.flows.verbs.freezing import freeze_json, freeze_line
from bot.flows.verbs.oncall import first_called
from bot.flows.verbs.question import Question
from bot.flows.verbs.story import Story, color_of, is_rolled_out, release_json, since, story
from bot.flows.verbs.waiting import at_work
from bot.store import freezes, incidents

_OPEN = tuple(state for state in State if state is not State.RESOLVED)


def of_component(q: Question, word: str) -> Reply:
    name = q.catalogue.component_named(word) or q.catalogue.component_named(word.casefold())
    if name is None:
        close = get_close_matches(word.casefold(), list(q.catalogue.components), n=1)
        next_move = (
            f"Did you mean `status {close[0]}`?" if close else "`status` shows what is open."
        )
        raise Misuse(f"There is no component “{short(word)}” in components.yaml.", next_move)
    component, here = q.catalogue.components[name], q.house.environment
    found = incidents.page(q.tx, Filter(states=_OPEN, component=name))
    lines = [_first_line(component, found)]
    lines += [line(one, q.now) for one in found]
    waiting = at_work(q, name)
    lines += waiting.lines
    frozen = [one for one in freezes.standing(q.tx) if one.component == name]
    lines += [freeze_line(q, one) for one in frozen]
    known = story(q, component) if is_rolled_out(q, component) else None
    lines += _versions(q, known) if known else []
    lines += _known(q, component)
    on_call, called = first_called(q, sorted(found, key=lambda one: one.severity.rank))
    lines.append(on_call)
    data = {
        "component": name,
        "kind": component.kind.value,
        "environments": list(component.environments),
        "depends_on": list(component.depends_on),
        "links": dict(component.links),
        "environment": here,
        "releases": [release_json(component, row) for row in _newest(known)] if known else [],
        "last_known_good": release_json(component, known.good) if known and known.good else None,
        "operations": waiting.data,
        "frozen": [freeze_json(one) for one in frozen],
        "on_call": called,
        "items": [incident_json(one) for one in found],
    }
    return Reply(text="\n".join(lines), data=data)


def _first_line(component: Component, found: list[Incident]) -> str:
    title = f"{component.name} ({component.kind})"
    return f"{title}: {count(len(found), 'open incident') if found else 'no open incident'}."


def _versions(q: Question, known: Story) -> list[str]:
    if not known.rows:
        return [f"Releases in {q.house.environment}: none is known yet."]
    lines = [_version(q, known.component, row) for row in _newest(known)]
    good = known.good
    if good is None:
        return [*lines, "Last known good: none but what is live."]
    proven = f", proven {moment(good.verified_at, q.now)}" if good.verified_at else ""
    more = q.say(f"deploys {known.component.name}")
    return [*lines, f"Last known good: {foreign(good.version)}{proven}. All of them: {more}"]


def _newest(known: Story) -> list[LedgerRelease]:
    """What each workload carries, what serves first."""
    found: dict[str, LedgerRelease] = {}
    for row in sorted(known.rows, key=lambda one: (one.serves, one.deployed_at), reverse=True):
        found.setdefault(row.workload, row)
    return list(found.values())


def _version(q: Question, component: Component, row: LedgerRelease) -> str:
    version, color = foreign(row.version), color_of(component, row)
    who = f"{color} " if color else ""
    by = f", by {foreign(row.deployed_by)}" if row.deployed_by else ""
    if row.serves:
        told = f"{who}serves {version} {since(row, q.now)}{by}"
    else:
        told = f"{who}stands by with {version}, deployed {moment(row.deployed_at, q.now)}{by}"
    return f"{told[0].upper()}{told[1:]}."


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
