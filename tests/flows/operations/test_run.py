"""A run in a real engine: it steps aside when the process stops, also in the middle of an act."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pytest

from bot.domain.operations.operation import Operation, State, StepState
from bot.domain.operations.plan import Plan
from bot.domain.verification.verification import Verdict
from bot.engine.engine import Engine
from bot.flows.operations.beginning import Beginning
from bot.flows.operations.ending import Finish
from bot.flows.operations.looking import Looking
from bot.flows.operations.rights import Rights
from bot.flows.operations.run import OPERATION, Runs
from bot.flows.operations.verifying import Watch
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.world import World
from tests.crash.patience import until
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import ADA, Drawn, Office

PLAN = plan(steps=(step("drain", action="drain"), step("after", action="drain")), verify=False)


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    after: str


@dataclass
class Drain:
    """Waits for an hour in the middle of its act; what it was asked for with a key stays done."""

    name: str = "drain"
    args: type[Args] = Args
    seconds: int = 7200
    waits: bool = True
    begun: threading.Event = field(default_factory=threading.Event)
    done: list[str] = field(default_factory=list)

    def words(self, args: Args) -> Words:
        return Words(does="Drains", touches="pods", check="none is left", undo="none")

    def probe(self, world: World, args: Args, key: str) -> Found:
        standing = Standing.DONE if key in self.done else Standing.NOT_DONE
        return Found(standing=standing, seen=f"{len(self.done)} drained")

    verify = probe

    def act(self, world: World, args: Args, key: str) -> None:
        self.begun.set()
        if self.waits:
            world.pause(3600)
        self.done.append(key)

    def rehearse(self, world: World, args: Args) -> None:
        raise NotImplementedError

    def undo(self, args: Args) -> Call | None:
        return None


class Never(Drain):
    """What was done never comes true."""

    def verify(self, world: World, args: Args, key: str) -> Found:
        return Found(standing=Standing.NOT_DONE, seen="a probe answers 404")


@pytest.fixture
def drain() -> Drain:
    return Drain()


@pytest.fixture
def planner() -> Drawn:
    return Drawn(plans=[PLAN])


@pytest.fixture
def engines(office: Office, drain: Drain, planner: Drawn, tmp_path: Path) -> Iterator[list[Engine]]:
    """Made as they are asked for, one after the other."""
    looking = Looking(World(now=lambda: office.at), lambda: office.catalogue)
    yield [_engine(office, drain, planner, looking, tmp_path) for _ in range(2)]
    looking.stop()


def _engine(office: Office, drain: Drain, planner: Drawn, looking: Looking, folder: Path) -> Engine:
    world, record = World(now=lambda: office.at), office.record
    engine = Engine(office.db, data_dir=folder)
    rights = Rights(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at)
    Runs(
        world=world,
        beginning=Beginning(
            record=record, catalogue=lambda: office.catalogue, planner=planner, rights=rights
        ),
        watch=Watch(
            record=record, world=world, catalogue=lambda: office.catalogue, looking=looking
        ),
        finish=Finish(record=record, catalogue=lambda: office.catalogue),
        actions={
            "drain": drain,
            "move": Drain(waits=False),
            "never": Never(waits=False, seconds=0),
        },
    ).register(engine)  # fmt: skip
    return engine


def test_it_steps_aside_in_the_middle_of_an_act_and_goes_on_at_the_next_start(
    office: Office, drain: Drain, engines: list[Engine]
) -> None:
    one = office.add(State.APPROVED, plan=PLAN, approved_by=ADA)
    first, second = engines
    first.launch()
    first.start(OPERATION, one.run_id, one.id)
    assert drain.begun.wait(60)
    first.stop()
    assert drain.done == []
    assert office.find(one.id).state is State.RUNNING
    assert office.rows(one.id)["drain"].state is StepState.RUNNING

    drain.waits = False
    second.launch()
    until(lambda: office.find(one.id).is_over, "the next one brings it to its end")
    second.stop()

    after = office.find(one.id)
    assert (after.state, after.said) == (State.SUCCEEDED, "done after 0 s")
    assert drain.done == [f"{one.key_root}/drain", f"{one.key_root}/after"]
    assert office.rows(one.id)["drain"].attempts == 2
    assert office.held() == {}
    story = office.story(one.incident)
    assert [story.count(f"{one.name}: {said}") for said in ("running", "done after 0 s")] == [1, 1]


MOVE = step("move", action="move", decisive=True)
WATCHED = plan(
    steps=(
        MOVE,
        step("converge", action="never", optional=True),
        step("drain", action="drain", stage=2, optional=True, beside=True),
    ),
    verify=True,
)


def _run(office: Office, planner: Drawn, engine: Engine, of: Plan) -> Operation:
    planner.plans = [of]
    one = office.add(State.APPROVED, plan=of, approved_by=ADA)
    engine.launch()
    engine.start(OPERATION, one.run_id, one.id)
    return one


def test_what_does_not_converge_is_watched_and_who_decides_waits_for_no_drain(
    office: Office, drain: Drain, planner: Drawn, engines: list[Engine]
) -> None:
    engine = engines[0]
    one = _run(office, planner, engine, WATCHED)
    until(
        lambda: office.find(one.id).state is State.AWAITING_DECISION, "a person is asked to decide"
    )
    until(lambda: office.rows(one.id)["drain"].ending, "the drain hears of it")
    engine.stop()

    assert office.find(one.id).verdict is Verdict.INCONCLUSIVE
    rows = office.rows(one.id)
    assert rows["converge"].state is StepState.FAILED
    assert rows["drain"].seen == f"{one.name} is undecided. 0 drained"
    assert drain.done == []
    assert not [call for call in office.calls() if "goes on without" in call.text]


def test_a_good_end_waits_for_what_goes_on_beside(
    office: Office, drain: Drain, planner: Drawn, engines: list[Engine]
) -> None:
    engine = engines[0]
    one = _run(office, planner, engine, replace(WATCHED, verify=False))
    assert drain.begun.wait(60)
    assert office.find(one.id).state is State.RUNNING
    drain.waits = False
    engine.stop()
    engines[1].launch()
    until(lambda: office.find(one.id).is_over, "it comes to its end")
    engines[1].stop()

    assert office.find(one.id).state is State.SUCCEEDED
    assert drain.done == [f"{one.key_root}/drain"]


def test_what_nobody_could_watch_is_for_a_person(
    office: Office, drain: Drain, planner: Drawn, engines: list[Engine]
) -> None:
    """The release was brought, but how it does is not known: that is no success."""
    drain.waits = False
    planner.plans = [replace(PLAN, verify=True)]
    engine = engines[0]
    one = office.add(State.APPROVED, plan=planner.plans[0], approved_by=ADA)
    engine.launch()
    engine.start(OPERATION, one.run_id, one.id)
    until(
        lambda: office.find(one.id).state is State.AWAITING_DECISION, "a person is asked to decide"
    )
    engine.stop()

    after = office.find(one.id)
    assert after.verdict is Verdict.INCONCLUSIVE
    assert "nobody watched it" in after.said
