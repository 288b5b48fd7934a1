"""`timeline`: what happened, as lines for a telephone, a document, or data."""

from bot.domain.incidents.document import document
from bot.domain.incidents.timeline import BOT, Numbered
from bot.domain.incidents.wire import entry_json
from bot.domain.verbs.reply import Reply
from bot.domain.wording import foreign, moment
from bot.flows.verbs.question import Question
from bot.store import entries
from bot.store.codec import dumps

_TOLD = 30
_PAGE = 500
_MOST = 10_000


def timeline(q: Question) -> Reply:
    export = q.value("export")
    story = _all(q) if export else entries.latest(q.tx, q.incident.id, _TOLD + 1)
    more = bool(story) and bool(_after(q, story[-1].number, 1))
    data = {
        "incident": q.incident.name,
        "items": [entry_json(numbered.entry) for numbered in story],
        "more": more,
    }
    if export == "json":
        return Reply(text=dumps(data["items"]), data=data)
    if export == "markdown":
        told = [numbered.entry for numbered in story]
        rest = f"These are the first {_MOST:,} lines; the incident's page has the rest."
        return Reply(text=document(q.incident, told, rest if more else ""), data=data)
    return Reply(text=_lines(q, story), data=data)


def _lines(q: Question, story: list[Numbered]) -> str:
    one = q.incident
    lines = [f"{one.name} · {one.severity} · {one.state}: {foreign(one.title)}"]
    if len(story) > _TOLD:
        whole = q.say(f"timeline {q.incident.name} --export markdown")
        lines.append(f"The last {_TOLD} lines; all of them: {whole}")
    for _, entry in story[-_TOLD:]:
        ours = entry.actor == BOT
        told = foreign(entry.text) if ours else f"{entry.text} — @{entry.actor}"
        lines.append(f"{moment(entry.at, q.now)}  {told}")
    return "\n".join(lines)


def _after(q: Question, number: int, limit: int) -> list[Numbered]:
    return entries.of_incident(q.tx, q.incident.id, after=number, limit=limit)


def _all(q: Question) -> list[Numbered]:
    story: list[Numbered] = []
    while len(story) < _MOST:
        after = story[-1].number if story else 0
        page = _after(q, after, _PAGE)
        story += page
        if len(page) < _PAGE:
            break
    return story
