"""An operation is killed at every instant, with every fault beside it, and started again."""

import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.domain.operations.operation import State
from tests.crash.operations.cases import Case, Instant, every
from tests.crash.operations.proof import progress, prove, prove_well
from tests.crash.operations.scene import staged
from tests.crash.operations.strike import Strike
from tests.crash.patience import until
from tests.operations.rig import Rig

RESUMED_WITHIN = 15.0
_FALLS_WITHIN = 5.0  # seconds; an operation may be over while its process is being killed
SAMPLE = frozenset(
    {
        ("sqlite", "switch-snapshot-applied-lost"),
        ("sqlite", "template-template-applied-500"),
        ("sqlite", "drain-eviction-applied-well"),
        ("sqlite", "worse-selector-applied-409"),
        ("postgresql", "restart-annotation-applied-409"),
    }
)
EVERY = [(database, case) for case in every() for database in ("sqlite", "postgresql")]
assert {(database, str(case)) for database, case in EVERY if not case.is_spared} >= SAMPLE
CASES = [
    pytest.param(
        database,
        case,
        id=f"{database}-{case}",
        marks=[] if (database, str(case)) in SAMPLE else pytest.mark.long,
    )
    for database, case in EVERY
]


@pytest.mark.parametrize(("database_maker", "case"), CASES, indirect=["database_maker"])
def test_struck_anywhere_it_ends_well_or_calls_for_a_person(
    case: Case, migrated_url: str, tmp_path: Path
) -> None:
    with staged(case.of, tmp_path, migrated_url) as scene:
        rig = scene.rig
        rig.serve()
        name = _asked(rig, case)
        strike = Strike(rig, case, rig.bot.kill)
        strike.arm(name)
        _approve(rig, name, case)
        scene.turn(name)
        until(lambda: strike.fell.is_set() or rig.is_at_rest(name), "it is struck, or over")
        if case.is_spared:
            assert not strike.fell.is_set(), "it was struck, though its step was to end before"
        else:
            assert strike.fell.wait(_FALLS_WITHIN), "it was never struck"
            _resume(rig, name)
        ended = rig.rest(name, within=90)
        print(f"{case}: {ended['state']}, {ended['said']}")  # noqa: T201 (beside a failure)
        prove(rig, case.of, name, original=scene.original, target=scene.target, stood=scene.stood)
        if case.ends_well:
            prove_well(rig, case.of, name)


def _asked(rig: Rig, case: Case) -> str:
    planned = rig.ask(case.of.words)
    assert planned["state"] == State.AWAITING_APPROVAL, planned["said"]
    return str(planned["id"])


def _approve(rig: Rig, name: str, case: Case) -> None:
    """Whoever is killed right after it may have stored it and not answered any more."""
    expected = (httpx.TransportError,) if case.instant is Instant.APPROVED else ()
    with suppress(*expected):
        reply = rig.approve(name)
        assert reply["data"].get("approved_by"), reply


def _resume(rig: Rig, name: str) -> None:
    """Once it is ready: six starts at a time take two cores longer than is promised for the rest.

    PostgreSQL has the dead one's lease to wait for as well. test_replicas counts from the kill.
    """
    far, began = progress(rig, name), time.monotonic()
    rig.bot.start()
    until(
        lambda: rig.is_at_rest(name) or progress(rig, name) != far,
        "somebody goes on with it",
        seconds=RESUMED_WITHIN,
    )
    print(f"resumed {time.monotonic() - began:.1f} s after its start")  # noqa: T201 (as above)
