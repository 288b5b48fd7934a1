"""Records the runs of an operation in a real engine, and goes on from a part of them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bot.domain.operations import operating
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Step
from bot.engine.engine import Engine
from bot.engine.outcome import Outcome
from bot.engine.serializer import TaggedJson
from bot.flows.operations.beginning import Beginning
from bot.flows.operations.course import Ended, to_undo
from bot.flows.operations.ending import Finish
from bot.flows.operations.rights import Rights
from bot.flows.operations.run import LANE, OPERATION, WATCH, Runs
from bot.flows.operations.verifying import Watch
from bot.ports.world import World
from bot.store import locks
from tests.engine import history
from tests.engine.engines import Engines
from tests.engine.history import History
from tests.flows.operations.office import ADA, Office, opened
from tests.flows.operations.replay_stories import Hosts, Seen, Story, Watched, deeds, now

NUMBER = 7007  # of the operation that is recorded: found again in every text of its runs
Order = Mapping[str, Sequence[str]]
_TIME = re.compile(r'(?<=\{"\$at":")[^"]+')
_AT_ONCE: Mapping[str, Any] = {
    "settle": timedelta(),
    "every": timedelta(milliseconds=20),
    "passes": 2,
    "deadline": timedelta(hours=1),
}


@dataclass(kw_only=True)
class Stage:
    """`done` are the keys of what was done in the world, in its order."""

    office: Office
    engines: Engines
    story: Story
    runs: Runs
    incident: int
    done: list[str]

    def launched(self) -> Engine:
        runs = self.runs
        works = {OPERATION: runs.operate, LANE: runs.lane, WATCH: runs.watch_component}
        return self.engines.launched(**works)

    def approved(self, **fields: Any) -> Operation:
        """Without its locks, so that many of the same component can be under way."""
        plan, incident = self.story.plan, self.incident
        one = self.office.add(
            State.APPROVED, plan=plan, approved_by=ADA, incident=incident, **fields
        )
        with self.office.db.write() as tx:
            locks.release(tx, one.id)
        return one

    def caught_up(self, one: Operation, part: History) -> None:
        """The rows and the world as they were when this part of its runs was written."""
        ended: list[Ended] = []
        steps: dict[str, Step] = {}
        for row in part["operation_outputs"]:
            name = row["function_name"]
            kept = TaggedJson().deserialize(row["output"]) if "output" in row else None
            if name == "begin":
                self._begun(one)
                steps |= _by_name(kept["steps"])
            elif name == "plan undo":
                self.runs.finish.plan_undo(one.id, to_undo(ended))
                steps |= _by_name(kept)
            elif name in steps:
                ended.append(Ended(step=steps[name], outcome=Outcome.of(kept)))
                self._ended(one, ended[-1])

    def _begun(self, one: Operation) -> None:
        at = self.office.at
        self.office.record.keep(one.id, lambda _, found: operating.begun(found, at))

    def _ended(self, one: Operation, ended: Ended) -> None:
        step, undo = ended.step, ended.step.name.startswith("undo ")
        journal = self.runs.finish.journal(one.id, step, undo=undo)
        journal.open()
        journal.close(ended.outcome)
        if ended.outcome.acted:
            self.done.append(f"{one.key_root}/{step.name}")

    def read(self, whole: History, one: Operation) -> History:
        """What stands now of the runs that `whole` has, of this operation."""
        return history.read(self.engines.folder, names(numbered(whole, one.id)))

    def did(self, one: Operation) -> Counter[str]:
        start = f"{one.key_root}/"
        return Counter(key.removeprefix(start) for key in self.done if key.startswith(start))


@contextmanager
def staged(url: str, folder: Path, story: Story) -> Iterator[Stage]:
    with opened(url) as office:
        looking = Seen(World(now=now), lambda: office.catalogue)
        looking.after = story.after
        rules = replace(office.catalogue.policy.verification, **_AT_ONCE)
        office.policy(verification=rules, switches=1000)
        done: list[str] = []
        stage = Stage(
            office=office, engines=Engines(db=office.db, folder=folder), story=story,
            runs=_runs(office, looking, story, done), incident=office.incident(), done=done,
        )  # fmt: skip
        yield stage
        stage.engines.stop()
        looking.stop()


def _runs(office: Office, looking: Seen, story: Story, done: list[str]) -> Runs:
    """The looks live in real time, all else in the office's."""
    record = office.record
    rights = Rights(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at)
    planner = Watched(plans=[story.plan], before=story.before)
    return Runs(
        world=World(now=lambda: office.at),
        beginning=Beginning(
            record=record, catalogue=lambda: office.catalogue, planner=planner, rights=rights
        ),
        watch=Watch(
            record=record, world=World(now=now, sites=Hosts()),
            catalogue=lambda: office.catalogue, looking=looking,
        ),
        finish=Finish(record=record, catalogue=lambda: office.catalogue),
        actions=deeds(done),
    )  # fmt: skip


def names(whole: History) -> list[str]:
    return [row["workflow_uuid"] for row in whole["workflow_status"]]


def numbered(whole: History, number: int) -> History:
    """The same of another operation."""
    told: History = json.loads(re.sub(rf"\b{NUMBER}\b", str(number), json.dumps(whole)))
    return told


def lived_now(whole: History, since: datetime) -> History:
    """The same as if it had come this far just now: what was written after `since`, the office's
    own time, is of the looks, which live in real time and are given an hour."""
    texts = [text for rows in whole.values() for row in rows for text in _stored(row).values()]
    times = [datetime.fromisoformat(one) for text in texts for one in _TIME.findall(text)]
    by = now() - max((one for one in times if one > since), default=now())

    def moved(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[0])
        return (at + by if at > since else at).isoformat()

    def moved_row(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, **{name: _TIME.sub(moved, text) for name, text in _stored(row).items()}}

    return {table: [moved_row(row) for row in rows] for table, rows in whole.items()}


def _stored(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: row[name] for name in ("inputs", "output") if name in row}


def order(whole: History, number: int = NUMBER) -> Order:
    """The steps of each run, in their order."""
    found: dict[str, list[str]] = {}
    for row in sorted(whole["operation_outputs"], key=lambda row: row["function_id"]):
        run = row["workflow_uuid"].removeprefix(f"op:{number}:")
        found.setdefault(run, []).append(row["function_name"])
    return found


def _by_name(plain: Sequence[Mapping[str, Any]]) -> dict[str, Step]:
    found = [msgspec.convert(dict(one), Step) for one in plain]
    return {one.name: one for one in found}
