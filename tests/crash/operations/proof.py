"""What has to be true of an operation that was struck, once it has come to rest."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.operations.operation import State
from bot.store.tables import locks
from tests.crash.operations.flows import Flow
from tests.crash.patience import until
from tests.operations.rig import Rig

TARGET = {State.SUCCEEDED}
ORIGINAL = {State.FAILED, State.UNDONE, State.CANCELLED}
FOR_A_PERSON = {State.STUCK, State.AWAITING_DECISION}


def prove(rig: Rig, flow: Flow, name: str, *, original: str, target: str) -> None:
    """`original` and `target` are what users got before it, and what they are to get."""
    state = rig.found(name).state
    _prove_place(rig, flow, name, original=original, target=target)
    _prove_effects(rig, flow, name)
    until(lambda: _told_once(rig, name), "each step is told once", seconds=5)
    if state in FOR_A_PERSON:
        until(lambda: _called(rig.timeline(name), name, state), "a person is called", seconds=15)
    else:
        assert _held(rig) == 0, "its components are still locked"


def _prove_place(rig: Rig, flow: Flow, name: str, *, original: str, target: str) -> None:
    state, shown = rig.found(name).state, flow.shown(rig.platform)
    said = f"{name} is {state}, and users get {shown}: {rig.found(name).said}"
    if state in TARGET:
        assert shown == target, said
    elif state in ORIGINAL:
        assert shown == original, said
    else:
        assert state in FOR_A_PERSON, said
        assert shown in (original, target), said


def _prove_effects(rig: Rig, flow: Flow, name: str) -> None:
    """Each once; an undo that acted is one more."""
    undone = {one.name for one in rig.steps(name) if one.name.startswith("undo ") and one.attempts}
    for title, write in flow.writes.items():
        if write.once:
            most = 2 if f"undo {write.step}" in undone else 1
            made = [one for one in rig.platform.writes() if write.made(one)]
            assert len(made) <= most, f"{title} was written {len(made)} times: {made}"
            if title == flow.decisive and rig.found(name).state in TARGET:
                assert made, "it says that it is done, and did nothing"
    assert len(rig.platform.aws.snapshots()) <= 1


def _told_once(rig: Rig, name: str) -> bool:
    """Raises where anything is there twice; False where something is not told yet."""
    told = Counter(_steps_of(rig.timeline(name)))
    assert all(times == 1 for times in told.values()), f"told more than once: {told}"
    texts = Counter(one.text for one in rig.timeline(name) if one.kind is Kind.OPERATION)
    for words in ("approved", "running"):
        assert texts[f"{name}: {words}"] == 1, texts
    ended = {one.name for one in rig.steps(name) if one.ending}
    return set(told) == ended


def _steps_of(timeline: Sequence[Entry]) -> list[str]:
    return [str(one.data["step"]) for one in timeline if "step" in one.data]


def _called(timeline: Sequence[Entry], name: str, state: State) -> bool:
    words = f"{name} is {state.value.replace('_', ' ')}"
    return any(one.kind is Kind.ESCALATED and one.text.startswith(words) for one in timeline)


def _held(rig: Rig) -> int:
    with rig.db.read() as tx:
        return int(tx.execute(select(func.count()).select_from(locks)).scalar_one())


def progress(rig: Rig, name: str) -> tuple[int, Mapping[str, tuple[int, str]]]:
    """How far it came; another value says that somebody goes on with it."""
    rows = {one.name: (one.attempts, one.ending) for one in rig.steps(name)}
    return rig.found(name).version, rows
