"""What can be pressed about an operation: each press asks again, and shows what it is about."""

from typing import Any

from bot.cards.actions import Decision
from bot.cards.mrkdwn import plain, plain_text
from bot.domain.operations.approval import SHOWN_HASH
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Kind, Plan
from bot.domain.wording import lasting

_TEXT_LENGTH = 300
_TITLE_LENGTH = 100
_STEPS_LENGTH = 150


def decisions(one: Operation, *, leads_back: bool = False) -> dict[str, Any] | None:
    """The row of buttons; `None` where there is nothing to decide.

    What is done and still `leads_back` has its way back there; a card that nobody changes keeps it
    longer, and pressed then it asks for the same.
    """
    pressed = [_go_back(one)] if leads_back else _pressed(one)
    if not pressed:
        return None
    return {
        "type": "actions",
        "block_id": f"actions:{one.name}:{one.version}",
        "elements": pressed,
    }


def _pressed(one: Operation) -> list[dict[str, Any]]:
    if one.closed_at is not None or one.stop is not None:
        return []
    stop = [_cancel(one) if one.switched_at is None else _revert(one)]
    by_state = {
        State.PLANNING: stop,
        State.AWAITING_APPROVAL: [_approve(one), _cancel(one)],
        State.APPROVED: stop,
        State.RUNNING: stop,
        State.AWAITING_DECISION: _undecided(one),
        State.STUCK: [_keep(one, "It is put right")],
    }
    return by_state.get(one.state, [])


def _undecided(one: Operation) -> list[dict[str, Any]]:
    both = [_keep(one, "Keep it"), _revert(one)]
    return [*both, _next(one)] if one.kind is Kind.ROLLBACK else both


def _next(one: Operation) -> dict[str, Any]:
    return _button(
        one,
        Decision.NEXT,
        "Next good release",
        title=f"On from {one.name}?",
        text=f"{one.name} ends as it is now, and a rollback to the next release that is known to "
        "be good is planned. It waits for approval as every plan does.",
        yes="Plan it",
    )


def _approve(one: Operation) -> dict[str, Any]:
    verb = one.kind.value.capitalize()
    return _button(
        one,
        Decision.APPROVE,
        "Approve",
        f" {one.plan_hash}",
        title=f"{verb} in {one.environment}: {one.name}",
        text=_in_words(one.plan, one.plan_hash or "") if one.plan else one.said,
        yes="Approve, run it",
        danger=True,
    )


def _cancel(one: Operation) -> dict[str, Any]:
    return _button(
        one,
        Decision.CANCEL,
        "Cancel",
        title=f"Cancel {one.name}?",
        text=_left_by_a_stop(one),
        yes="Cancel it",
    )


def _left_by_a_stop(one: Operation) -> str:
    """People press it to be back where they were, and not everything can be put back."""
    if one.state in (State.PLANNING, State.AWAITING_APPROVAL):
        return "Nothing was done yet, and nothing will be."
    match one.kind:
        case Kind.RESTART:
            return "A restart that has begun goes on: Kubernetes replaces the pods all the same."
        case Kind.FREEZE | Kind.UNFREEZE:
            return "What was done of it stays, and the rest is left as it is."
        case Kind.SCALE:
            return "What was begun is undone, and it ends on the count that was before."
        case Kind.ROLLBACK:
            return (
                "What was begun is undone, and it ends on what served before. Deploys that it "
                "froze stay so until `unfreeze`."
            )


def _revert(one: Operation) -> dict[str, Any]:
    return _button(
        one,
        Decision.REVERT,
        "Revert",
        title=f"Revert {one.name}?",
        text=f"Its steps are undone, the last one first: {_whence(one)}.",
        yes="Undo it",
        danger=True,
    )


def _whence(one: Operation) -> str:
    """People are to know that it may be the release that made the trouble."""
    back = [
        f"{leg.component} to {leg.before.version}"
        for leg in (one.plan.legs if one.plan else ())
        if leg.before and leg.after
    ]
    return f"traffic goes back, {', '.join(back)}" if back else "all goes back to as it was"


def _go_back(one: Operation) -> dict[str, Any]:
    return _button(
        one,
        Decision.REVERT,
        "Revert",
        title=f"Back from {one.name}?",
        text=f"{one.name} is done, so the way back to where it came from is planned. It waits for "
        "approval as every plan does.",
        yes="Plan it",
    )


def _keep(one: Operation, label: str) -> dict[str, Any]:
    return _button(
        one,
        Decision.KEEP,
        label,
        title=f"{label}: {one.name}",
        text="The operation ends as it is now, and others may work on its components again.",
        yes="Yes, end it",
    )


def _in_words(plan: Plan, plan_hash: str) -> str:
    """As much of the plan as a dialog holds: where from, where to, how, how long."""
    legs = [
        f"{leg.component} {leg.before.version} → {leg.after.version}"
        if leg.before and leg.after
        else leg.component
        for leg in plan.legs
    ]
    steps = "; ".join(step.does for step in plan.steps)
    last = f" At most {lasting(plan.seconds)}. Plan {plan_hash[:SHOWN_HASH]}."
    how = f"{len(plan.steps)} steps: {plain(steps, _STEPS_LENGTH)}."
    whole = f"{', '.join(legs)}. {how}"
    return f"{plain(whole, _TEXT_LENGTH - len(last))}{last}"


def _button(
    one: Operation,
    decision: Decision,
    label: str,
    also: str = "",
    *,
    title: str,
    text: str,
    yes: str,
    danger: bool = False,
) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": decision.value,
        "text": plain_text(label),
        "value": f"{one.name} INC-{one.incident}{also}",
        "confirm": {
            "title": plain_text(plain(title, _TITLE_LENGTH)),
            "text": plain_text(plain(text, _TEXT_LENGTH)),
            "confirm": plain_text(yes),
            "deny": plain_text("Not now"),
            **({"style": "danger"} if danger else {}),
        },
    }
    return {**button, "style": "danger"} if danger else button
