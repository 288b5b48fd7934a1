"""A component is watched after its switch: what a run keeps, when it ends, and how it says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.operations.operation import Operation, Progress, Request, State, StepState, Stop
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release, Step
from bot.domain.ops_data.policy import Verification
from bot.domain.verification.verification import Verdict
from bot.engine.serializer import stored
from bot.flows.operations.looking import Looking
from bot.flows.operations.record import Record
from bot.flows.operations.verifying import Watch
from bot.store import operations, steps
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, SITE, Stage, staged
from tests.prometheus_twin import vector

SWITCH = Step(
    name="switch", action="restore_deploy", component="docs-site", args={}, stage=1, decisive=True
)


@dataclass(kw_only=True)
class Steps:
    """A durable run in small: what a step returned is kept, and a second run only reads it."""

    stage: Stage
    kept: dict[str, Any] = field(default_factory=dict)
    between: Callable[[], None] = lambda: None
    slept: list[float] = field(default_factory=list)

    def step(self, name: str, do: Callable[[], Any]) -> Any:
        if name not in self.kept:
            self.kept[name] = stored(do())
        return self.kept[name]

    def sleep(self, seconds: float, name: str = "sleep") -> None:
        if name not in self.kept:
            self.kept[name] = seconds
            self.slept.append(seconds)
            self.stage.desk.at += timedelta(seconds=seconds)
            self.between()


@dataclass(kw_only=True)
class Here:
    stage: Stage
    watch: Watch
    operation: Operation

    def subject(self) -> Any:
        plan = self.operation.plan
        assert plan is not None
        (found,) = self.watch.subjects(self.operation, plan)
        return stored(found)

    def verdict(self, run: Steps, subject: Any) -> Any:
        return self.watch.run(run, self.operation.id, subject)  # type: ignore[arg-type]  # a run in small

    def restore(self) -> None:
        assert self.stage.world.sites is not None
        plan = self.operation.plan
        assert plan is not None
        after = plan.legs[0].after
        assert after is not None
        self.stage.world.sites.restore(SITE, after.identity)


@pytest.fixture
def here(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Here]:
    """An operation that restores a site's deploy, approved and about to run."""
    with staged(sqlite_maker, tmp_path) as stage:
        stage.measured()
        parts = stage.catalogue.components
        site = replace(parts["docs-site"], metrics=parts[API].metrics)
        stage.catalogue = replace(stage.catalogue, components={**parts, "docs-site": site})
        looking = Looking(stage.world, lambda: stage.catalogue)
        record = Record(db=stage.desk.db, now=lambda: stage.desk.at, changed=lambda: None)
        watch = Watch(
            record=record,
            world=stage.world,
            catalogue=lambda: stage.catalogue,
            looking=looking,
        )
        operation = _operation(stage)
        yield Here(stage=stage, watch=watch, operation=operation)
        looking.stop()


def _operation(stage: Stage) -> Operation:
    stage.desk.api('incident declare "Broken"')
    deploys = {one.title: one.id for one in stage.netlify.site(SITE).deploys}
    ends = [
        Release(version=name, identity=deploys[name], workload=SITE)
        for name in ("v1.4.2", "v1.4.1")
    ]
    leg = Leg(component="docs-site", mechanism=Mechanism.SITE, before=ends[0], after=ends[1])
    bare = Leg(component=API, mechanism=Mechanism.NONE)
    plan = Plan(
        kind=Kind.ROLLBACK, environment="production", legs=(leg, bare), steps=(SWITCH,), verify=True
    )
    operation = Operation(
        id=1, kind=Kind.ROLLBACK, state=State.RUNNING, environment="production", incident=1,
        request=Request(), plan=plan, requested_by="slack:U1", requested_at=stage.desk.at,
    )  # fmt: skip
    waiting = Progress(name="switch", component="docs-site", state=StepState.WAITING, text="")
    with stage.desk.db.write() as tx:
        operations.add(tx, operation)
        steps.lay_out(tx, 1, [waiting])
    return operation


def switched(stage: Stage, ago: float) -> None:
    """The decisive step ended so many seconds ago."""
    done = Progress(
        name="switch", component="docs-site", state=StepState.DONE, text="", seen="x",
        ending="done", attempts=1, finished_at=stage.desk.at - timedelta(seconds=ago),
    )  # fmt: skip
    with stage.desk.db.write() as tx:
        steps.open_attempt(tx, 1, "switch", stage.desk.at)
        assert steps.close(tx, 1, done)


def answers(stage: Stage, errors: float, requests: float = 3000) -> None:
    stage.prometheus.values = {
        "code=~": vector(str(errors)),
        "_bucket": vector("0.99"),
        "increase": vector(str(requests)),
    }


class Killed(Exception):
    """The process ended."""


def _die_after(run: Steps, sleeps: int) -> None:
    if len(run.slept) == sleeps:
        raise Killed


def test_what_does_well_passes_after_its_bake(here: Here) -> None:
    answers(here.stage, errors=0.3)
    subject = here.subject()
    assert (subject["before"]["errors"], subject["usual"]) == (0.3, 0.3)
    here.restore()
    switched(here.stage, ago=4)
    answers(here.stage, errors=0.0005)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert (found["component"], found["verdict"]) == ("docs-site", "pass")
    assert (found["worse"], found["stopped"]) == (False, False)
    assert found["said"].startswith("it does well (0.05% of 3,000 requests failed, 99.0% were fast")
    # Four seconds were over; no colours, so the first five looks' numbers did not count.
    assert run.slept == [11.0, *[15.0] * 11]


