"""The crash matrix: where the process is killed, and what goes wrong with the write beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sandbox.twin.faults import Fault, Kind
from tests.crash.operations.flow import Flow, Write
from tests.crash.operations.flows import FLOWS

STALL_SECONDS = 12.0  # longer than any client waits


class Instant(StrEnum):
    BEFORE = "on its way, and lost"
    SEEN = "arrived, and done although nobody waits any more"
    APPLIED = "done, and not answered"
    BEGUN = "the step's intent is written"
    ENDED = "the step's outcome is written"
    APPROVED = "it is approved, and its run perhaps not started"
    RUNNING = "the run has begun"
    WATCHING = "the release is being watched"
    TURNED = "it is to go back, and has not begun to"


AT_A_WRITE = (Instant.BEFORE, Instant.SEEN, Instant.APPLIED)
FAULTS: Mapping[str, Fault | None] = {
    "well": None,
    "lost": Fault(kind=Kind.LOSE_ANSWER),
    "409": Fault(kind=Kind.STATUS, status=409),
    "422": Fault(kind=Kind.STATUS, status=422),
    "500": Fault(kind=Kind.STATUS, status=500),
    "slow": Fault(kind=Kind.SLOW, seconds=4.0),
    "timeout": Fault(kind=Kind.STALL, seconds=STALL_SECONDS),
}
_HARMLESS = ("well", "lost", "slow")


@dataclass(frozen=True, kw_only=True)
class Case:
    """`write` has the fault and, where the instant is one of a write, the kill; else `step` has."""

    flow: str
    instant: Instant
    write: str = ""
    step: str = ""
    fault: str = "well"

    @property
    def of(self) -> Flow:
        return FLOWS[self.flow]

    @property
    def at(self) -> Write | None:
        return self.of.writes[self.write] if self.write else None

    @property
    def is_spared(self) -> bool:
        """A refusal ends the step, so that its write is never done and nobody is killed."""
        ends = self.at is not None and self.fault in self.at.ends_at
        return ends and self.instant is Instant.APPLIED

    @property
    def ends_well(self) -> bool:
        """Whoever only waits, or loses an answer, comes to the same end."""
        return self.fault in _HARMLESS

    def __str__(self) -> str:
        at_a_write = self.instant in AT_A_WRITE
        place = (self.write if at_a_write else self.step) or "run"
        return f"{self.flow}-{place}-{self.instant.name.lower()}-{self.fault}".replace(" ", "_")


def every() -> Iterator[Case]:
    for name, flow in FLOWS.items():
        for instant in _of_the_run(flow):
            yield Case(flow=name, instant=instant)
        yield from _at_writes(name, flow)
        yield from _at_steps(name, flow)


def _of_the_run(flow: Flow) -> Iterator[Instant]:
    if flow.back:
        yield Instant.TURNED
        return
    yield from (Instant.APPROVED, Instant.RUNNING)
    if flow.bad:
        yield Instant.WATCHING


def _at_writes(name: str, flow: Flow) -> Iterator[Case]:
    for write in flow.writes:
        for instant in AT_A_WRITE:
            for fault in _beside(flow, write) if flow.whole else _few(flow, write, instant):
                yield Case(flow=name, instant=instant, write=write, fault=fault)


def _at_steps(name: str, flow: Flow) -> Iterator[Case]:
    """A fault once a step has begun is one after its write was lost: there already."""
    for step in flow.steps:
        yield Case(flow=name, instant=Instant.BEGUN, step=step)
        writes = [write for write, one in flow.writes.items() if one.step == step]
        if not writes or not flow.whole:
            yield Case(flow=name, instant=Instant.ENDED, step=step)
        for write in writes[:1]:
            for fault in _beside(flow, write) if flow.whole else ("lost",):
                yield Case(flow=name, instant=Instant.ENDED, step=step, write=write, fault=fault)


def _beside(flow: Flow, write: str) -> Iterator[str]:
    """Waiting until a client gives up takes long: it is tried where it matters most."""
    return (fault for fault in FAULTS if fault != "timeout" or write == flow.decisive)


def _few(flow: Flow, write: str, instant: Instant) -> tuple[str, ...]:
    """None, and a refusal before the one that is done; a lost answer comes before the end."""
    refused = flow.writes[write].refused if instant is Instant.APPLIED else ""
    return ("well", refused) if refused else ("well",)
