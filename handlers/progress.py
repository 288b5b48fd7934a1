"""What is new about an operation since it was read last, as lines for a terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.operations.check import Check, Code, Result, passed, telling
from bot.domain.operations.line import leg_story, step_lines
from bot.domain.operations.operation import READ, State, StepState
from bot.domain.operations.plan import Leg, Origin, Release
from bot.domain.wording import lasting

Json = Mapping[str, Any]

_ENDS = frozenset(
    {
        State.BLOCKED, State.AWAITING_DECISION, State.SUCCEEDED, State.UNDONE, State.FAILED,
        State.STUCK, State.CANCELLED, State.EXPIRED, State.DRY_RUN,
    }
)  # fmt: skip
_MARKS = {StepState.DONE: "✓", StepState.FAILED: "✗", StepState.STUCK: "!"}


def ended(one: Json) -> bool:
    """Whether there is nothing more to wait for, but perhaps for a person."""
    return one["state"] in _ENDS


def last_words(one: Json) -> str:
    """What it came to, and the next move."""
    said = f"{one['id']} is {_spoken(one['state'])}: {one['said']}"
    verdict = f"Verdict: {_spoken(one['verdict'])}." if one["verdict"] else ""
    return "\n".join(filter(None, (said, verdict, one["next_move"])))


def news(before: Json, now: Json) -> Iterator[str]:
    """Nothing twice; the plan again where it became another one."""
    another = now["state"] in READ and _plan_shown(before) != now["plan_hash"]
    if another:
        yield from _plan(now)
    if now["stop"] and not before.get("stop"):
        yield f"{now['stop']} asked to stop it."
    if another or now["state"] != before.get("state"):
        yield from _state(now)
    yield from _steps(before, now)
    for component, seen in now["results"].items():
        if before.get("results", {}).get(component) != seen:
            yield f"  {component}: {seen}"


def _plan_shown(one: Json) -> str | None:
    return one["plan_hash"] if one and one["state"] in READ else None


def _plan(one: Json) -> Iterator[str]:
    plan, checks = one["plan"] or {"legs": [], "steps": [], "notes": []}, _checks(one)
    yield f"{one['id']} {one['kind']} in {one['environment']}: {_moves(one, plan['legs'])}"
    asked_at = _at(one["requested_at"])
    for leg in plan["legs"]:
        if leg["from"] and leg["to"]:
            yield leg_story(_leg(leg), leg["changes"] or "", asked_at)
    yield from plan["notes"]
    if checks:
        yield f"{passed(checks)}."
    yield from (f"  {check.result} {check.name}: {check.seen}" for check in telling(checks))
    for number, step in enumerate(plan["steps"], 1):
        also = {name: step[name] for name in ("touches", "check", "undo")}
        yield from step_lines(number, step["text"], step["seconds"], **also)


def _leg(leg: Json) -> Leg:
    return Leg(
        component=leg["component"],
        mechanism=leg["mechanism"],
        before=Release(**leg["from"]),
        after=Release(**leg["to"]),
        came=_origin(leg["came"]),
        made=_origin(leg["made"]),
    )


def _origin(one: Json | None) -> Origin | None:
    if one is None:
        return None
    until = _at(one["until"]) if one["until"] else None
    return Origin(at=_at(one["at"]), by=one["by"], until=until)


def _checks(one: Json) -> list[Check]:
    return [
        Check(
            code=Code(check["code"]),
            result=Result(check["result"]),
            seen=check["seen"],
            component=check["component"],
        )
        for check in one["checks"]
    ]


def _moves(one: Json, legs: list[Json]) -> str:
    moves = [
        f"{leg['component']} {leg['from']['version']} → {leg['to']['version']}"
        for leg in legs
        if leg["from"] and leg["to"]
    ]
    return ", ".join(moves or one["components"]) or "everything"


def _state(one: Json) -> Iterator[str]:
    match one["state"]:
        case State.AWAITING_APPROVAL:
            until = f" until {_clock(one['expires_at'])}" if one["expires_at"] else ""
            yield f"It waits for approval{until}: {one['said']}."
            yield one["next_move"]
        case State.APPROVED:
            yield f"Approved by {one['approved_by']}."
        case State.RUNNING:
            yield f"It runs. Due at {_clock(one['due_at'])}." if one["due_at"] else "It runs."
        case State.UNDOING:
            yield "It is being undone."


def _steps(before: Json, now: Json) -> Iterator[str]:
    known = {step["name"]: step["state"] for step in (before.get("plan") or {}).get("steps", ())}
    for step in (now["plan"] or {}).get("steps", ()):
        if step["state"] not in _MARKS or known.get(step["name"]) == step["state"]:
            continue
        took = ""
        if step["started_at"] and step["finished_at"]:
            length = _at(step["finished_at"]) - _at(step["started_at"])
            took = f" ({lasting(length.total_seconds())})"
        seen = f": {step['seen']}" if step["seen"] else ""
        yield f"  {_MARKS[step['state']]} {step['text']}{took}{seen}"


def _spoken(word: str) -> str:
    return word.replace("_", " ")


def _clock(at: str) -> str:
    return f"{_at(at):%H:%M:%S} UTC"


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)
