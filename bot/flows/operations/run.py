"""The durable run of an operation: forward stage by stage, or back, and what it comes to.

Between its steps it decides from what the steps returned alone, so that a replay decides the same.
It never waits for a person: where one must decide it ends, and the decision starts another run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import msgspec

from bot.actions.registry import ACTIONS
from bot.domain.operations.operation import State
from bot.domain.operations.plan import Step, stages
from bot.domain.verification.verification import Verdict
from bot.engine.engine import Engine
from bot.engine.guarded import guarded
from bot.engine.outcome import Outcome
from bot.engine.run import Run
from bot.flows.operations.beginning import BACK, FORWARD, LATER, Beginning
from bot.flows.operations.course import Course, Ended, Way, after, moves_traffic, to_undo
from bot.flows.operations.ending import Conclusion, Finish
from bot.flows.operations.undoing import stays
from bot.flows.operations.verifying import Watch
from bot.ports.action import Action
from bot.ports.world import World

OPERATION, LANE, WATCH = "operation", "lane", "watch"
TWICE_UNKNOWN = 10.0  # seconds between two looks after which nobody can tell
BRIEFLY = 1.0  # the same for a step that the others do not wait for


@dataclass(frozen=True, slots=True)
class _Work:
    """A run at an operation; its steps' keys begin with `root`."""

    run: Run
    number: int
    root: str


