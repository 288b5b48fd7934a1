"""`status`: what is broken, what is under way, what stands still and what is switched off."""

from collections import Counter

from bot.domain.incidents.incident import State
from bot.domain.incidents.story import line
from bot.domain.incidents.wire import incident_json
from bot.domain.verbs.reply import Reply
from bot.domain.wording import count, either
from bot.flows.verbs.component_status import of_component
from bot.flows.verbs.freezing import freeze_json, freeze_line
from bot.flows.verbs.question import Question
from bot.flows.verbs.waiting import at_work
from bot.store import freezes, incidents

_TOLD = 10


def status(q: Question) -> Reply:
    return of_component(q, q.value("component")) if q.value("component") else _of_all(q)


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
    here = q.house.environment
    waiting = at_work(q)
    frozen = freezes.standing(q.tx)
    lines += [*waiting.lines, *(freeze_line(q, one) for one in frozen), *troubles, *q.house.off]
    data = {
        "open": total,
        "severities": dict(sorted(counts.items())),
        "off": list(q.house.off),
        "troubles": list(troubles),
        "environment": here,
        "operations": waiting.data,
        "frozen": [freeze_json(one) for one in frozen],
        "items": [incident_json(one) for one in worst],
    }
    return Reply(text="\n".join(lines), data=data)


def _all_ended(q: Question) -> str:
    firing = incidents.ended_but_firing(q.tx, _TOLD)
    if not firing:
        return "Nothing is broken: no incident is open."
    names = either([f"INC-{one}" for one in firing], "and")
    return f"No incident is open, but alerts still fire in {names}, resolved by hand."