def test_a_run_that_is_done_again_reads_what_was_and_says_the_same(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)
    asked = len(here.stage.prometheus.asked)
    answers(here.stage, errors=1)

    assert here.verdict(replace(run, between=pytest.fail), subject) == found
    assert len(here.stage.prometheus.asked) == asked


def test_a_run_that_was_killed_goes_on_from_its_last_look(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)

    run = Steps(stage=here.stage, between=lambda: _die_after(run, 6))
    with pytest.raises(Killed):
        here.verdict(run, subject)
    again = Steps(stage=here.stage, kept=run.kept)

    assert here.verdict(again, subject)["verdict"] == "pass"
    assert len(run.slept) + len(again.slept) == 12


def test_a_stack_that_took_long_to_switch_is_watched_as_long_as_any(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=120)
    run = Steps(stage=here.stage)

    assert here.verdict(run, subject)["verdict"] == "pass"
    assert run.slept == [0.0, *[15.0] * 7]


def test_the_deadline_stays_where_it_was_when_the_process_was_away(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=120)
    run = Steps(stage=here.stage, between=lambda: _die_after(run, 4))
    with pytest.raises(Killed):
        here.verdict(run, subject)
    here.stage.desk.at += timedelta(minutes=5)
    again = Steps(stage=here.stage, kept=run.kept)

    assert here.verdict(again, subject)["verdict"] == "pass_synthetic"
    assert again.slept == []


def test_clearly_worse_fails_and_says_that_the_old_one_can_take_it_back(here: Here) -> None:
    answers(here.stage, errors=0.02)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    answers(here.stage, errors=0.5)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["worse"]) == ("fail", True)
    assert found["said"].startswith("more than 1.00% of its requests fail (50.00% of 3,000")


def test_numbers_of_the_old_release_do_not_make_the_new_one_worse(here: Here) -> None:
    """Without colours they are still in the window, when what is not up fails early."""
    impatient = Verification(unready=timedelta(seconds=20))
    policy = replace(here.stage.catalogue.policy, verification=impatient)
    here.stage.catalogue = replace(here.stage.catalogue, policy=policy)
    answers(here.stage, errors=0.02)
    subject = here.subject()
    switched(here.stage, ago=0)
    answers(here.stage, errors=0.5)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert sum(run.slept) < 75
    assert (found["verdict"], found["worse"]) == ("fail", False)


def test_who_cannot_be_watched_is_for_a_person(here: Here) -> None:
    answers(here.stage, errors=0.0)
    plan = here.operation.plan
    assert plan is not None
    moved = replace(plan.legs[0], component=API, mechanism=Mechanism.SWITCH)
    parts = here.stage.catalogue.components
    bare = {**parts, API: replace(parts[API], rollout=None)}
    here.stage.catalogue = replace(here.stage.catalogue, components=bare)
    plan = replace(plan, legs=(moved, replace(moved, component="gone")))
    run = Steps(stage=here.stage)

    subjects = here.watch.subjects(here.operation, plan)
    found = [here.verdict(run, subject) for subject in subjects]
    assert [(one["component"], one["verdict"]) for one in found] == [
        (API, "inconclusive"),
        ("gone", "inconclusive"),
    ]
    assert (run.slept, here.stage.prometheus.asked) == ([], [])


def test_bad_but_no_worse_than_before_is_for_a_person(here: Here) -> None:
    answers(here.stage, errors=0.5)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["worse"]) == ("fail", False)


def test_without_numbers_the_probes_speak_at_the_deadline(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert found["verdict"] == Verdict.PASS_SYNTHETIC
    assert found["said"].startswith("probes are fine; Prometheus cannot tell (no numbers")
    assert sum(run.slept) == 195


def test_who_republished_the_old_one_is_noticed(here: Here) -> None:
    subject = here.subject()
    switched(here.stage, ago=0)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert found["verdict"] == "fail"
    assert "is published" in found["said"]


def test_a_wish_to_stop_ends_the_watching(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)

    def stop() -> None:
        if len(run.slept) == 3:
            with here.stage.desk.db.write() as tx:
                found = operations.find(tx, 1)
                assert found is not None
                wish = Stop(actor="slack:U1", at=here.stage.desk.at)
                operations.replace(
                    tx,
                    replace(found, stop=wish, version=found.version + 1),
                    decided_on=found.version,
                )

    run = Steps(stage=here.stage, between=stop)
    found = here.verdict(run, subject)

    assert (found["stopped"], found["verdict"]) == (True, "inconclusive")
    assert len(run.slept) == 3


def test_the_card_hears_of_every_look(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    heard: list[str] = []

    def listen() -> None:
        with here.stage.desk.db.read() as tx:
            found = operations.find(tx, 1)
        if found is not None and found.results:
            heard.append(found.results["docs-site"])

    here.verdict(Steps(stage=here.stage, between=listen), subject)

    assert len(heard) == 11
    assert heard[0].startswith("0.05% of 3,000 requests failed, 99.0% were fast, 5 of 5 probes")
