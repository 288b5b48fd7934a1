"""`status`: what is broken, what is under way, what stands still and what is switched off."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.story import line
from bot.domain.incidents.wire import incident_json
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verbs.reply import Reply
from bot.domain.wording import count, either, foreign
from bot.flows.verbs.component_status import of_component
from bot.flows.verbs.freezing import freeze_json, freeze_line
from bot.flows.verbs.oncall import first_called
from bot.flows.verbs.question import Question
from bot.flows.verbs.story import color_of, is_rolled_out, release_json
from bot.flows.verbs.waiting import at_work
from bot.store import freezes, incidents, releases

_TOLD = 10


def status(q: Question) -> Reply:
    return of_component(q, q.value("component")) if q.value("component") else _of_all(q)


def _of_all(q: Question) -> Reply:
    counts: Counter[str] = Counter()
    for (state, severity), number in incidents.counts(q.tx).items():
        if state != State.RESOLVED:
            counts[severity] += number
    worst = incidents.most_urgent(q.tx, _TOLD)
    troubles = q.house.troubles()
    waiting = at_work(q)
    frozen = freezes.standing(q.tx)
    live = _live(q)
    on_call, called = first_called(q, worst)
    lines = [
        *_open_lines(q, counts, worst),
        *_live_lines(q, live),
        on_call,
        *waiting.lines,
        *(freeze_line(q, one) for one in frozen),
        *troubles,
        *q.house.off,
    ]
    data = {
        "open": counts.total(),
        "severities": dict(sorted(counts.items())),
        "off": list(q.house.off),
        "troubles": list(troubles),
        "environment": q.house.environment,
        "operations": waiting.data,
        "frozen": [freeze_json(one) for one in frozen],
        "live": [
            {"component": one.component, **release_json(q.catalogue.components[one.component], one)}
            for one in live
        ],
        "on_call": called,
        "items": [incident_json(one) for one in worst],
    }
    return Reply(text="\n".join(lines), data=data)


def _open_lines(q: Question, counts: Counter[str], worst: Sequence[Incident]) -> list[str]:
    total = counts.total()
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
    return lines


def _live(q: Question) -> list[LedgerRelease]:
    parts = [name for name, one in q.catalogue.components.items() if is_rolled_out(q, one)]
    found = releases.served(q.tx, q.house.environment, parts, q.now, q.now)
    return sorted(found, key=lambda row: row.component)


def _live_lines(q: Question, live: Sequence[LedgerRelease]) -> list[str]:
    told = []
    for row in live:
        color = color_of(q.catalogue.components[row.component], row)
        told.append(f"{row.component} {foreign(row.version)}{f' ({color})' if color else ''}")
    return [f"Live: {', '.join(told)}."] if told else []


def _all_ended(q: Question) -> str:
    firing = incidents.ended_but_firing(q.tx, _TOLD)
    if not firing:
        return "Nothing is broken: no incident is open."
    names = either([f"INC-{one}" for one in firing], "and")
    return f"No incident is open, but alerts still fire in {names}, resolved by hand."
