"""`deploys`: what was deployed when, by whom, how it did, and what a rollback would go to."""

from difflib import get_close_matches
from typing import Any

from bot.domain.errors import Misuse
from bot.domain.incidents.wire import rfc3339
from bot.domain.ops_data.component import Component
from bot.domain.releases.ledger import LedgerRelease, key
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import short
from bot.domain.verification.verification import Verdict
from bot.domain.wording import count, foreign, span
from bot.flows.verbs.question import Question
from bot.flows.verbs.story import Story, is_rolled_out, since, story

_TOLD = 10
_TOLD_OF_EACH = 3
_VERDICTS = {
    Verdict.PASS: "proven good",
    Verdict.PASS_SYNTHETIC: "good by probes alone",
    Verdict.FAIL: "turned out bad",
    Verdict.INCONCLUSIVE: "nobody could tell how it did",
}


def deploys(q: Question) -> Reply:
    word = q.value("component")
    wanted = [_named(q, word)] if word else _rolled_out(q)
    stories = [story(q, component) for component in wanted]
    told = _TOLD if word else _TOLD_OF_EACH
    lines = [line for one in stories for line in _lines(q, one, told)]
    if not lines:
        lines = ["components.yaml says of no component where its releases run."]
    data = {
        "environment": q.house.environment,
        "items": [_json(q, one, row) for one in stories for row in one.rows],
    }
    return Reply(text="\n".join(lines), data=data)


def _named(q: Question, word: str) -> Component:
    name = q.catalogue.component_named(word) or q.catalogue.component_named(word.casefold())
    known = [one.name for one in _rolled_out(q)]
    if name is None or name not in known:
        close = get_close_matches(name or word.casefold(), known, n=1)
        why = "has no releases of its own" if name else "is not in components.yaml"
        raise Misuse(
            f"“{short(word)}” {why}.",
            f"Did you mean `deploys {close[0]}`?" if close else "`deploys` shows all there are.",
        )
    return q.catalogue.components[name]


def _rolled_out(q: Question) -> list[Component]:
    return [one for one in q.catalogue.components.values() if is_rolled_out(q, one)]


def _lines(q: Question, known: Story, told: int) -> list[str]:
    name = known.component.name
    if not known.rows:
        return [f"{name}: no deploy is known yet."]
    lines = [f"{name}, {q.house.environment}:"]
    shown = _shown(known, told)
    lines += [f"· {_line(q, known, row)}" for row in shown]
    if known.good is None:
        lines.append("No other release of it is known to be good yet.")
    rest = len(known.rows) - len(shown)
    if rest:
        more = "." if told == _TOLD else f": {q.say(f'deploys {name}')}"
        lines.append(f"And {count(rest, 'other')}{more}")
    return lines


def _shown(known: Story, told: int) -> list[LedgerRelease]:
    """The newest, what serves and what is good among them however old."""
    return [
        row
        for number, row in enumerate(known.rows)
        if number < told or row.serves or row is known.good
    ]


def _line(q: Question, known: Story, row: LedgerRelease) -> str:
    parts = [f"{foreign(row.version)} {span(q.now - row.deployed_at)} old, {_standing(q, row)}"]
    if row.deployed_by:
        parts.append(f"by {foreign(row.deployed_by)}")
    if row.verdict is not None:
        parts.append(_VERDICTS[row.verdict])
    if row is known.good:
        parts.append("last known good")
    if key(row) in known.odd:
        parts.append(known.odd[key(row)])
    if row.change_url:
        parts.append(foreign(row.change_url))
    return ", ".join(parts)


def _standing(q: Question, row: LedgerRelease) -> str:
    if row.live_at is None:
        return "not live"
    if row.serves:
        return f"live {since(row, q.now)}"
    return f"served {span(row.served(q.now))}"


def _json(q: Question, known: Story, row: LedgerRelease) -> dict[str, Any]:
    return {
        "component": row.component,
        "environment": row.environment,
        "workload": row.workload,
        "version": row.version,
        "image": row.image,
        "identity": row.identity,
        "deployed_at": rfc3339(row.deployed_at),
        "deployed_by": row.deployed_by,
        "operation": row.operation or None,
        "change_url": row.change_url or None,
        "live": row.serves,
        "live_at": rfc3339(row.live_at),
        "live_by": rfc3339(row.surely_live_at),
        "superseded_at": rfc3339(row.superseded_at),
        "verdict": row.verdict,
        "verified_at": rfc3339(row.verified_at),
        "last_known_good": row is known.good,
        "out_of_band": known.odd.get(key(row)),
    }
