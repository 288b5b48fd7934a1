"""What people see of an operation, briefly; and what was really done of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.domain.operations.operation import State
from bot.store import tables
from sandbox.twin.journal import Received
from tests.operations.rig import Rig

INCIDENT = "INC-1"


def states(operation: Mapping[str, Any]) -> dict[str, str]:
    """Of its steps, by their names."""
    return {step["name"]: step["state"] for step in operation["plan"]["steps"]}


def seen(operation: Mapping[str, Any], step: str) -> str:
    """What was observed last of one step."""
    return str(next(one["seen"] for one in operation["plan"]["steps"] if one["name"] == step))


def checks(operation: Mapping[str, Any], code: str) -> list[str]:
    """`RESULT what was seen` of one of the checks, P1 to P12."""
    return [
        f"{one['result']} {one['seen']}"
        for one in operation["checks"]
        if one["code"].split()[0] == code
    ]


def told(rig: Rig, name: str) -> list[str]:
    """The lines about it on its incident's timeline, without its name."""
    start = f"{name}: "
    return [
        one.text.removeprefix(start) for one in rig.timeline(name) if one.text.startswith(start)
    ]


def switches(rig: Rig, service: str) -> Sequence[Received]:
    """Real changes of the Service's selector."""
    return rig.platform.writes(f"/services/{service}")


def ask(rig: Rig, words: str, *, who: str = "ada") -> Mapping[str, Any]:
    """Said about the incident at hand, once there is a plan, or none.

    What is about an open incident is never one change too many.
    """
    reply = rig.command(words, who=who, incident=INCIDENT)
    assert reply["status"] == 0, reply["text"]
    return rig.wait(reply["data"]["id"], frozenset(State) - {State.PLANNING})


def on_fire(rig: Rig) -> None:
    """Somebody has declared the one incident that all is about."""
    reply = rig.command('incident declare "Pages are slow" --severity sev3', who="linus")
    assert reply["data"]["id"] == INCIDENT, reply["text"]


def run(rig: Rig, planned: Mapping[str, Any], *, by: str = "grace") -> Mapping[str, Any]:
    """Approved by somebody, and once it rests."""
    assert planned["state"] == "awaiting_approval", planned["said"]
    approved = rig.approve(planned["id"], who=by)
    assert approved["status"] == 0, approved["text"]
    return rig.rest(planned["id"])


def done(rig: Rig, words: str, *, who: str = "ada", by: str = "grace") -> Mapping[str, Any]:
    """Asked for, approved, and at its end, which must be a good one."""
    over = run(rig, ask(rig, words, who=who), by=by)
    assert over["state"] == "succeeded", over["said"]
    return over


def calls(rig: Rig) -> list[str]:
    """Whom the bot called for, in the order in which it wanted them: `level: why`."""
    with rig.db.read() as tx:
        rows = tx.execute(select(tables.calls).order_by(tables.calls.c.wanted_at))
        return [f"{row.level}: {row.text}" for row in rows]
