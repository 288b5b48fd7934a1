"""Sees to a moment to which the data can be brought back; waits as little as it may."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from bot.actions.parts.deeds import deed
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.domain.errors import GiveUp
from bot.domain.operations.restore_policy import Decision, Way, decide
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import Provider, SnapshotStatus, Store
from bot.ports.action import Action, Call, Found, Words
from bot.ports.snapshots import Snapshots
from bot.ports.world import World

_FRESH = Policy().restore_point_fresh.total_seconds()
_STATES = {
    SnapshotStatus.ABSENT: "is not there",
    SnapshotStatus.CREATING: "is being made",
    SnapshotStatus.AVAILABLE: "is there",
    SnapshotStatus.FAILED: "has failed",
}


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is the snapshot's, the same at every attempt; `name` the database's or the claim's.

    `fresh_seconds` is how old the moment may be to which it can be restored without one.
    """

    component: str
    provider: Provider
    name: str
    namespace: str = ""
    snapshot_class: str = ""
    id: str
    fresh_seconds: float = _FRESH

    @property
    def store(self) -> Store:
        return Store(
            component=self.component,
            provider=self.provider,
            name=self.name,
            namespace=self.namespace,
            snapshot_class=self.snapshot_class,
        )


class TakeRestorePoint:
    name = "take_restore_point"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Sees that the data of {args.component} ({args.name}) can be brought back, with "
            f"snapshot {args.id} where that stalls nothing",
            touches=f"nothing in the data; one snapshot of {args.name}",
            check="it can be restored to minutes ago, or a snapshot is being made",
            undo="none: a snapshot harms nobody, and is deleted when it is old",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        door = _door(world, args)
        taken = _taken(world, args)
        if taken is not None:
            return taken
        decision = _decide(door, world, args)
        seen = f"{args.name}: {decision.way}, as {decision.why}"
        return done(seen) if decision.way in (Way.NOTHING, Way.UNDER_WAY) else not_done(seen)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        """Beside another restore point a snapshot is only wished for: a refusal stops nothing."""
        door = _door(world, args)
        if _taken(world, args) is not None:
            return
        decision = _decide(door, world, args)
        if not decision.is_one:
            raise GiveUp(f"{args.name}: {decision.way}, as {decision.why}.")
        if not decision.starts:
            return
        run = key.partition("/")[0].replace(":", "-")  # a label takes no colon
        try:
            door.start(args.store, args.id, run)
        except GiveUp:
            if decision.way is Way.WAIT:
                raise

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = _door(world, args)
        taken = _taken(world, args)
        if taken is not None:
            return taken
        decision = _decide(door, world, args)
        if decision.restorable_at is not None:
            return done(f"{args.name}: {decision.why}; no snapshot beside it")
        seen = f"{args.name}: {decision.way}, as {decision.why}"
        return done(seen) if decision.way is Way.UNDER_WAY else not_done(seen)

    def rehearse(self, world: World, args: Args) -> None:
        """Snapshots have no dry run, and a rollback need not wait for one: a check looks at it."""

    def undo(self, args: Args) -> Call | None:
        return None


def _door(world: World, args: Args) -> Snapshots:
    door = world.snapshots.get(args.provider)
    if door is None:
        raise GiveUp(
            f"Candlefish has no access to {args.provider} snapshots; `candlefish doctor` says what "
            "it needs."
        )
    return door


def whereabouts(world: World, args: Args) -> tuple[SnapshotStatus, str]:
    """How far our snapshot is, and that in words; raises as the port does."""
    snapshot = _door(world, args).find(args.store, args.id)
    percent = f", {snapshot.percent} %" if snapshot.percent is not None else ""
    return snapshot.status, (
        f"snapshot {args.id} of {args.name} {_STATES[snapshot.status]}{percent}"
    )


def _taken(world: World, args: Args) -> Found | None:
    """What there is of our snapshot; `None` where there is none yet."""
    status, seen = whereabouts(world, args)
    if status is SnapshotStatus.ABSENT:
        return None
    if status is SnapshotStatus.FAILED:
        return conflict(seen)
    return done(seen, going_on=status is SnapshotStatus.CREATING)


def _decide(door: Snapshots, world: World, args: Args) -> Decision:
    policy = replace(Policy(), restore_point_fresh=timedelta(seconds=args.fresh_seconds))
    return decide(door.state(args.store), world.now(), policy)


ACTION: Action[Args] = TakeRestorePoint()
