"""The steps back from what acted: each the undo of its action, and room for the traffic first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from bot.actions.registry import ACTIONS
from bot.domain.operations.plan import Step
from bot.flows.operations.acted import UNDO
from bot.flows.operations.course import Ended
from bot.ports.action import Action, Call, Words

_SWITCHES = ("switch_service", "switch_route")
_SCALE = "scale_idle"


def way_back(acted: Iterable[Step], planned: Sequence[Step]) -> list[Step]:
    """`acted` as it is to be undone, the last first; `planned` are all steps of the plan."""
    back: list[Step] = []
    for step in acted:
        undo = _undo(step)
        if undo is not None:
            back += [*_room(step, planned), undo]
    return back


def stays(ended: Iterable[Ended]) -> str:
    """What goes on of itself of what acted and broke, in words; empty where all is put back."""
    broken = [one.step for one in ended if one.outcome.acted and not one.outcome.well]
    return " and ".join(filter(None, (_words(one.action, one.args).stays for one in broken)))


def _undo(step: Step) -> Step | None:
    action: Action[Any] = ACTIONS[step.action]
    call = action.undo(msgspec.convert(dict(step.args), action.args))
    return None if call is None else _back(step, f"{UNDO}{step.name}", call)


def _room(step: Step, planned: Sequence[Step]) -> list[Step]:
    """Nobody held up the colour that the traffic left: its autoscaler may have let its pods go."""
    if step.action not in _SWITCHES:
        return []
    return [
        _back(step, f"{UNDO}{step.name}: scale", _swapped(one))
        for one in planned
        if one.action == _SCALE and one.component == step.component
    ]


def _swapped(scale: Step) -> Call:
    args = dict(scale.args)
    sides = {
        "deployment": args["live_deployment"],
        "scaler": args.get("live_scaler", ""),
        "live_deployment": args["deployment"],
        "live_scaler": args.get("scaler", ""),
    }
    return Call(action=_SCALE, args=args | sides)


def _back(step: Step, name: str, call: Call) -> Step:
    """In the place of the step that it puts right."""
    words = _words(call.action, call.args)
    return Step(
        name=name,
        action=call.action,
        component=step.component,
        args=call.args,
        stage=-step.stage,
        does=f"Undo: {words.does}",
        touches=words.touches,
        check=words.check,
        undo=words.undo,
        seconds=ACTIONS[call.action].seconds,
        decisive=step.decisive and call.action != _SCALE,
        optional=step.optional,
    )


def _words(name: str, args: Mapping[str, Any]) -> Words:
    action: Action[Any] = ACTIONS[name]
    return action.words(msgspec.convert(dict(args), action.args))
