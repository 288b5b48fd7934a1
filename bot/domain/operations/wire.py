"""How an operation reads as JSON: the fixed fields of the API, and what people add to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.incidents.wire import rfc3339
from bot.domain.operations.check import Check
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operating import waiting
from bot.domain.operations.operation import Operation, Progress
from bot.domain.operations.plan import Leg, Origin, Release, Step


def operation_json(one: Operation, progress: Sequence[Progress]) -> dict[str, Any]:
    """`progress` are its steps as far as they came; without it the plan's own, unbegun."""
    return {
        "id": one.name,
        "kind": one.kind.value,
        "state": one.state.value,
        "incident": f"INC-{one.incident}",
        "environment": one.environment,
        "components": list(one.components),
        "plan": {"steps": _steps(one, progress), "legs": _legs(one), "notes": _notes(one)}
        if one.plan
        else None,
        "plan_hash": one.plan_hash,
        "checks": [_check(check) for check in one.checks],
        "approvals_needed": one.approvals_needed,
        "approver_role": one.approver_role.value,
        "requested_by": one.requested_by,
        "requested_at": rfc3339(one.requested_at),
        "approved_by": one.approved_by,
        "approved_at": rfc3339(one.approved_at),
        "expires_at": rfc3339(one.expires_at),
        "started_at": rfc3339(one.started_at),
        "switched_at": rfc3339(one.switched_at),
        "due_at": rfc3339(one.due_at),
        "finished_at": rfc3339(one.finished_at),
        "closed_at": rfc3339(one.closed_at),
        "verdict": one.verdict.value if one.verdict else None,
        "dry_run": one.request.dry_run,
        "forced": one.request.force or None,
        "stop": one.stop.actor if one.stop else None,
        "said": one.said,
        "next_move": next_move(one, "candlefish "),
        "results": dict(one.results),
        "reverts": f"OP-{one.reverts}" if one.reverts else None,
        "follows": f"OP-{one.request.follows}" if one.request.follows else None,
        "version": one.version,
    }


def _steps(one: Operation, progress: Sequence[Progress]) -> list[dict[str, Any]]:
    planned = {step.name: step for step in one.plan.steps} if one.plan else {}
    return [
        {
            "name": step.name,
            "component": step.component,
            "state": step.state.value,
            "text": step.text,
            "seen": step.seen,
            "attempts": step.attempts,
            "started_at": rfc3339(step.started_at),
            "finished_at": rfc3339(step.finished_at),
            **_words(planned.get(step.name)),
        }
        for step in progress or waiting(planned.values())
    ]


def _words(step: Step | None) -> dict[str, Any]:
    """What the plan says of it; a step that undoes another stands in no plan."""
    return {
        "touches": step.touches if step else "",
        "check": step.check if step else "",
        "undo": step.undo if step else "",
        "seconds": step.seconds if step else 0,
        "stage": step.stage if step else None,
    }


def _legs(one: Operation) -> list[dict[str, Any]]:
    return [_leg(leg, one.plan.links) for leg in one.plan.legs] if one.plan else []


def _notes(one: Operation) -> list[str]:
    return list(one.plan.notes) if one.plan else []


def _leg(leg: Leg, links: Mapping[str, str]) -> dict[str, Any]:
    return {
        "component": leg.component,
        "mechanism": leg.mechanism.value,
        "from": _release(leg.before),
        "to": _release(leg.after),
        "came": _origin(leg.came),
        "made": _origin(leg.made),
        "changes": links.get(leg.component),
    }


def _origin(one: Origin | None) -> dict[str, str | None] | None:
    return {"at": rfc3339(one.at), "until": rfc3339(one.until), "by": one.by} if one else None


def _release(one: Release | None) -> dict[str, str] | None:
    if one is None:
        return None
    return {
        "version": one.version,
        "identity": one.identity,
        "workload": one.workload,
        "color": one.color,
        "image": one.image,
    }


def _check(one: Check) -> dict[str, str]:
    return {
        "code": one.code.value,
        "component": one.component,
        "result": one.result.value,
        "seen": one.seen,
    }
