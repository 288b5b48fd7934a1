"""`incident declare`: an incident by a person's word alone."""

from bot.domain.incidents.declare import declared
from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.listing import Filter
from bot.domain.incidents.routing import Routed, route
from bot.domain.incidents.wire import incident_json
from bot.domain.severity import CATEGORY_OF, Severity
from bot.domain.verbs.reply import Reply
from bot.domain.wording import foreign
from bot.flows.verbs.question import Question
from bot.store import incidents

_OPEN = tuple(state for state in State if state is not State.RESOLVED)


def declare(q: Question) -> Reply:
    severity = Severity(q.value("severity") or Severity.SEV3)
    routed = _routed(q, severity)
    number = incidents.next_number(q.tx)
    beside = _beside(q, routed)
    change = declared(number, q.value("title"), severity, routed, actor=q.actor, now=q.now)
    incidents.apply(q.tx, [change])
    incidents.used_numbers(q.tx, number, number + 1)
    name = change.incident.name
    lines = [f"{name} is open, {severity}: {foreign(change.incident.title)}"]
    if routed.component and not routed.component_known:
        lines.append(f"No component is called {routed.component} in components.yaml.")
    if beside:
        lines.append(
            f"{beside.name} is open on {beside.component} too. If it is the same problem: "
            f"{q.say(f'incident merge {name} {beside.name}')}"
        )
    lines.append(f"To take it: {q.say(f'incident ack {name}')}")
    return Reply(text="\n".join(lines), data=incident_json(change.incident))


def _routed(q: Question, severity: Severity) -> Routed:
    """What the catalogue would make of an alert of this component."""
    labels = {
        "component": q.value("component"),
        "environment": q.house.environment,
        "severity": CATEGORY_OF[severity].value,
    }
    return route(q.catalogue, labels)


def _beside(q: Question, routed: Routed) -> Incident | None:
    if routed.component is None:
        return None
    same = Filter(states=_OPEN, component=routed.component, environment=routed.environment, limit=1)
    return next(iter(incidents.page(q.tx, same)), None)
