"""Sees to a moment to which the data can be brought back; waits as little as it may."""

from dataclasses import replace
from datetime import UTC, timedelta

from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import snapshots
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.stored import OfStore, whereabouts
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.restore_policy import Decision, Way, decide
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import SnapshotStatus
from bot.ports.action import Action, Call, Found, Words
from bot.ports.trouble import DoneWithout
from bot.ports.world import World

_FRESH = Policy().restore_point_fresh.total_seconds()


class Args(OfStore, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`fresh_seconds` is how old the moment may be to which it can be restored without one.

    `may_stall`: a person has chosen that it holds up the database where there is no other.
    """

    fresh_seconds: float = _FRESH
    may_stall: bool = False


class TakeRestorePoint:
    name = "take_restore_point"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Sees that the data of {args.component} ({args.name}) can be brought back, with "
            f"snapshot {args.id} where {_where(args)}",
            touches=f"nothing in the data; one snapshot of {args.name}",
            check="it can be restored to minutes ago, or a snapshot is being made",
            undo="none: a snapshot harms nobody, and is deleted when it is old",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        """Where there is another restore point our snapshot is not looked for: nobody needs it."""
        decision = _decide(world, args)
        if decision.restorable_at is None and (taken := _taken(world, args)) is not None:
            return taken
        seen = f"{args.name}: {decision.way}, as {decision.why}"
        return done(seen) if decision.needs_none else not_done(seen)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        decision = _decide(world, args)
        run = key.partition("/")[0].replace(":", "-")  # a label takes no colon
        if decision.way is Way.START:
            _wish(world, args, run, decision)
        elif decision.restorable_at is None and _taken(world, args) is None:
            if not decision.is_one:
                raise GiveUp(f"{args.name}: {decision.way}, as {decision.why}.")
            if decision.starts:
                snapshots(world, args.provider).start(args.store, args.id, run)

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        decision = _decide(world, args)
        if decision.restorable_at is not None:
            return done(f"{_restorable(args, decision)}; {_beside(world, args)}")
        taken = _taken(world, args)
        if taken is not None:
            return taken
        seen = f"{args.name}: {decision.way}, as {decision.why}"
        return done(seen) if decision.way is Way.UNDER_WAY else not_done(seen)

    def rehearse(self, world: World, args: Args) -> None:
        """Snapshots have no dry run, and a rollback need not wait for one: a check looks at it."""

    def undo(self, args: Args) -> Call | None:
        return None


def _where(args: Args) -> str:
    return "there is no other way" if args.may_stall else "that stalls nothing"


def _taken(world: World, args: Args) -> Found | None:
    """What there is of our snapshot; `None` where there is none yet."""
    snapshot, seen = whereabouts(world, args)
    if snapshot.status is SnapshotStatus.ABSENT:
        return None
    if snapshot.status in (SnapshotStatus.FAILED, SnapshotStatus.DELETING):
        return conflict(seen)
    return done(seen, going_on=snapshot.status is SnapshotStatus.CREATING)


def _wish(world: World, args: Args, run: str, decision: Decision) -> None:
    """Tried once: a rollback does not wait for what it needs not."""
    try:
        snapshots(world, args.provider).start(args.store, args.id, run)
    except (Refused, Unavailable, GiveUp) as error:
        seen = f"{_restorable(args, decision)}; no snapshot beside it: {error}"
        raise DoneWithout(seen) from error


def _restorable(args: Args, decision: Decision) -> str:
    at = decision.restorable_at
    return f"{args.name} is restorable to {at.astimezone(UTC):%H:%M:%S} UTC" if at else decision.why


def _beside(world: World, args: Args) -> str:
    """What came of the snapshot that was wished for."""
    try:
        snapshot, seen = whereabouts(world, args)
    except (Refused, Unavailable, GiveUp) as error:
        return f"how far snapshot {args.id} is cannot be told: {error}"
    return "no snapshot beside it" if snapshot.status is SnapshotStatus.ABSENT else seen


def _decide(world: World, args: Args) -> Decision:
    policy = replace(Policy(), restore_point_fresh=timedelta(seconds=args.fresh_seconds))
    state = snapshots(world, args.provider).state(args.store)
    return decide(state, world.now(), policy, may_stall=args.may_stall)


ACTION: Action[Args] = TakeRestorePoint()
