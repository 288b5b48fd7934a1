"""A run of an operation resumed after any of its steps takes the same way to the same end.

`histories/` holds runs of each release, written by
`python -m tests.flows.operations.test_replay 0.1`. Once a release is out its own is never changed.
Where a run of today is written otherwise on purpose, the release under way gets its history anew,
after those there are were seen to go on.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.domain.operations.operation import Operation, StepState
from bot.engine.serializer import TaggedJson
from bot.engine.standing import RunState
from bot.flows.operations.run import OPERATION
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.databases import SqliteMaker
from tests.engine import history
from tests.engine.engines import ended
from tests.engine.history import History
from tests.flows.operations.replay_stage import NUMBER, Stage, lived_now, numbered, order, staged
from tests.flows.operations.replay_stories import STORIES, Story

HISTORIES = Path(__file__).parent / "histories"
RELEASES = sorted(HISTORIES.glob("*.json"))
NEWEST = max(
    RELEASES, key=lambda path: [int(part) for part in path.stem.split(".")], default=HISTORIES
)
AT_ONCE = 14
"""So many runs wait for their lanes, which need threads of the engine too."""


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path, story: str) -> Iterator[Stage]:
    with sqlite_maker.migrated(tmp_path) as url, staged(url, tmp_path, STORIES[story]) as found:
        yield found


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.stem)
def test_from_every_step_the_same_way_to_the_same_end(path: Path, story: str, stage: Stage) -> None:
    whole: History = _load(path)[story]
    stage.launched()
    stage.engines.stop()
    moments = range(len(whole["operation_outputs"]))
    for first in moments[::AT_ONCE]:
        parts = {
            rows: history.at(whole, f"op:{NUMBER}:1", rows)
            for rows in moments[first : first + AT_ONCE]
        }
        begun = {rows: _laid(stage, part) for rows, part in parts.items()}
        engine = stage.launched()
        for one in begun.values():
            standing = ended(engine, one.run_id)
            assert standing.state is RunState.ENDED, standing.words
            assert standing.result == stage.story.ends.value
        stage.engines.stop()
        for rows, one in begun.items():
            _prove(stage, whole, one, f"after {rows} steps")


def _laid(stage: Stage, part: History) -> Operation:
    one = stage.approved()
    mine = lived_now(numbered(part, one.id), stage.office.at)
    history.lay(stage.engines.folder, mine)
    stage.caught_up(one, mine)
    return one


def _prove(stage: Stage, whole: History, one: Operation, when: str) -> None:
    found = stage.office.find(one.id)
    assert found.state is stage.story.ends, (when, found.said)
    assert order(stage.read(whole, one), one.id) == order(whole), when
    rows = stage.office.rows(one.id)
    assert {row.state for row in rows.values()} == {StepState.DONE}, (when, rows)
    assert stage.did(one) == dict.fromkeys(rows, 1), when


@pytest.mark.parametrize("story", STORIES)
def test_a_run_of_today_is_written_as_the_newest_history_has_it(story: str, stage: Stage) -> None:
    """Else the change is to be meant: the histories must go on, and then a new one is written."""
    today, known = recorded(stage), _load(NEWEST)[story]

    assert order(today) == order(known)
    assert _kinds(today) == _kinds(known)


def recorded(stage: Stage) -> History:
    """Run to its end, and stopped."""
    one = stage.approved(id=NUMBER)
    engine = stage.launched()
    engine.start(OPERATION, one.run_id, one.id)
    standing = ended(engine, one.run_id)
    assert standing.result == stage.story.ends.value, standing.words
    stage.engines.stop()
    runs = [one.run_id]
    while len(more := _with_lanes(history.read(stage.engines.folder, runs))) > len(runs):
        runs = more
    return history.read(stage.engines.folder, runs)


def _with_lanes(found: History) -> list[str]:
    lanes = [row.get("child_workflow_id", "") for row in found["operation_outputs"]]
    runs = [row["workflow_uuid"] for row in found["workflow_status"]]
    return sorted({*runs, *filter(None, lanes)})


def _kinds(whole: History) -> Mapping[tuple[str, int], Any]:
    """What each run was given and each step returned, by the kinds of its values."""
    found = {
        (row["workflow_uuid"], row["function_id"]): _kind(TaggedJson().deserialize(row["output"]))
        for row in whole["operation_outputs"]
        if "output" in row
    }
    given = {
        (row["workflow_uuid"], 0): _kind(TaggedJson().deserialize(row["inputs"]))
        for row in whole["workflow_input"]
    }
    return found | given


def _kind(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kind(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_kind(one) for one in value]
    return type(value).__name__


def _load(path: Path) -> dict[str, History]:
    found: dict[str, History] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    told = {name: _once(story) for name, story in STORIES.items()}
    path.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _once(story: Story) -> History:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candlefish.db"
        db = Database(url)
        migrate(db)
        db.close()
        with staged(url, Path(folder), story) as stage:
            return recorded(stage)


if __name__ == "__main__":
    write(HISTORIES / f"{sys.argv[1]}.json")
