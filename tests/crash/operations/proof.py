"""What has to be true of an operation that was struck, once it has come to rest."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.operations.operation import State
from bot.engine.outcome import Ending
from bot.store.tables import locks
from tests.crash.operations.flow import UNDO, Flow
from tests.crash.patience import until
from tests.operations.rig import Rig

Stood = frozenset[str]
TARGET = {State.SUCCEEDED}
ORIGINAL = {State.FAILED, State.UNDONE, State.CANCELLED}
_WELL = (Ending.DONE, Ending.ALREADY)
FOR_A_PERSON = {State.STUCK, State.AWAITING_DECISION}


def prove(
    rig: Rig, flow: Flow, name: str, *, original: str, target: str, stood: Stood = frozenset()
) -> None:
    """`original` and `target` are what users got before it, and what they are to get.

    `stood` are the pods of the colour that served before it.
    """
    state = rig.found(name).state
    _prove_place(rig, flow, name, original=original, target=target)
    _prove_effects(rig, flow, name)
    _prove_evictions(rig, flow, _deployment(original), _deployment(target), stood)
    until(lambda: _told_once(rig, name), "each step is told once")
    if state in FOR_A_PERSON:
        until(lambda: _called(rig.timeline(name), name, state), "a person is called")
    else:
        assert _held(rig) == 0, "its components are still locked"


def prove_well(rig: Rig, flow: Flow, name: str) -> None:
    """Nothing was refused: so it is at its end, and so is each of its steps.

    A step that wrote knows it: what was so before is not undone. Not so one that is tried only
    once: after a lost answer it goes on without.
    """
    assert rig.found(name).state is flow.ends, rig.found(name).said
    endings = {one.name: one.ending for one in rig.steps(name)}
    wrote = {one.step for one in flow.writes.values() if not one.is_tried_once}
    wrong = {
        one: endings[one]
        for one in flow.steps
        if endings[one] not in ((Ending.DONE,) if one in wrote else _WELL)
    }
    assert not wrong, wrong


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
    undone = {one.name for one in rig.steps(name) if one.name.startswith(UNDO) and one.attempts}
    for title, write in flow.writes.items():
        made = [one for one in rig.platform.writes() if write.made(one)]
        assert all(write.says in one.body for one in made), f"{title} said another thing: {made}"
        times = Counter(one.path for one in made)
        if write.once and times:
            most = write.most(undone)
            assert max(times.values()) <= most, f"{title} was written {times}: {made}"
        if title == flow.decisive and rig.found(name).state is flow.ends:
            assert made, "it says that it is done, and did nothing"
    assert len(rig.platform.aws.snapshots()) <= 1


def _prove_evictions(rig: Rig, flow: Flow, original: str, target: str, stood: Stood) -> None:
    """Of the pods that stood before it, and while their colour did not serve."""
    serving, idle = original, target
    for one in rig.platform.writes():
        if one.path.endswith(f"/services/{flow.component}"):
            serving, idle = idle, serving
        elif one.path.endswith("/eviction"):
            pod = one.path.split("/")[-2]
            assert pod in stood, f"{pod} came later, and was evicted"
            assert not pod.startswith(f"{serving}-"), f"{pod} was evicted while it served"


def _deployment(shown: str) -> str:
    """Which one serves, of what a flow of two colours shows."""
    return shown.partition(" ")[0]


def _told_once(rig: Rig, name: str) -> bool:
    """Raises where anything is there twice; False where something is not told yet."""
    told = Counter(_steps_of(rig.timeline(name)))
    assert all(times == 1 for times in told.values()), f"told more than once: {told}"
    texts = Counter(one.text for one in rig.timeline(name) if one.kind is Kind.OPERATION)
    for words in ("approved", "running"):
        assert texts[f"{name}: {words}"] == 1, texts
    silent = ("", Ending.CANCELLED)  # what never began is not told
    ended = {one.name for one in rig.steps(name) if one.ending not in silent}
    return set(told) == ended


def _steps_of(timeline: Sequence[Entry]) -> list[str]:
    return [str(one.data["step"]) for one in timeline if "step" in one.data]


def _called(timeline: Sequence[Entry], name: str, state: State) -> bool:
    words = f"{name} is {state.told}"
    return any(one.kind is Kind.ESCALATED and one.text.startswith(words) for one in timeline)


def _held(rig: Rig) -> int:
    with rig.db.read() as tx:
        return int(tx.execute(select(func.count()).select_from(locks)).scalar_one())


def progress(rig: Rig, name: str) -> tuple[int, Mapping[str, tuple[int, str]]]:
    """How far it came; another value says that somebody goes on with it."""
    rows = {one.name: (one.attempts, one.ending) for one in rig.steps(name)}
    return rig.found(name).version, rows
