"""Judges what was read before an operation, check by check: facts in words, and how bad they are.

P4 to P6 stand in `contract_checks`. What could not be read comes as `Untold`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.operations import room
from bot.domain.operations.candidate import Candidate
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.plan import Leg, Release
from bot.domain.operations.restore_policy import Decision, Way
from bot.domain.operations.survey import ClusterSurvey
from bot.domain.operations.target import Known, is_good
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.restore_point import Store
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.suspects import LATER, LOOK_BACK
from bot.domain.verification.verification import Verdict
from bot.domain.wording import count, either, span

_LIKELY = timedelta(minutes=30)
MAY_STALL = "may-stall"  # the flag


@dataclass(frozen=True, kw_only=True, slots=True)
class Untold:
    """Nobody can tell, and why."""

    why: str


def target(leg: Leg, release: Candidate, known: Known) -> Check:
    """P1. That it is another release than the live one was seen to when it was planned."""
    before, after = _named(leg.before), _named(leg.after)
    way = f"{before} → {after}"
    if is_good(release, known):
        served = max(row.served(known.now) for row in release.rows)
        return _check(leg, Code.TARGET, Result.PASS, f"{way}; it served well for {span(served)}")
    if any(row.verdict is Verdict.FAIL for row in release.rows):
        return _check(leg, Code.TARGET, Result.WARN, f"{way}; it failed its verification before")
    return _check(leg, Code.TARGET, Result.WARN, f"{way}; it never proved that it is good")


def image(leg: Leg, exists: Mapping[str, bool | Untold], *, ready: int) -> Check:
    """P2, of every image that its pods pull. Pods that run them prove that they are there."""
    if ready:
        seen = f"{count(ready, 'pod')} of it {'is' if ready == 1 else 'are'} ready"
        return _check(leg, Code.IMAGE, Result.PASS, seen)
    gone = [name for name, there in exists.items() if there is False]
    if gone:
        seen = f"the registry has no {', '.join(gone)} any more"
        return _check(leg, Code.IMAGE, Result.BLOCK, seen)
    untold = [f"{name}: {one.why}" for name, one in exists.items() if isinstance(one, Untold)]
    if untold or not exists:
        seen = "; ".join(untold) or "its image is not known"
        return _check(leg, Code.IMAGE, Result.UNKNOWN, seen)
    return _check(leg, Code.IMAGE, Result.PASS, f"the registry has {', '.join(exists)}")


def kept(leg: Leg, *, there: bool) -> Check:
    """P2 of a site: its host keeps the deploy, ready to be published."""
    name = leg.after.identity if leg.after else ""
    if there:
        return _check(leg, Code.IMAGE, Result.PASS, f"the host keeps deploy {name}, ready")
    return _check(leg, Code.IMAGE, Result.BLOCK, f"the host has no deploy {name} that is ready")


def references(component: str, lacks: Sequence[str] | Untold) -> Check:
    """P3."""
    if isinstance(lacks, Untold):
        return _of(component, Code.REFERENCES, Result.UNKNOWN, lacks.why)
    if lacks:
        seen = f"it names what is not there: {', '.join(lacks)}"
        return _of(component, Code.REFERENCES, Result.BLOCK, seen)
    return _of(component, Code.REFERENCES, Result.PASS, "all that its template names is there")


def has_room(
    survey: ClusterSurvey, needed: room.Amounts, beside: room.Amounts = room.NOTHING
) -> Check:
    """P7. A dry run says nothing of quotas: pods are refused later, one by one.

    `beside` is what the rest of the plan takes from the same quotas.
    """
    name = survey.component.name
    if survey.quotas is None:
        return _of(name, Code.ROOM, Result.UNKNOWN, "its quotas may not be read")
    lacking = room.lacking(survey.quotas, needed, beside)
    if lacking:
        return _of(name, Code.ROOM, Result.BLOCK, "; ".join(lacking))
    waiting = room.waiting(tuple(survey.workloads.values()))
    if waiting:
        seen = f"{waiting} wait for a node or for their image: the cluster may be full"
        return _of(name, Code.ROOM, Result.WARN, seen)
    kept = "its quotas leave room" if survey.quotas else "no quota stands against it"
    return _of(name, Code.ROOM, Result.PASS, kept)


def other_work(component: str, held: str, rolling: Sequence[str]) -> Check:
    """P8. `held` says who has hold of the component since when; empty where nobody has."""
    if held:
        return _of(component, Code.CONFLICT, Result.BLOCK, held)
    if rolling:
        return _of(component, Code.CONFLICT, Result.WARN, "; ".join(rolling))
    return _of(component, Code.CONFLICT, Result.PASS, "nothing else is at work on it")


def restore_point(store: Store, answer: Decision | Untold, operation: str = "") -> Check:
    """P9. `operation` names the snapshot that may be taken by hand afterwards."""
    code, name = Code.RESTORE_POINT, store.component
    if isinstance(answer, Untold):
        return _of(name, code, Result.UNKNOWN, answer.why)
    seen = f"{answer.why}: {answer.way}"
    if not answer.is_one:
        past = MAY_STALL if answer.way is Way.ASK else ""
        return replace(_of(name, code, Result.BLOCK, seen), past=past)
    result = Result.WARN if answer.way is Way.WAIT else Result.PASS
    later = _by_hand(store, operation) if answer.way is Way.SPARED else ""
    return replace(_of(name, code, result, seen), later=later)


def _by_hand(store: Store, operation: str) -> str:
    """Only an RDS instance is stalled by its snapshot."""
    return (
        f"aws rds create-db-snapshot --db-instance-identifier {store.name} "
        f"--db-snapshot-identifier {store.name}-after-{operation.lower()}"
    )


def no_restore_point(store: Store) -> Check:
    """P9 where nobody makes one: what older code writes stays written."""
    seen = f"no restore point: {store.component} has no store here that makes one"
    return _of(store.component, Code.RESTORE_POINT, Result.WARN, seen)


def reach(
    component: Component, dependants: Sequence[str], connections: float | Untold | None
) -> Check:
    """P10. `connections` is `None` where it keeps none."""
    told = []
    if dependants:
        told.append(f"{either(dependants, 'and')} {'need' if len(dependants) > 1 else 'needs'} it")
    if isinstance(connections, Untold):
        told.append(f"open connections: {connections.why}")
    elif connections:
        told.append(f"{count(int(connections), 'connection')} will have to reconnect")
    if not told:
        return _of(component.name, Code.BLAST_RADIUS, Result.PASS, "nothing else needs it")
    return _of(component.name, Code.BLAST_RADIUS, Result.WARN, "; ".join(told))


def suspect(leg: Leg, brought: LedgerRelease | None, began: datetime) -> Check:
    """P11. Says how likely the present release is the cause; never stops anything.

    `brought` is the service by which it came. Of one that came unseen the latest time counts.
    """
    running = _named(leg.before)
    if brought is None or brought.live_at is None:
        seen = f"since when {running} serves is not known"
        return _check(leg, Code.SUSPECT, Result.UNKNOWN, seen)
    longest = began - brought.live_at
    if longest < -LATER:
        seen = f"{running} came {span(-longest)} after the trouble began, so that began without it"
        return _check(leg, Code.SUSPECT, Result.WARN, seen)
    most = "at most " if brought.live_by else ""
    when = f"{running} came {most}{span(max(longest, timedelta()))} before the trouble began"
    shortest = began - (brought.live_by or brought.live_at)
    if shortest <= _LIKELY:
        return _check(leg, Code.SUSPECT, Result.PASS, f"{when}: a likely cause")
    if shortest <= LOOK_BACK:
        return _check(leg, Code.SUSPECT, Result.PASS, f"{when}: a possible cause")
    return _check(leg, Code.SUSPECT, Result.WARN, f"{when}: something else may be the cause")


def rehearsal(component: str, refused: Mapping[str, str], untold: Mapping[str, str]) -> Check:
    """P12. By step, why the API would not do it, or why nobody could tell."""
    for result, answers in ((Result.BLOCK, refused), (Result.UNKNOWN, untold)):
        if answers:
            seen = "; ".join(f"{step}: {why}" for step, why in answers.items())
            return _of(component, Code.REHEARSAL, result, seen)
    return _of(
        component,
        Code.REHEARSAL,
        Result.PASS,
        "every write was tried as a dry run, where its API has one",
    )


def late(code: Code, component: str, within: timedelta) -> Check:
    seen = f"no answer within {span(within)}"
    return _of(component, code, Result.UNKNOWN, seen)


def _named(release: Release | None) -> str:
    if release is None:
        return "what runs"
    return f"{release.version} ({release.color})" if release.color else release.version


def _check(leg: Leg, code: Code, result: Result, seen: str) -> Check:
    return _of(leg.component, code, result, seen)


def _of(component: str, code: Code, result: Result, seen: str) -> Check:
    return Check(code=code, result=result, seen=seen, component=component)
