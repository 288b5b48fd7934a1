"""Operations and plans for tests, with only what matters said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism, Origin, Plan, Release, Step
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.standing import Asker

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BAD = Release(version="v1.4.2", identity="bad", workload="graphql-api-blue", color="blue")
GOOD = Release(version="v1.4.1", identity="good", workload="graphql-api-green", color="green")


def step(name: str = "switch graphql-api", **fields: Any) -> Step:
    said: dict[str, Any] = {
        "action": "switch_service",
        "component": "graphql-api",
        "args": {"after": "green"},
        "stage": 1,
        "does": "Switches graphql-api to green",
        **fields,
    }
    return Step(name=name, **said)


def leg(component: str = "graphql-api") -> Leg:
    return Leg(component=component, mechanism=Mechanism.SWITCH, before=BAD, after=GOOD)


def traced(component: str = "graphql-api") -> Leg:
    """As the ledger knows it: the bad one from CI twelve minutes ago, the good one from OP-3."""
    pinned = replace(BAD, image="registry.example/api@sha256:1a2b3c4d5e6f7081")
    return replace(
        leg(component),
        before=pinned,
        came=Origin(at=NOW - timedelta(minutes=12), by="ci"),
        made=Origin(at=NOW - timedelta(days=3), by="OP-3"),
    )


def unseen(component: str = "graphql-api") -> Leg:
    """Nobody looked as the bad one came, for five minutes."""
    found = traced(component)
    came = Origin(at=NOW - timedelta(minutes=12), by="ci", until=NOW - timedelta(minutes=7))
    return replace(found, came=came)


def plan(*components: str, environment: str = "production", **fields: Any) -> Plan:
    said: dict[str, Any] = {
        "kind": Kind.ROLLBACK,
        "legs": tuple(leg(one) for one in components or ("graphql-api",)),
        "steps": (step(decisive=True),),
        "verify": True,
        **fields,
    }
    return Plan(environment=environment, **said)


def operation(state: State = State.PLANNING, **fields: Any) -> Operation:
    from_plan = fields.get("plan")
    if state not in (State.PLANNING, State.BLOCKED) and from_plan is None:
        from_plan = plan()
    said: dict[str, Any] = {
        "id": 7,
        "kind": Kind.ROLLBACK,
        "environment": "production",
        "incident": 1,
        "request": Request(),
        "requested_by": "slack:U1",
        "requested_at": NOW,
        **fields,
        "plan": from_plan,
        "plan_hash": from_plan.digest if from_plan else None,
    }
    return Operation(state=state, **said)


def asker(name: str, *roles: Role) -> Asker:
    return Asker(actor=f"cli:{name}", known_as=name, roles=frozenset(roles))
