"""A switched site that is watched, by a durable run in small."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.operations.operation import Operation, Progress, Request, State, StepState
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release, Step
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


@contextmanager
def restoring(maker: SqliteMaker, folder: Path) -> Iterator[Here]:
    """An operation that restores a site's deploy, approved and about to run."""
    with staged(maker, folder) as stage:
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
