"""`deploys`: what was deployed when, by whom, how it did, and what a rollback would go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.domain.component import Component
from bot.domain.errors import Misuse
from bot.domain.ledger import (
    LedgerRelease,
    changed_by_hand,
    key,
    last_known_good,
    newest_first,
)
from bot.domain.reply import Reply
from bot.domain.saying import short
from bot.domain.verification import Verdict
from bot.domain.wire import rfc3339
from bot.domain.wording import count, foreign, moment, span
from bot.flows.verbs.question import Question
from bot.store import freezes, incidents, releases

_TOLD = 10
_TOLD_OF_EACH = 3
_BY_HAND = "changed by hand"
_FROZEN = "came while deploys were frozen"
_VERDICTS = {
    Verdict.PASS: "proven good",
    Verdict.PASS_SYNTHETIC: "good by probes alone",
    Verdict.FAIL: "turned out bad",
    Verdict.INCONCLUSIVE: "nobody could tell how it did",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A component's rows, the newest first; `odd` is what did not come by the delivery."""

    component: Component
    rows: Sequence[LedgerRelease]
    good: LedgerRelease | None
    odd: dict[tuple[str, str, str], str]


def deploys(q: Question) -> Reply:
    word = q.value("component")
    wanted = [_named(q, word)] if word else _rolled_out(q)
    stories = [_story(q, component) for component in wanted]
    told = _TOLD if word else _TOLD_OF_EACH
    lines = [line for story in stories for line in _lines(q, story, told)]
    if not lines:
        lines = ["components.yaml says of no component where its releases run."]
    data = {
        "environment": q.house.environment,
        "items": [_json(q, story, row) for story in stories for row in story.rows],
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
    """Those that have releases here; what holds data has none."""
    return [
        one
        for one in q.catalogue.components.values()
        if one.rollout is not None
        and (one.rollout.deployments or one.sites)
        and q.house.environment in one.environments
    ]


def _story(q: Question, component: Component) -> Story:
    here = q.house.environment
    rows = newest_first(releases.of_component(q.tx, here, component.name))
    trouble = incidents.open_on(q.tx, here, (component.name,))
    began = min((one.started_at for one in trouble), default=q.now)
    proven_after = q.catalogue.policy.proven_after
    frozen = [one for one in freezes.standing(q.tx, here) if one.component == component.name]
    odd = dict.fromkeys(changed_by_hand(rows), _BY_HAND)
    for row in rows:
        if any(row.deployed_at > one.at for one in frozen) and not row.operation:
            odd[key(row)] = _FROZEN
    return Story(
        component=component,
        rows=rows,
        good=last_known_good(rows, at=began, now=q.now, proven_after=proven_after),
        odd=odd,
    )


def _lines(q: Question, story: Story, told: int) -> list[str]:
    name = story.component.name
    if not story.rows:
        return [f"{name}: no deploy is known yet."]
    lines = [f"{name}, {q.house.environment}:"]
    shown = _shown(story, told)
    lines += [f"· {_line(q, story, row)}" for row in shown]
    if story.good is None:
        lines.append("No other release of it is known to be good yet.")
    rest = len(story.rows) - len(shown)
    if rest:
        more = "." if told == _TOLD else f": {q.say(f'deploys {name}')}"
        lines.append(f"And {count(rest, 'other')}{more}")
    return lines


def _shown(story: Story, told: int) -> list[LedgerRelease]:
    """The newest, what serves and what is good among them however old."""
    return [
        row
        for number, row in enumerate(story.rows)
        if number < told or row.serves or row is story.good
    ]


def _line(q: Question, story: Story, row: LedgerRelease) -> str:
    parts = [f"{foreign(row.version)} {span(q.now - row.deployed_at)} old, {_standing(q, row)}"]
    if row.deployed_by:
        parts.append(f"by {foreign(row.deployed_by)}")
    if row.verdict is not None:
        parts.append(_VERDICTS[row.verdict])
    if row is story.good:
        parts.append("last known good")
    if key(row) in story.odd:
        parts.append(story.odd[key(row)])
    if row.change_url:
        parts.append(foreign(row.change_url))
    return ", ".join(parts)


def _standing(q: Question, row: LedgerRelease) -> str:
    if row.live_at is None:
        return "not live"
    if row.serves:
        return f"live since {moment(row.live_at, q.now)}"
    return f"served {span(row.served(q.now))}"


def _json(q: Question, story: Story, row: LedgerRelease) -> dict[str, Any]:
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
        "superseded_at": rfc3339(row.superseded_at),
        "verdict": row.verdict,
        "verified_at": rfc3339(row.verified_at),
        "last_known_good": row is story.good,
        "out_of_band": story.odd.get(key(row)),
    }
