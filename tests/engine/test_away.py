"""PostgreSQL stops for longer than a lease and comes back: nobody dies, nothing is had twice."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.engine.run import Run
from bot.engine.standing import RunState
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import Binary
from tests.conftest import lacking
from tests.crash.patience import until
from tests.crash.postgres_away import leaving
from tests.engine.engines import Engines, ended

STEPS = 12


@pytest.fixture(autouse=True)
def _postgres() -> None:
    if Binary.POSTGRES.where() is None:
        lacking(Binary.POSTGRES.advice())


def test_a_restart_of_the_database_in_the_middle_of_a_run(tmp_path: Path) -> None:
    done: Counter[int] = Counter()
    half = threading.Event()

    def work(run: Run) -> str:
        for number in range(STEPS):
            run.step(f"step {number}", partial(done.update, [number]))
            run.step("look", run.hold)
            if number == STEPS // 2:
                half.set()
                run.sleep(1.0)
        return "whole"

    with leaving() as postgres, closing(Database(postgres.server.url())) as db:
        migrate(db)
        engines = Engines(db=db, folder=tmp_path, ttl=1.5)
        engine = engines.launched(work=work)
        engine.start("work", "op:1")
        assert half.wait(30)
        postgres.stop()
        for ask in (partial(engine.start, "work", "op:2"), partial(engine.standing, "op:1"),
                    engine.tidy, engine.beat):  # fmt: skip
            with pytest.raises(Unavailable, match="does not answer"):
                ask()
        until(lambda: not engine.sure, "its lease runs out")
        postgres.start()
        until(lambda: _answers(engine.beat), "the database is back")
        standing = ended(engine, "op:1")
        engines.stop()

    assert (standing.state, standing.result) == (RunState.ENDED, "whole")
    assert done == dict.fromkeys(range(STEPS), 1)
    assert not engines.deaths


def test_it_stops_while_the_database_is_away(tmp_path: Path) -> None:
    inside = threading.Event()

    def work(run: Run) -> None:
        run.step("wait", partial(wait, run))

    def wait(run: Run) -> None:
        inside.set()
        run.pause(60)

    with leaving() as postgres, closing(Database(postgres.server.url())) as db:
        migrate(db)
        engines = Engines(db=db, folder=tmp_path)
        engines.launched(work=work).start("work", "op:1")
        assert inside.wait(30)
        postgres.stop()
        engines.stop()
        postgres.start()
        engine = engines.launched(work=lambda run: "gone on")

        assert ended(engine, "op:1").result == "gone on"
        engines.stop()


def test_a_launch_without_the_database_is_for_later(tmp_path: Path) -> None:
    with leaving() as postgres, closing(Database(postgres.server.url())) as db:
        migrate(db)
        engines = Engines(db=db, folder=tmp_path)
        postgres.stop()
        with pytest.raises(Unavailable):
            engines.launched()
        postgres.start()
        engine = engines.launched(work=lambda run: "well")
        engine.start("work", "op:1")

        assert ended(engine, "op:1").result == "well"
        engines.stop()


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Unavailable:
        return False
    return True
