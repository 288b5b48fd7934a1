"""Watches a component after its switch until it is known how it does, or somebody stops it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.domain.operations import operating
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Plan
from bot.domain.operations.subject import Subject, subject_of
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.verification.look import Look
from bot.domain.verification.verification import (
    Start,
    Verdict,
    clearly_worse,
    doubt,
    failure,
    judge,
    settled,
    to_blame,
)
from bot.engine.run import Run
from bot.flows.operations.bearing import still_stands
from bot.flows.operations.looking import Looking
from bot.flows.operations.occasion import trouble_of
from bot.flows.operations.record import Record
from bot.ports.world import World
from bot.store import steps

_UNWATCHED = "components.yaml does not say any more where it runs, so nobody watched it"


@dataclass(frozen=True, kw_only=True)
class Watch:
    record: Record
    world: World
    catalogue: Callable[[], Catalogue]
    looking: Looking

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        """What is watched afterwards, each with how it does now, before anything is switched.

        Of a component that nobody can watch it is only the name: its verdict is that.
        """
        components = self.catalogue().components
        found: list[Subject] = []
        unwatched: list[str] = []
        for leg in plan.legs:
            component = components.get(leg.component)
            subject = subject_of(component, leg, plan.environment) if component else None
            if subject is not None:
                found.append(subject)
            elif leg.after is not None:
                unwatched.append(leg.component)
        seen = self.looking.beforehand(found, trouble_of(self.record.db, operation))
        return [*(one.plain() for one in seen), *({"component": name} for name in unwatched)]

    def run(self, run: Run, number: int, plain: Mapping[str, Any]) -> Mapping[str, Any]:
        """The verdict on one component: `component, verdict, said, worse, stopped, blamed`.

        `blamed` where the release itself did badly.
        """
        if "release" not in plain:
            return {"component": plain["component"], **_ended(Verdict.INCONCLUSIVE, _UNWATCHED)}
        subject = Subject.of(plain)
        begun = run.step("switched", lambda: self._switched(number, subject))
        start = subject.start(begun["at"], begun["now"])
        run.sleep(begun["wait"], "settle")
        looks: list[Mapping[str, Any]] = []
        while True:
            turn = run.step(
                f"look {len(looks)}",
                lambda: self._turn(number, subject, start, list(looks)),
            )
            if turn["verdict"]:
                return {"component": subject.component, **turn}
            looks.append(turn["look"])
            run.sleep(turn["wait"], f"wait {len(looks)}")

    def _switched(self, number: int, subject: Subject) -> Mapping[str, Any]:
        """When this component's traffic moved, when watching began, and the time to the first look.

        Kept by the run: after a crash the deadline is still counted from the same beginning.
        """
        now = self.world.now()
        with self.record.db.read() as tx:
            rows = {row.name: row.finished_at for row in steps.of_operation(tx, number)}
        operation = self.record.find(number)
        moved = [
            at
            for step in (operation.plan.steps if operation.plan else ())
            if step.decisive and step.component == subject.component and (at := rows.get(step.name))
        ]
        at = max(moved, default=operation.switched_at or now)
        settle = self.catalogue().policy.verification.settle
        return {"at": at, "now": now, "wait": max((at + settle - now).total_seconds(), 0.0)}

    def _turn(
        self, number: int, subject: Subject, start: Start, seen: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        if self.record.find(number).stop is not None:
            return _ended(Verdict.INCONCLUSIVE, "stopped while it was watched", stopped=True)
        rules = self.catalogue().policy.verification
        look = self.looking.look(subject)
        looks = [*map(Look.of, seen), look]
        verdict = judge(looks, rules, start)
        self._tell(number, subject, look)
        if verdict is None:
            wait = rules.every.total_seconds()
            return {"verdict": "", "look": look.plain(), "wait": wait}
        counting = settled(looks, rules, start)
        match verdict:
            case Verdict.PASS:
                why = "it does well"
            case Verdict.FAIL:
                why = failure(counting, rules, start)
            case Verdict.PASS_SYNTHETIC:
                why = f"its probes are fine, and that is all there is: {doubt(counting, rules)}"
            case Verdict.INCONCLUSIVE:
                why = doubt(counting, rules)
        blamed = verdict is Verdict.FAIL and to_blame(counting, rules, start)
        worse = (
            blamed
            and clearly_worse(subject.before, counting[-1], rules)
            and still_stands(self.world, subject)
        )
        return _ended(verdict, f"{why} ({look.words})", worse=worse, blamed=blamed)

    def _tell(self, number: int, subject: Subject, look: Look) -> None:
        """So that the card says how it is going."""

        def noted(_: Connection, found: Operation) -> Move | None:
            if found.is_over:
                return None
            results = {**found.results, subject.component: look.words}
            return operating.moved(found, self.world.now(), results=results)

        self.record.keep(number, noted)


def _ended(
    verdict: Verdict,
    said: str,
    *,
    worse: bool = False,
    stopped: bool = False,
    blamed: bool = False,
) -> Mapping[str, Any]:
    return {
        "verdict": verdict.value,
        "said": said,
        "worse": worse,
        "stopped": stopped,
        "blamed": blamed,
    }
