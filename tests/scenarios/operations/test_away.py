"""Something that an operation needs goes away in the middle, and comes back, or does not."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.databases import PostgresMaker
from tests.operations.rig import Rig, rigged
from tests.outage import cut_off
from tests.scenarios.operations.hands import FOR_REAL, idle_version
from tests.scenarios.operations.seen import (
    INCIDENT,
    ask,
    calls,
    done,
    on_fire,
    run,
    states,
    switches,
    told,
)

GRAPHQL = "graphql-api"
SWITCH = f"/services/{GRAPHQL}$"
LOCKED_SECONDS = 8.0  # longer than a write of ours waits


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url) as found:
        found.serve()
        on_fire(found)
        yield found


def _words(rig: Rig) -> str:
    return f"rollback {GRAPHQL} --to-version {idle_version(rig, GRAPHQL)}"


def test_the_cluster_is_away_while_it_is_planned(rig: Rig) -> None:
    """It waits for the cluster, and says so."""
    faults = rig.platform.cluster.api.faults
    faults.drop("*", ".", times=10_000)
    name = rig.command(_words(rig), incident=INCIDENT)["data"]["id"]
    until(lambda: "does not answer" in rig.command("status", who="grace")["text"], "it is told")
    assert rig.operation(name)["state"] == "planning"
    faults.clear()

    planned = rig.wait(name, {"awaiting_approval"})
    assert run(rig, planned)["state"] == "succeeded"


def test_the_switch_is_answered_at_the_third_try(rig: Rig) -> None:
    before = len(switches(rig, GRAPHQL))
    rig.platform.cluster.api.faults.drop("PATCH", SWITCH, query=FOR_REAL, times=2)

    over = done(rig, _words(rig))

    assert states(over)[f"switch {GRAPHQL}"] == "done"
    assert len(switches(rig, GRAPHQL)) == before + 1


def test_the_cluster_goes_away_with_the_switch_and_a_person_is_called(rig: Rig) -> None:
    """Nobody can tell whether it was applied: it was."""
    faults, before = rig.platform.cluster.api.faults, len(switches(rig, GRAPHQL))
    planned = ask(rig, _words(rig))
    faults.at(
        Moment.APPLIED, "PATCH", SWITCH, lambda: faults.drop("*", ".", times=10_000),
        query=FOR_REAL,
    )  # fmt: skip
    faults.lose_answer("PATCH", SWITCH, query=FOR_REAL)
    over = run(rig, planned)
    faults.clear()

    assert over["state"] == "stuck", over["said"]
    assert f"3: {over['id']} is stuck: {over['said'].removeprefix('stuck, ')}" in calls(rig)
    held = ask(rig, f"restart {GRAPHQL}")
    assert f"{over['id']} has had hold of it" in held["said"]
    closed = rig.command(f"operation close {over['id']} the switch was done", who="grace")
    assert closed["status"] == 0, closed["text"]
    assert len(switches(rig, GRAPHQL)) == before + 1
    assert "closed as it is: the switch was done" in told(rig, over["id"])


def test_our_own_database_is_away_between_the_switch_and_its_record(rig: Rig) -> None:
    """What was done is found done when it can be written down."""
    before = len(switches(rig, GRAPHQL))
    planned = ask(rig, _words(rig))
    locked = threading.Event()

    def lock() -> None:
        threading.Thread(target=_hold, args=(rig, locked), daemon=True).start()
        assert locked.wait(10)

    rig.platform.cluster.api.faults.at(Moment.SEEN, "PATCH", SWITCH, lock, query=FOR_REAL)
    over = run(rig, planned)

    assert over["state"] == "succeeded", over["said"]
    assert len(switches(rig, GRAPHQL)) == before + 1
    lines = told(rig, over["id"])
    assert len(lines) == len(set(lines))


@pytest.mark.long
def test_postgresql_is_shut_between_the_switch_and_its_record(
    postgres_maker: PostgresMaker, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with postgres_maker.migrated(tmp_path) as url, rigged(tmp_path, url) as rig:
        rig.serve()
        on_fire(rig)
        planned = ask(rig, _words(rig))
        shut, open_again = threading.Event(), threading.Event()

        def outage() -> None:
            with cut_off(rig.db, request):
                shut.set()
                threading.Event().wait(LOCKED_SECONDS)
            open_again.set()

        def cut() -> None:
            threading.Thread(target=outage, daemon=True).start()
            assert shut.wait(10)

        faults = rig.platform.cluster.api.faults
        faults.at(Moment.SEEN, "PATCH", SWITCH, cut, query=FOR_REAL)
        assert rig.approve(planned["id"])["status"] == 0
        assert open_again.wait(60)
        until(lambda: _readable(rig), "the test reads again")
        over = rig.rest(planned["id"])

        assert over["state"] == "succeeded", over["said"]
        assert len(switches(rig, GRAPHQL)) == 1


def _readable(rig: Rig) -> bool:
    try:
        rig.found("OP-1")
    except Unavailable:
        return False
    return True


def _hold(rig: Rig, locked: threading.Event) -> None:
    with _database_locked(rig):
        locked.set()
        threading.Event().wait(LOCKED_SECONDS)


@contextmanager
def _database_locked(rig: Rig) -> Iterator[None]:
    """Nobody else writes, as under a backup that takes its time."""
    file = rig.db.url.database
    assert file
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
