"""What a run comes to: the way back, the verdict, and the last word in the rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.operations import operating
from bot.domain.operations.going_back import why_not_by_itself
from bot.domain.operations.lacking import AS_BEFORE, spared
from bot.domain.operations.next_move import again
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import HOLDING, Mode, Operation, State
from bot.domain.operations.plan import Kind, Step
from bot.domain.operations.results import results
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.verification.verification import PASSED, Verdict
from bot.domain.wording import either
from bot.flows.operations.acted import standing
from bot.flows.operations.aftermath import after_run, still_frozen
from bot.flows.operations.journal import StepJournal
from bot.flows.operations.record import Record, existing
from bot.flows.operations.setbacks import of_run
from bot.flows.operations.undoing import way_back
from bot.flows.releases.provenance import failed
from bot.store import operations, steps

_STAYS = dict.fromkeys((Kind.FREEZE, Kind.UNFREEZE), "what of it was done stays")
_ORDER = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS_SYNTHETIC, Verdict.PASS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """`stays` is what goes on of itself, as nothing can put it back."""

    state: State
    said: str
    stays: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Finish:
    record: Record
    catalogue: Callable[[], Catalogue]

    def journal(self, number: int, step: Step, *, undo: bool) -> StepJournal:
        return StepJournal(
            record=self.record,
            operation=number,
            row=step.name,
            step=step,
            policy=self.catalogue().policy,
            undo=undo,
        )

    def plan_undo(self, number: int, acted: Sequence[Step]) -> list[Mapping[str, Any]]:
        """The steps back, in their stages; they stand among the operation's steps from now on."""
        plan = self.record.find(number).plan
        back = way_back(acted, plan.steps if plan else ())

        def laid_out(tx: Connection, found: Operation) -> Move | None:
            rows = {one.name for one in steps.of_operation(tx, number)}
            fresh = [step for step in back if step.name not in rows]
            steps.skip_rest(tx, number)
            steps.add(tx, number, operating.waiting(fresh))
            if found.state is State.UNDOING or not back:
                return None
            now = self.record.now()
            return operating.moved(
                found, now, "undoing", state=State.UNDOING, mode=Mode.UNDO, said="undoing"
            )

        self.record.keep(number, laid_out)
        return [asdict(step) for step in back]

    def judged(self, number: int, found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """From the verdict on each component: done, undo it, or a person decides."""
        verdicts = {one["component"]: Verdict(one["verdict"]) for one in found}
        worst = min(verdicts.values(), key=_ORDER.index)
        said = "; ".join(f"{one['component']}: {one['said']}" for one in found)
        failing = [one["component"] for one in found if one["blamed"]]
        self._note_results(number, {one["component"]: one["said"] for one in found}, failing)
        stopped = self.stop_wanted(number) or any(one["stopped"] for one in found)
        worse = worst is Verdict.FAIL and any(one["worse"] for one in found) and not stopped
        stays = self._why_not_back(number) if worse else ""
        back = stopped or (worse and not stays)
        state = State.SUCCEEDED if worst in PASSED else State.AWAITING_DECISION
        if back:
            state = State.UNDONE
        if worse:
            what = f"and not undone by itself, as {stays}" if stays else "so it was undone"
            said = f"clearly worse than before, {what}. {said}"
        return {"state": state.value, "said": said, "verdict": worst.value, "back": back}

    def stop_wanted(self, number: int) -> bool:
        """Whether somebody asked for it, after the last look at the verdict perhaps."""
        return self.record.find(number).stop is not None

    def _why_not_back(self, number: int) -> str:
        policy, now = self.catalogue().policy, self.record.now()
        with self.record.db.read() as tx:
            found = existing(tx, number)
            since = now - policy.switches_within
            recent = operations.switched_since(tx, found.environment, since)
        return why_not_by_itself(found, recent, policy, now)

    def _note_results(
        self, number: int, results: Mapping[str, str], failing: Sequence[str]
    ) -> None:
        """Also in the ledger, so that no later rollback goes to what failed here."""

        def noted(tx: Connection, found: Operation) -> Move | None:
            if found.is_over:
                return None
            now = self.record.now()
            failed(tx, found, failing, now)
            return operating.moved(found, now, results=dict(results))

        self.record.keep(number, noted)

    def keep(self, run: str, number: int, conclusion: Conclusion) -> None:
        """The end of the run; a replay finds it ended, or in its next run, and changes nothing."""

        def ended(tx: Connection, found: Operation) -> Move | None:
            ours = found.run_id == run and found.state is not State.AWAITING_DECISION
            if not ours or found.state not in HOLDING:
                return None
            now = self.record.now()
            steps.skip_rest(tx, number)
            if conclusion.state is State.SUCCEEDED:
                after_run(tx, found, standing(tx, found), self.catalogue().policy, now)
            told = _summary(found, conclusion, now - (found.started_at or now))
            if conclusion.state not in (State.STUCK, State.AWAITING_DECISION):
                told += still_frozen(tx, found)
            if conclusion.state in AS_BEFORE:
                told += _other_way(tx, found)
            seen, verdict = found.results, conclusion.verdict or found.verdict
            if conclusion.verdict is None:
                seen = results(found, steps.of_operation(tx, number))
            if found.stop is not None and conclusion.state is State.AWAITING_DECISION:
                return operating.back_as_asked(found, told, now, seen, verdict)
            move = operating.ended(
                found, conclusion.state, told, now, results=seen, verdict=verdict
            )
            return _offering(replace(move, operation=replace(move.operation, stop=None)), now)

        self.record.keep(number, ended)


def _other_way(tx: Connection, found: Operation) -> str:
    """Where an idle colour did not come up, what asking again does; nothing where it does the same.

    Whether that still holds is for the next plan to find out.
    """
    fell = {one.identity for one in of_run(tx, found)}
    legs = found.plan.legs if found.plan else ()
    ways = [
        f"{leg.after.version} in place on {leg.otherwise}"
        for leg in legs
        if leg.otherwise and leg.after and leg.after.identity in fell
    ]
    return f". `{again(found)}` restores {either(ways, 'and')} now" if ways else ""


def _offering(move: Move, now: datetime) -> Move:
    """With what was spared the database while all was in trouble."""
    told = tuple(
        operating.told_of(
            move.operation,
            now,
            f"no snapshot of {check.component} was taken during the incident, as it would have "
            f"stalled in its one zone. To take one now: `{check.later}`",
        )
        for check in spared(move.operation)
    )
    return replace(move, entries=(*move.entries, *told))


def _summary(found: Operation, conclusion: Conclusion, took: timedelta) -> str:
    seconds = f" after {int(took.total_seconds())} s" if found.started_at else ""
    stays = conclusion.stays or _STAYS.get(found.kind, "nothing stays changed")
    words = {
        State.SUCCEEDED: f"done{seconds}",
        State.UNDONE: f"undone{seconds}",
        State.FAILED: f"failed, and {stays}",
        State.CANCELLED: f"cancelled, and {stays}",
        State.STUCK: "stuck, a person must look",
        State.AWAITING_DECISION: "a person must decide: keep it or revert it",
    }
    if found.stop is not None:
        words[State.AWAITING_DECISION] = f"going back, as @{found.stop.actor} asked"
    elif found.kind is Kind.ROLLBACK:
        words[State.AWAITING_DECISION] += ", or go on to the next good release"
    if conclusion.stays:
        words[State.STUCK] += f", and {stays}"
    said = words[conclusion.state] + (f": {conclusion.said}" if conclusion.said else "")
    if found.stop is not None and conclusion.state is State.SUCCEEDED:
        said += f"; when @{found.stop.actor} asked to stop, all was done already"
    return said
