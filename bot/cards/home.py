"""What is open and what needs somebody: the App Home, and the menu of the bare command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cards.buttons import buttons
from bot.cards.decisions import decisions
from bot.cards.incident import headline
from bot.cards.mrkdwn import at, link, mrkdwn, plain_text, said, section
from bot.cards.operation_words import asking, moves, standing
from bot.cards.state import state_line
from bot.domain.incidents.incident import Incident
from bot.domain.operations.line import needing, needs_another
from bot.domain.operations.operation import Operation
from bot.domain.ops_data.people import Person, person_of

SAY = "say"  # a button that says a verb: its value is the words
FORM = "form"  # a button that opens a form: its value is the form's name
HOME_SHOWS = 20
MENU_SHOWS = 5
OPERATIONS_SHOWN = 5
_SAID: Mapping[str, str] = {
    "status": "Status",
    "oncall": "On call",
    "incident list": "All open",
    "help": "Help",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """All that it shows; `incidents` are open, `user` is the actor who looks.

    Of `operations` those are shown that wait for somebody.
    """

    incidents: Sequence[Incident]
    user: str
    operations: Sequence[Operation] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    base_url: str = ""


def home(view: Overview) -> dict[str, Any]:
    """The App Home's view."""
    return {"type": "home", "blocks": [*_open(view, HOME_SHOWS), *_verbs(view)]}


def menu(view: Overview) -> list[dict[str, Any]]:
    """The same, short enough for a private answer; it may stand where declaring is in its place."""
    declare = _button(FORM, "declare", "Declare…")
    return [*_open(view, MENU_SHOWS), *_verbs(view, declare)]


def barred(why: str) -> dict[str, Any]:
    """The App Home of an account that may not act."""
    words = f"This Slack account may not use Candlefish: {said(why, 200)}."
    return {"type": "home", "blocks": [section(words)]}


def _open(view: Overview, most: int) -> list[dict[str, Any]]:
    worst = sorted(view.incidents, key=lambda one: (one.severity.rank, one.id))
    shown = worst[:most]
    mine, theirs = _plans(view, OPERATIONS_SHOWN)
    needing = [one for one in shown if _why(one, view)]
    others = [one for one in shown if not _why(one, view)]
    blocks: list[dict[str, Any]] = []
    for title, plans, some in (("Needs you", mine, needing), ("In hand", theirs, others)):
        if plans or some:
            blocks.append({"type": "header", "text": plain_text(title)})
        for plan in plans:
            blocks += _operation(plan, view)
        for one in some:
            blocks += _incident(one, view)
    if not shown:
        blocks.append(section("*No incident is open.*"))
    elif len(worst) > most:
        more = link(f"{view.base_url}/incidents", "all of them", (), own=view.base_url)
        blocks.append(section(f"{len(worst) - most} more are open: {more}"))
    return [*blocks, {"type": "divider"}]


def _plans(view: Overview, most: int) -> tuple[list[Operation], list[Operation]]:
    """Those that whoever looks may move on, and those for which they asked a second person."""
    found = needing(view.operations)[:most]
    theirs = [one for one in found if needs_another(one) and _same(one.requested_by, view)]
    return [one for one in found if one not in theirs], theirs


def _why(one: Incident, view: Overview) -> str:
    """Why it needs whoever looks; empty where somebody else has it."""
    roles = sorted(role for role, who in one.roles.items() if _same(who, view))
    if roles:
        return f"you are {' and '.join(said(role, 20) for role in roles)}"
    if one.acknowledged_at is None:
        return "nobody has it"
    return "you have it" if _same(one.acknowledged_by, view) else ""


def _same(actor: str | None, view: Overview) -> bool:
    """Whether both are one person, on whatever surface they acted."""
    if actor is None or actor == view.user:
        return actor is not None
    person = person_of(view.people, actor)
    return person is not None and person is person_of(view.people, view.user)


def _incident(one: Incident, view: Overview) -> list[dict[str, Any]]:
    page = link(f"{view.base_url}/incidents/{one.name}", one.name, (), own=view.base_url)
    why = _why(one, view)
    since = f"{page} · since {at(one.started_at)}{f' · {why}' if why else ''}"
    title = said(headline(one), 160)
    words = f"*{title}*\n{state_line(one, view.people, view.base_url)}\n{since}"
    return [section(words), buttons(one)]


def _operation(one: Operation, view: Overview) -> list[dict[str, Any]]:
    """What it is, and the buttons that decide about it: each asks again, and shows the plan."""
    page = f"{view.base_url}/incidents/INC-{one.incident}#{one.name}"
    named = link(page, one.name, (), own=view.base_url)
    lines = [
        f"*{named}* {moves(one)}",
        standing(one, view.people),
        asking(one, view.people),
    ]
    look = _button(SAY, f"operation show {one.name}", "Look")
    row = decisions(one) or {"type": "actions", "block_id": f"actions:{one.name}:{one.version}"}
    return [section("\n".join(lines)), {**row, "elements": [look, *row.get("elements", ())]}]


def _verbs(view: Overview, *first: dict[str, Any]) -> list[dict[str, Any]]:
    pressed = [*first, *(_button(SAY, words, label) for words, label in _SAID.items())]
    typed = "Or type `/candlefish help` for every verb."
    pages = link(f"{view.base_url}/incidents", "All incidents", (), own=view.base_url)
    return [
        {"type": "actions", "block_id": "verbs", "elements": pressed},
        {"type": "context", "elements": [mrkdwn(f"{typed} · {pages}")]},
    ]


def _button(kind: str, value: str, label: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": f"{kind}:{value}",
        "text": plain_text(label),
        "value": value,
    }
