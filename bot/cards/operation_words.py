"""How an operation is told on a card: what it moves, how it stands, what was checked."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.cards.mrkdwn import at, clock, code, leads, link, person, said
from bot.domain.operations.check import Check, Code, Result, passed, telling
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Leg, Origin, Release
from bot.domain.ops_data.people import Person, person_of
from bot.domain.verification.verification import Verdict
from bot.domain.wording import count

_MOVES_LENGTH = 300
_SAID_LENGTH = 300
_NAME_LENGTH = 60
_SEEN_LENGTH = 200
_GROUP_LENGTH = 700  # of one check of several components
_WHY_LENGTH = 120
_CHANGES_LENGTH = 300  # of an address: a longer one is on the page
_COMMAND_LENGTH = 600
_REST_LENGTH = 24  # of the words that count what is left out
_SOMEBODY = re.compile(r"@((?:slack|cli|pagerduty):[A-Za-z0-9._-]{1,64})")
_COMMAND = re.compile(r"`([^`\n]+)`")
_MARKS = {Result.BLOCK: "⛔", Result.UNKNOWN: "❔", Result.WARN: "⚠️", Result.PASS: "✓"}
_VERDICTS = {
    Verdict.PASS: "pass",
    Verdict.PASS_SYNTHETIC: "pass, by probes alone",
    Verdict.FAIL: "fail",
    Verdict.INCONCLUSIVE: "inconclusive",
}
_ENDINGS = {
    State.SUCCEEDED: "✅",
    State.UNDONE: "↩️",
    State.FAILED: "❌",
    State.CANCELLED: "🚫",
    State.EXPIRED: "⌛",
    State.BLOCKED: "⛔",
    State.STUCK: "🆘",
    State.DRY_RUN: "👀",
}


def moves(one: Operation) -> str:
    """`rollback of graphql-api v1.4.2 → v1.4.1 in production`, in Slack's markup."""
    legs = one.plan.legs if one.plan else ()
    parts = [_leg(leg) for leg in legs] or [said(name, _NAME_LENGTH) for name in one.components]
    where = said(one.environment, _NAME_LENGTH)
    if not parts:
        return f"{one.kind} of all of {where}"
    return f"{one.kind} of {fitted(parts, _MOVES_LENGTH, 'component', ', ')}{one.size} in {where}"


def _leg(leg: Leg) -> str:
    name = said(leg.component, _NAME_LENGTH)
    if leg.before is None or leg.after is None:
        return name
    way = (said(one.version or one.identity, 40) for one in (leg.before, leg.after))
    return f"{name} {' → '.join(way)}"


def journeys(one: Operation, hosts: Collection[str], room: int) -> str:
    """A line a component: which two releases, when each came and by whom, what lies between."""
    plan = one.plan
    legs = [leg for leg in plan.legs if leg.before and leg.after] if plan else []
    links = plan.links if plan else {}
    lines = [_journey(leg, links.get(leg.component, ""), hosts) for leg in legs]
    return fitted(lines, room, "component")


def _journey(leg: Leg, changes: str, hosts: Collection[str]) -> str:
    ends = ((leg.before, leg.came), (leg.after, leg.made))
    way = " → ".join(_release(release, origin) for release, origin in ends if release)
    line = f"{said(leg.component, _NAME_LENGTH)}: {way}"
    shown = leads(changes, hosts) and len(changes) <= _CHANGES_LENGTH
    return f"{line} · {link(changes, 'what changed', hosts)}" if shown else line


def _release(one: Release, origin: Origin | None) -> str:
    """A release without any name of its own is told by its identity alone."""
    words = f"{said(one.version, 40)} {code(one.short, 40)}" if one.version else code(one.short, 40)
    if origin is None:
        return words
    when = f"between {at(origin.at)} and {at(origin.until)}" if origin.until else at(origin.at)
    return f"{words} came {when}{f' by {said(origin.by, 40)}' if origin.by else ''}"


def standing(one: Operation, people: Mapping[str, Person]) -> str:
    """How it stands, who moved it there, and by when it should be done."""
    parts = [_state(one, people)]
    if one.closed_at is None and one.state in (State.APPROVED, State.RUNNING, State.UNDOING):
        if one.switched_at is not None:
            parts.append(f"traffic moved {clock(one.switched_at)}")
        if one.stop is not None:
            parts.append(f"{person(one.stop.actor, people)} asked to stop")
        if one.due_at is not None:
            parts.append(f"*due by {clock(one.due_at)}*")
    return " · ".join(parts)


