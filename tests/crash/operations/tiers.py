"""A rollback of two components in two tiers: the second moves once the first one is well."""

from collections.abc import Mapping

from tests.crash.operations.flow import Flow, Write
from tests.operations.rig import Rig
from tests.operations.twins import Platform

_FIRST, _SECOND = "graphql-api", "document-service"


def _second_is_bad(rig: Rig) -> None:
    rig.went_bad(_SECOND)


def _both(platform: Platform) -> str:
    return ", ".join(f"{platform.live(one)} {platform.tag(one)}" for one in (_FIRST, _SECOND))


def _steps(component: str) -> tuple[str, ...]:
    return f"scale {component}", f"switch {component}", f"converge {component}"


def _writes(component: str) -> Mapping[str, Write]:
    scale, switch, _ = _steps(component)
    return {
        f"minimum of {component}": Write(
            step=scale, method="PATCH", path=f"/horizontalpodautoscalers/{component}-blue$"
        ),
        f"selector of {component}": Write(
            step=switch, method="PATCH", path=f"/services/{component}$", refused="409"
        ),
    }


TIERS: Mapping[str, Flow] = {
    "tiers": Flow(
        words=f"rollback production --component {_FIRST} --component {_SECOND}",
        component=_FIRST,
        steps=(*_steps(_FIRST), *_steps(_SECOND)),
        writes={**_writes(_FIRST), **_writes(_SECOND)},
        decisive=f"selector of {_SECOND}",
        scene=_second_is_bad,
        shows=_both,
    ),
}
