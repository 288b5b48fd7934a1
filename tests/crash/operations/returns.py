"""Rollbacks that go back after their switch, and are struck on their way back."""

from collections.abc import Mapping

from tests.crash.operations.flow import Back, Flow, Write
from tests.operations.rig import Rig


def _drained_slowly(rig: Rig) -> None:
    """So that it is under way when somebody stops the operation."""
    rig.rollout("websocket-service", drain={"percent": 20, "every": "1s"})


def _steps(component: str) -> tuple[str, ...]:
    return (
        f"undo switch {component}: scale", f"undo switch {component}", f"undo scale {component}"
    )  # fmt: skip


def _writes(component: str) -> Mapping[str, Write]:
    """The bad release is on green, and the way there goes to blue."""
    room, back, down = _steps(component)
    service, blue = f"/services/{component}$", f"/horizontalpodautoscalers/{component}-blue$"
    green = f"/horizontalpodautoscalers/{component}-green$"
    return {
        "room": Write(step=room, method="PATCH", path=green, refused="409"),
        "selector": Write(step=back, method="PATCH", path=service, after=service, refused="409"),
        "minimum": Write(step=down, method="PATCH", path=blue, after=blue, refused="500"),
    }


RETURNS: Mapping[str, Flow] = {
    "stopped": Flow(
        words="rollback production --component websocket-service",
        component="websocket-service",
        steps=_steps("websocket-service"),
        writes=_writes("websocket-service"),
        decisive="selector",
        scene=_drained_slowly,
        back=Back.STOPPED,
    ),
    "worse": Flow(
        words="rollback production --component graphql-api",
        component="graphql-api",
        steps=_steps("graphql-api"),
        writes=_writes("graphql-api"),
        decisive="selector",
        back=Back.WORSE,
        whole=True,
    ),
}
