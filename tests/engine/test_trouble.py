"""dbos's database answers wrongly, in ways that dbos does not wait out: no run ends by that."""

import threading
from collections import Counter

from sqlalchemy import text
from structlog.testing import capture_logs

from bot.engine.connections import Connections
from bot.engine.run import Run
from bot.engine.standing import RunState
from tests.crash.patience import until
from tests.engine.engines import Engines, ended


def test_a_record_that_cannot_be_written_ends_no_run(engines: Engines) -> None:
    """As after a failover to a server that only follows, or on a full disk."""
    done: Counter[str] = Counter()
    inside, go = threading.Event(), threading.Event()

    def second() -> None:
        done.update(["second"])
        inside.set()
        go.wait(30)

    def work(run: Run) -> str:
        run.step("first", lambda: done.update(["first"]))
        run.step("second", second)
        return "whole"

    engines.ttl = 1.0
    engine = engines.launched(work=work)
    engine.start("work", "op:1")
    assert inside.wait(30)
    rename(engines, "operation_outputs", "away")
    with capture_logs() as logs:
        go.set()
        until(lambda: any(line["event"] == "engine.not_recorded" for line in logs), "it fails")
    rename(engines, "away", "operation_outputs")
    standing = ended(engine, "op:1")

    assert (standing.state, standing.result) == (RunState.ENDED, "whole")
    assert done["first"] == 1


def rename(engines: Engines, old: str, new: str) -> None:
    schema = "" if engines.db.is_sqlite else "dbos."
    connections = Connections(engines.db, engines.folder)
    with connections.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {schema}{old} RENAME TO {new}"))
    connections.close()
