"""A run resumed after any of its steps takes the same way; runs of earlier releases go on.

`histories/` holds one run of each release, written by `python -m tests.engine.test_replay`; none
is ever changed: a release that cannot go on from it strands what is under way when it is rolled
out.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import Refused, Unavailable
from bot.engine.run import Run
from bot.engine.standing import RunState
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.databases import SqliteMaker
from tests.engine import history
from tests.engine.engines import Engines, ended

HISTORIES = Path(__file__).parent / "histories"
RUN = "op:recorded"
START = datetime(2026, 1, 1, tzinfo=UTC)


class Work:
    """Every kind of thing a run does, with branches on kinds that a careless store would change."""

    def __init__(self) -> None:
        self.done: dict[str, list[str]] = defaultdict(list)

    def __call__(self, run: Run, asked: dict[str, Any]) -> list[Any]:
        said = [
            type(asked["pair"]).__name__,
            run.step("time", lambda: self._do(run, "time", START)),
        ]
        until = said[1] + timedelta(seconds=1)
        said.append(run.step("until", lambda: self._do(run, "until", until > START)))
        for name, error in (
            ("later", Unavailable("Slack does not answer.", retry_after=2.0)),
            ("no", Refused("It is locked.", "Wait.")),
            ("bug", ZeroDivisionError("by nothing")),
        ):
            said.append(self._answered(run, name, error))
        run.sleep(0.01)
        said.append(sorted(run.step("set", lambda: self._do(run, "set", {"b", "a"}))))
        said.append(run.step("nothing", lambda: self._do(run, "nothing", None)))
        said.append(run.together("tier", [("lane", ("x",)), ("lane", ("y",))]))
        return said

    def lane(self, run: Run, name: str) -> str:
        return run.step("lane", lambda: f"lane {name}")

    def _answered(self, run: Run, name: str, error: Exception) -> str:
        try:
            run.step(name, lambda: self._fail(run, name, error))
        except Unavailable as later:
            return f"again in {later.retry_after}"
        except Refused as no:
            return no.next_move
        except ZeroDivisionError:
            return "as only the first run could see it"
        except RuntimeError as bug:
            return str(bug)
        return "it went well"

    def _do(self, run: Run, name: str, value: Any) -> Any:
        self.done[run.id].append(name)
        return value

    def _fail(self, run: Run, name: str, error: Exception) -> None:
        self.done[run.id].append(name)
        raise error


STEPS = ["time", "until", "later", "no", "bug", "set", "nothing"]
SAID = [
    "list", START, True, "again in 2.0", "Wait.", "ZeroDivisionError: by nothing",
    ["a", "b"], None, ["lane x", "lane y"],
]  # fmt: skip


@pytest.fixture
def engines(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Engines]:
    with sqlite_maker.migrated(tmp_path) as url:
        db = Database(url)
        made = Engines(db=db, folder=tmp_path)
        yield made
        made.stop()
        db.close()


def first(engines: Engines) -> history.History:
    """Run to its end, and stopped."""
    work = Work()
    engine = engines.launched(work=work, lane=work.lane)
    engine.start("work", RUN, {"pair": (1, 2)})
    standing = ended(engine, RUN)
    assert (standing.result, work.done[RUN]) == (SAID, STEPS), standing.words
    engines.stop()
    return history.read(engines.folder, [RUN, f"{RUN}:tier:0", f"{RUN}:tier:1"])


def prove_every_prefix(engines: Engines, whole: history.History) -> None:
    """One run for each number of steps already done; all go on at once."""
    kinds = [row["function_name"] for row in whole["operation_outputs"]
             if row["workflow_uuid"] == RUN]  # fmt: skip
    assert kinds == [*STEPS[:5], "sleep", *STEPS[5:], "lane", "lane", "tier"]
    runs = {steps: f"op:{steps}-done" for steps in range(len(kinds) + 1)}
    for steps, run in runs.items():
        part = history.renamed(history.begun(whole, steps), RUN, run)
        history.lay(engines.folder, part)
    work = Work()
    engine = engines.launched(work=work, lane=work.lane)
    for steps, run in runs.items():
        standing = ended(engine, run)
        assert standing.state is RunState.ENDED, standing.words
        assert standing.result == SAID
        assert work.done[run] == [name for name in kinds[steps:] if name in STEPS]


def test_from_every_step_the_same_way(engines: Engines) -> None:
    prove_every_prefix(engines, first(engines))


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
def test_a_run_of_an_earlier_release_goes_on(path: Path, engines: Engines) -> None:
    engines.launched()
    engines.stop()
    prove_every_prefix(engines, history.load(path))


def test_there_is_a_history_to_go_on_from() -> None:
    assert list(HISTORIES.glob("*.json"))


def write(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/candlefish.db")
        migrate(db)
        history.save(path, first(Engines(db=db, folder=Path(folder))))
        db.close()


if __name__ == "__main__":
    write(HISTORIES / f"{sys.argv[1]}.json")
