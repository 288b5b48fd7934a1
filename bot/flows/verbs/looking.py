"""`incident list` and `incident show`: reading what there is."""

from bot.domain.reply import Reply
from bot.domain.wire import incident_json
from bot.domain.wording import count, line, story
from bot.flows.verbs.question import Question
from bot.store import incidents

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
    if one.is_open and one.acknowledged_at is None:
        lines.append(f"Take it: {q.say(f'incident ack {one.name}')}")
    elif one.is_open:
        lines.append(f"Call for help: {q.say(f'escalate {one.name}')}")
    lines.append(f"What happened: {q.say(f'timeline {one.name}')}")
    return Reply(text="\n".join(lines), data=incident_json(one))


def menu(q: Question) -> Reply:
    """What needs you first, then what else is open, then what there is to say."""
    found = incidents.most_urgent(q.tx, _LISTED)
    waiting = [one for one in found if one.acknowledged_at is None]
    taken = [one for one in found if one.acknowledged_at is not None]
    lines = []
    if waiting:
        lines.append(f"{count(len(waiting), 'incident')} waiting for somebody:")
        lines += [line(one, q.now) for one in waiting[:_TOLD]]
        lines.append(f"Take the worst: {q.say(f'incident ack {waiting[0].name}')}")
    if taken:
        lines.append(f"{count(len(taken), 'incident')} in hand:")
        lines += [line(one, q.now) for one in taken[:_TOLD]]
    if not found:
        lines.append("No incident is open.")
    lines.append(f"Also: {q.say(_DECLARE)}, {q.say('status')}, {q.say('oncall')}, {q.say('help')}")
    return Reply(text="\n".join(lines), data={"items": [incident_json(one) for one in found]})
