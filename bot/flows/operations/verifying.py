"""Watches a component after its switch until it is known how it does, or somebody stops it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    Verdict,
    clearly_worse,
    doubt,
    failure,
    judge,
    settled,
)
from bot.engine.run import Run
from bot.flows.operations.bearing import still_stands
from bot.flows.operations.looking import Looking
from bot.flows.operations.record import Record
from bot.ports.world import World
from bot.store import incidents, steps

_WORDS = {
    Verdict.PASS: "it does well",
    Verdict.PASS_SYNTHETIC: "probes are fine; Prometheus cannot tell",
}


@dataclass(frozen=True, kw_only=True)
class Watch:
    record: Record
    world: World
    catalogue: Callable[[], Catalogue]
    looking: Looking

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        """What is watched afterwards, each with how it does now, before anything is switched."""
        began = self._began(operation)
        found = []
        for leg in plan.legs:
            component = self.catalogue().components[leg.component]
            subject = subject_of(component, leg, plan.environment)
            if subject is not None:
                before = self.looking.before(subject).plain()
                usual = self.looking.usual(subject, began)
                found.append({**subject.plain(), "before": before, "usual": usual})
        return found

    def run(self, run: Run, number: int, plain: Mapping[str, Any]) -> Mapping[str, Any]:
        """The verdict on one component: `component, verdict, said, worse, stopped`."""
        subject = Subject.of(plain)
        begun = run.step("switched", lambda: self._switched(number, subject))
        run.sleep(begun["wait"], "settle")
        looks: list[Mapping[str, Any]] = []
        while True:
            turn = run.step(
                f"look {len(looks)}",
                lambda: self._turn(number, subject, begun["at"], list(looks)),
            )
            if turn["verdict"]:
                return {
                    "component": subject.component,
                    "verdict": turn["verdict"],
                    "said": turn["said"],
                    "worse": turn["worse"],
                    "stopped": turn["stopped"],
                }
            looks.append(turn["look"])
            run.sleep(turn["wait"], f"wait {len(looks)}")

    def _switched(self, number: int, subject: Subject) -> Mapping[str, Any]:
        """When this component's traffic moved, and how long until the first look."""
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
        return {"at": at, "wait": max((at + settle - now).total_seconds(), 0.0)}

    def _turn(
        self,
        number: int,
        subject: Subject,
        switched_at: datetime,
        seen: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        if self.record.find(number).stop is not None:
            return _ended(Verdict.INCONCLUSIVE, "stopped while it was watched", stopped=True)
        rules, start = self.catalogue().policy.verification, subject.start(switched_at)
        look = self.looking.look(subject)
        looks = [*map(Look.of, seen), look]
        verdict = judge(looks, rules, start)
        self._tell(number, subject, look)
        if verdict is None:
            wait = rules.every.total_seconds()
            return {"verdict": "", "look": look.plain(), "wait": wait}
        counting = settled(looks, rules, start)
        if verdict is Verdict.FAIL:
            why = failure(counting, rules, start)
        else:
            why = _WORDS.get(verdict) or doubt(counting, rules)
        worse = (
            verdict is Verdict.FAIL
            and clearly_worse(subject.before, look, rules)
            and still_stands(self.world, subject)
        )
        return _ended(verdict, f"{why} ({look.words})", worse=worse)

    def _tell(self, number: int, subject: Subject, look: Look) -> None:
        """So that the card says how it is going."""

        def noted(_: Connection, found: Operation) -> Move | None:
            if found.is_over:
                return None
            results = {**found.results, subject.component: look.words}
            return operating.moved(found, self.world.now(), results=results)

        self.record.keep(number, noted)

    def _began(self, operation: Operation) -> datetime:
        """When the trouble began: as the incident has it, or when it was asked for."""
        with self.record.db.read() as tx:
            incident = incidents.find(tx, operation.incident)
        return min(incident.started_at, operation.requested_at) if incident else self.world.now()


def _ended(
    verdict: Verdict, said: str, *, worse: bool = False, stopped: bool = False
) -> Mapping[str, Any]:
    return {"verdict": verdict.value, "said": said, "worse": worse, "stopped": stopped}
