"""A process with an engine, as `candlefish serve` will be one: `python -m tests.engine.replica`."""

import signal
import sys
import threading
from pathlib import Path
from typing import Any

from bot.engine.engine import Engine
from bot.engine.guarded import guarded
from bot.engine.run import Run
from bot.flows.loop import Loop
from bot.store.database import Database
from tests.engine.things import Aim, Put, Rows, world

ROLLBACK = "rollback"


def rollback(db: Database, port: int, run: Run) -> dict[str, Any]:
    """A restore point, a wait, a switch; each by a guarded step."""
    target = Put(port=port)
    run.step("look", lambda: target.ask("GET", f"/{run.id}/look"))

    def put(thing: str) -> str:
        aim = Aim(thing=f"{run.id}/{thing}", value="blue")
        return guarded(
            run, thing, action=target, world=world(), args=aim,
            key=f"{run.id}:{thing}", journal=Rows(db=db, step=f"{run.id}:{thing}"),
            look_every=0.05, twice_unknown=0.2,
        ).ending.value  # fmt: skip

    snapshot = put("snapshot")
    run.step("settle", lambda: target.ask("GET", f"/{run.id}/settle"))
    run.sleep(1.0)
    live = put("live")
    run.step("tell", lambda: target.ask("GET", f"/{run.id}/tell"))
    return {"snapshot": snapshot, "live": live}


def main(url: str, folder: str, port: str, ttl: str, *runs: str) -> None:
    db = Database(url)
    engine = Engine(db, data_dir=Path(folder), ttl=float(ttl))
    engine.register(ROLLBACK, lambda run: rollback(db, int(port), run))
    engine.launch()
    loops = [Loop(name=name, turn=getattr(engine, name)) for name in ("beat", "sweep")]
    for loop in loops:
        loop.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    print("ready", flush=True)  # noqa: T201 (its parent waits for it, and may kill it from here on)
    for run in runs:
        engine.start(ROLLBACK, run)
    ended.wait()
    engine.stop()
    for loop in loops:
        loop.stop()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