@dataclass(frozen=True, kw_only=True)
class Runs:
    world: World
    beginning: Beginning
    watch: Watch
    finish: Finish
    actions: Mapping[str, Action[Any]] = field(default_factory=lambda: ACTIONS)

    def register(self, engine: Engine) -> None:
        engine.register(OPERATION, self.operate)
        engine.register(LANE, self.lane)
        engine.register(WATCH, self.watch_component)

    def operate(self, run: Run, number: int) -> str:
        begun = self._begun(run, number)
        if begun["way"] not in (FORWARD, BACK):
            return str(begun["way"])
        work = _Work(run, number, begun["root"])
        if begun["way"] == FORWARD:
            conclusion = self._forward(work, begun)
        else:
            ended = _ended(begun["ended"])
            conclusion = self._back(work, ended, Conclusion(state=State.UNDONE, said=""))
        run.step("finish", lambda: self.finish.keep(run.id, number, conclusion))
        return conclusion.state.value

    def _begun(self, run: Run, number: int) -> Mapping[str, Any]:
        """Waits a while for a vendor without whom nothing can be planned or done."""
        begin = partial(self.beginning.begin, run.id, number)
        begun = run.step("begin", begin)
        while begun["way"] == LATER:
            run.sleep(self.beginning.pause)
            begun = run.step("begin", partial(begin, begun["since"]))
        return begun

    def _forward(self, work: _Work, begun: Mapping[str, Any]) -> Conclusion:
        steps = _steps(begun["steps"])
        ended: list[Ended] = []
        for position, stage in enumerate(stages(one for one in steps if not one.beside)):
            now = self._stage(work, f"stage {position}", stage)
            ended += now
            course = after(
                now, traffic_moved=moves_traffic(ended), may_stay=begun["contract_tested"]
            )
            if course.way is Way.STUCK:
                return Conclusion(state=State.STUCK, said=course.why)
            if course.way is Way.ASK:
                return Conclusion(state=State.AWAITING_DECISION, said=course.why)
            if course.way is Way.BACK:
                return self._back(work, ended, _given_up(course, ended))
        beside = _lanes(work, [one for one in steps if one.beside])
        return self._verified(work, begun, ended, work.run.begun("beside", beside))

    def _stage(
        self, work: _Work, name: str, stage: Sequence[Step], *, undo: bool = False
    ) -> list[Ended]:
        """One lane a component, all at once."""
        lanes = _lanes(work, stage, undo=undo)
        return [one for lane in work.run.together(name, lanes) for one in _ended(lane)]

    def lane(
        self,
        run: Run,
        number: int,
        root: str,
        plain: list[Mapping[str, Any]],
        undo: bool,  # noqa: FBT001 - a durable function's arguments are stored by position
    ) -> list[Mapping[str, Any]]:
        """One component's steps of a stage, each after the one before went well."""
        ended: list[Mapping[str, Any]] = []
        for step in _steps(plain):
            action = self.actions[step.action]
            outcome = guarded(
                run,
                step.name,
                action=action,
                world=replace(self.world, pause=run.pause),
                args=msgspec.convert(dict(step.args), action.args),
                key=f"{root}/{step.name}",
                journal=self.finish.journal(number, step, undo=undo),
                twice_unknown=BRIEFLY if step.optional else TWICE_UNKNOWN,
                patient=step.beside or not step.optional,
            )
            ended.append({"step": asdict(step), "outcome": outcome.plain()})
            if not outcome.well and not step.optional:
                break
        return ended

    def _back(
        self,
        work: _Work,
        ended: Sequence[Ended],
        end: Conclusion,
        beside: Sequence[str] = (),
    ) -> Conclusion:
        """Undoes what stands, the last stage first; where that fails a person must look.

        What goes on `beside` hears of the way back, and ends before it begins.
        """
        undos = work.run.step(
            "plan undo", lambda: self.finish.plan_undo(work.number, to_undo(ended))
        )
        if undos:
            work.run.ended("beside", beside)
        for position, stage in enumerate(stages(_steps(undos))):
            now = self._stage(work, f"undo {position}", stage, undo=True)
            wrong = [one for one in now if not one.outcome.well and not one.step.optional]
            if wrong:
                said = f"undoing failed: {wrong[0].step.does}: {wrong[0].outcome.seen}"
                return Conclusion(state=State.STUCK, said=said)
        return end

    def _verified(
        self,
        work: _Work,
        begun: Mapping[str, Any],
        ended: Sequence[Ended],
        beside: Sequence[str],
    ) -> Conclusion:
        """Nobody who has to decide waits for what goes on beside; only a good end does."""
        if not begun["verify"]:
            end = Conclusion(state=State.SUCCEEDED, said="")
            return self._well(work, ended, end, beside)
        calls = [(WATCH, (work.number, each)) for each in begun["verify"]]
        found = work.run.together("verify", calls)
        conclusion = work.run.step("judge", lambda: self.finish.judged(work.number, found))
        end = Conclusion(
            state=State(conclusion["state"]),
            said=conclusion["said"],
            verdict=Verdict(conclusion["verdict"]) if conclusion["verdict"] else None,
        )
        if conclusion["back"]:
            return self._back(work, ended, end, beside)
        if end.state is State.SUCCEEDED:
            return self._well(work, ended, end, beside)
        return end

    def _well(
        self,
        work: _Work,
        ended: Sequence[Ended],
        end: Conclusion,
        beside: Sequence[str],
    ) -> Conclusion:
        """Whoever wants it undone while something goes on beside, for minutes perhaps, is heard."""
        if not beside:
            return end
        work.run.ended("beside", beside)
        if work.run.step("stop", lambda: self.finish.stop_wanted(work.number)):
            return self._back(work, ended, replace(end, state=State.UNDONE))
        return end

    def watch_component(self, run: Run, number: int, subject: Mapping[str, Any]) -> Any:
        """Looks until the verdict is known; a wish to stop ends the looking."""
        return self.watch.run(run, number, subject)


def _given_up(course: Course, ended: Sequence[Ended]) -> Conclusion:
    """What goes on of itself and broke is for a person to look at; not what a person stopped."""
    left = stays(ended)
    state = State.STUCK if left else State.FAILED
    if course.cancelled:
        state = State.CANCELLED
    if moves_traffic(ended):
        state = State.UNDONE
    return Conclusion(state=state, said=course.why, stays=left)


def _lanes(
    work: _Work, steps: Sequence[Step], *, undo: bool = False
) -> list[tuple[str, tuple[Any, ...]]]:
    """The calls of one lane a component."""
    lanes: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        lanes.setdefault(step.component, []).append(asdict(step))
    return [(LANE, (work.number, work.root, lane, undo)) for lane in lanes.values()]


def _steps(plain: Sequence[Mapping[str, Any]]) -> list[Step]:
    return [msgspec.convert(dict(one), Step) for one in plain]


def _ended(plain: Sequence[Mapping[str, Any]]) -> list[Ended]:
    return [
        Ended(step=msgspec.convert(dict(one["step"]), Step), outcome=Outcome.of(one["outcome"]))
        for one in plain
    ]
