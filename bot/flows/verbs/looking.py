"""`incident list` and `incident show`: reading what there is."""

from bot.domain.incidents.incident import Incident
from bot.domain.incidents.story import line, story
from bot.domain.incidents.wire import incident_json
from bot.domain.operations.line import operation_line
from bot.domain.operations.wire import operation_json
from bot.domain.releases.suspects import TOLD, when_it_came
from bot.domain.verbs.reply import Reply
from bot.domain.wording import count, foreign
from bot.flows.releases.lately import changed_lately
from bot.flows.verbs.question import Question
from bot.flows.verbs.waiting import waiting
from bot.store import incidents, operations, steps

_LISTED = 200
_TOLD = 20
_DECLARE = 'incident declare "what is broken"'


def list_open(q: Question) -> Reply:
    found = incidents.most_urgent(q.tx, _LISTED)
    lines = [line(one, q.now) for one in found[:_TOLD]]
    if not found:
        lines = ["No incident is open."]
    elif len(found) == 1:
        lines.append(f"More: {q.say(f'incident show {found[0].name}')}")
    elif len(found) > _TOLD:
        more = "at least " if len(found) == _LISTED else ""
        lines.append(f"And {more}{len(found) - _TOLD} more.")
    return Reply(text="\n".join(lines), data={"items": [incident_json(one) for one in found]})


def show(q: Question) -> Reply:
    one = q.incident
    lines = story(one, q.now)
    lines += _changed(q, one)
    if one.is_open and one.acknowledged_at is None:
        lines.append(f"Take it: {q.say(f'incident ack {one.name}')}")
    elif one.is_open:
        lines.append(f"Call for help: {q.say(f'escalate {one.name}')}")
    operation = operations.of_incident(q.tx, one.id)
    if operation is not None:
        look = q.say(f"operation show {operation.name}")
        lines.append(f"{operation_line(operation, q.now)}. Look: {look}")
    lines.append(f"What happened: {q.say(f'timeline {one.name}')}")
    shown = operation_json(operation, steps.of_operation(q.tx, operation.id)) if operation else None
    return Reply(text="\n".join(lines), data={**incident_json(one), "operation": shown})


def _changed(q: Question, one: Incident) -> list[str]:
    rows = changed_lately(q.tx, one, q.catalogue)
    lines = [
        f"Changed: {row.component} {foreign(row.version)} "
        f"{foreign(', '.join(filter(None, (when_it_came(row, one.started_at), row.change_url))))}"
        for row in rows[:TOLD]
    ]
    left = len(rows) - len(lines)
    return [*lines, f"And {count(left, 'other change')}: {q.say('deploys')}"] if left else lines


def menu(q: Question) -> Reply:
    """What needs you first, then what else is open, then what there is to say."""
    found = incidents.most_urgent(q.tx, _LISTED)
    plans = waiting(q)
    untaken = [one for one in found if one.acknowledged_at is None]
    taken = [one for one in found if one.acknowledged_at is not None]
    lines = list(plans.lines)
    if untaken:
        lines.append(f"{count(len(untaken), 'incident')} waiting for somebody:")
        lines += [line(one, q.now) for one in untaken[:_TOLD]]
        lines.append(f"Take the worst: {q.say(f'incident ack {untaken[0].name}')}")
    if taken:
        lines.append(f"{count(len(taken), 'incident')} in hand:")
        lines += [line(one, q.now) for one in taken[:_TOLD]]
    if not found:
        lines.append("No incident is open.")
    lines.append(f"Also: {q.say(_DECLARE)}, {q.say('status')}, {q.say('oncall')}, {q.say('help')}")
    data = {"items": [incident_json(one) for one in found], "operations": plans.data}
    return Reply(text="\n".join(lines), data=data)
