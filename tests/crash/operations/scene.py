"""The platform of a case as it is when somebody asks for the operation, and what turns it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.twin.faults import Moment
from tests.crash.operations.flow import NOT_A_DRY_RUN, Back, Flow
from tests.crash.patience import until
from tests.operations.numbers import errors
from tests.operations.rig import Rig, rigged
from tests.prometheus_twin import Twin, prometheus_twin

_FEW, _MANY = 0.0, 0.5  # shares of requests that fail
_LONG_ENOUGH = {"settle": "4s", "deadline": "8s"}  # for a person to stop it


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`original` and `target` are what users get before it, and what they are to get.

    `stood` are the pods of what serves before it.
    """

    rig: Rig
    flow: Flow
    original: str
    target: str
    stood: frozenset[str]

    def turn(self, name: str) -> None:
        """By a person, as soon as the traffic is on the target."""
        if self.flow.back is not Back.STOPPED:
            return
        until(lambda: self.rig.found(name).switched_at, "traffic is switched")
        reply = self.rig.command(f"operation cancel {name} it is the database", who="grace")
        assert reply["status"] == 0, reply["text"]


@contextmanager
def staged(flow: Flow, folder: Path, url: str) -> Iterator[Scene]:
    with prometheus_twin() as numbers:
        by_numbers = flow.back is Back.WORSE
        more = {"CANDLEFISH_PROMETHEUS_URL": numbers.url} if by_numbers else {}
        times = _LONG_ENOUGH if flow.back is Back.STOPPED else {}
        routed = (flow.component,) if flow.routed else ()
        with rigged(folder, url, verification=times, routed=routed, **more) as rig:
            target = flow.target or flow.shown(rig.platform)
            flow.prepare(rig)
            if by_numbers:
                _gets_worse(rig, flow, numbers)
            yield Scene(
                rig=rig, flow=flow, original=flow.shown(rig.platform), target=target,
                stood=frozenset() if flow.is_site else rig.platform.pods(flow.component),
            )  # fmt: skip


def _gets_worse(rig: Rig, flow: Flow, numbers: Twin) -> None:
    """From the switch on, whose answer is left to whoever strikes."""
    errors(numbers, _FEW)
    rig.platform.cluster.api.faults.at(
        Moment.SEEN,
        "PATCH",
        f"/services/{flow.component}$",
        lambda: errors(numbers, _MANY),
        query=NOT_A_DRY_RUN,
    )