def _state(one: Operation, people: Mapping[str, Person]) -> str:
    why = told(_beside_results(one), people, _SAID_LENGTH)
    until = f" until {clock(one.expires_at)}" if one.expires_at else ""
    since = f" since {clock(one.started_at)}" if one.started_at else ""
    open_ones = {
        State.PLANNING: "*Being planned*: nothing is done before it is approved",
        State.AWAITING_APPROVAL: f"*Waits for {_approver(one)}*{until}: {why}",
        State.APPROVED: f"*Approved* by {person(one.approved_by, people)}, starting",
        State.RUNNING: f"*Running*{since}",
        State.UNDOING: "*Being undone*",
        State.AWAITING_DECISION: f"*Undecided*: {why}",
    }
    if one.state in open_ones:
        return open_ones[one.state]
    label = f"{_ENDINGS[one.state]} *{one.state.spoken.capitalize()}*"
    return f"{label}: {why}" if why else label


def _beside_results(one: Operation) -> str:
    """What it says, less the results that it quotes: they stand under the verdict."""
    left = one.why
    if one.verdict is not None:
        for name, words in one.results.items():
            for quoted in (f": {name}: {words}", f"; {name}: {words}", f" {name}: {words}"):
                left = left.replace(quoted, "", 1)
    return left


def _approver(one: Operation) -> str:
    if one.approvals_needed:
        return f"a second {one.approver_role} to approve it"
    return f"one {one.approver_role} to confirm it"


def asking(one: Operation, people: Mapping[str, Person]) -> str:
    """Who wanted it, when, and what was special about it."""
    parts = [f"asked for by {person(one.requested_by, people)} {at(one.requested_at)}"]
    if one.approved_by:
        parts.append(f"approved by {person(one.approved_by, people)}")
    if one.request.force:
        parts.append(f"*break-glass*: {said(one.request.force, _WHY_LENGTH)}")
    if one.request.why:
        parts.append(said(one.request.why, _WHY_LENGTH))
    if one.reverts is not None:
        parts.append(f"back from OP-{one.reverts}")
    if one.request.follows is not None:
        parts.append(f"on from OP-{one.request.follows}")
    return " · ".join(parts)


def checked(checks: Sequence[Check], people: Mapping[str, Person], room: int) -> str:
    """The worst first, a line for all components that came to the same; of the others the names."""
    if not checks:
        return ""
    groups: dict[tuple[Result, Code], list[Check]] = {}
    for one in telling(checks):
        groups.setdefault((one.result, one.code), []).append(one)
    lines = [_found(result, code, same, people) for (result, code), same in groups.items()]
    return fitted([said(passed(checks), _SAID_LENGTH), *lines], room, "check")


def _found(result: Result, code: Code, same: Sequence[Check], people: Mapping[str, Person]) -> str:
    head = _MARKS[result] if result is Result.PASS else f"{_MARKS[result]} *{result}*"
    if len(same) == 1:
        (one,) = same
        return f"{head} {said(one.name, _NAME_LENGTH)}: {told(one.seen, people, _SEEN_LENGTH)}"
    by_seen: dict[str, list[str]] = {}
    for one in same:
        by_seen.setdefault(one.seen, []).append(said(one.component, _NAME_LENGTH))
    parts = [
        f"{fitted(names, _SEEN_LENGTH, 'component', ', ')}: {told(seen, people, _SEEN_LENGTH)}"
        for seen, names in by_seen.items()
    ]
    return f"{head} {code}: {fitted(parts, _GROUP_LENGTH, 'component', '; ')}"


def verdict(one: Operation, people: Mapping[str, Person], room: int) -> str:
    """What was seen of each component since, and what that comes to; what it says is left out."""
    lines = [
        f"{said(name, _NAME_LENGTH)}: {told(words, people, _SEEN_LENGTH)}"
        for name, words in one.results.items()
        if one.verdict is not None or not _says(one, words)
    ]
    if one.verdict is not None:
        lines.insert(0, f"Verdict: *{_VERDICTS[one.verdict]}*")
    return fitted(lines, room, "component")


def _says(one: Operation, words: str) -> bool:
    """Whether how it ended is told with the same words; a result begins with its step's name."""
    _, _, seen = words.partition(": ")
    return one.is_over and bool(seen) and seen in one.said


def told(text: str, people: Mapping[str, Person], limit: int) -> str:
    """Words about the world, escaped; somebody in them has a name, and is not called by it."""
    return said(named(text, people), limit)


def named(text: str, people: Mapping[str, Person]) -> str:
    return _SOMEBODY.sub(lambda found: f"@{_name(found[1], people)}", text)


def commands(text: str) -> str:
    """Our own words, their commands ready to be copied."""
    return _COMMAND.sub(lambda found: code(found[1], _COMMAND_LENGTH), text)


def fitted(lines: Iterable[str], room: int, what: str, between: str = "\n") -> str:
    """As many of the lines as fit; of the rest how many there are."""
    every = list(lines)
    kept: list[str] = []
    room -= _REST_LENGTH
    for line in every:
        room -= len(line) + len(between)
        if room < 0:
            kept.append(f"and {count(len(every) - len(kept), f'more {what}')}")
            break
        kept.append(line)
    return between.join(kept)


def _name(actor: str, people: Mapping[str, Person]) -> str:
    known = person_of(people, actor)
    return known.name if known else actor.partition(":")[2]
