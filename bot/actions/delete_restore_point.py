"""Deletes a snapshot that a rollback took, once nobody goes back that far any more."""

from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import snapshots
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.stored import OfStore, whereabouts
from bot.domain.ops_data.restore_point import SnapshotStatus
from bot.ports.action import Action, Call, Found, Words
from bot.ports.world import World


class Args(OfStore, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rollback knew of the snapshot that it took."""


class DeleteRestorePoint:
    name = "delete_restore_point"
    args = Args
    seconds = 60

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Deletes snapshot {args.id} of {args.component} ({args.name})",
            touches="that snapshot, where it carries an operation's mark; nothing else",
            check="the snapshot is not there any more, or is being deleted",
            undo="none: what is deleted is gone",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        snapshot, seen = whereabouts(world, args)
        if snapshot.status in (SnapshotStatus.ABSENT, SnapshotStatus.DELETING):
            return done(seen)
        if not snapshot.operation:
            return conflict(f"{seen}, and carries no operation's mark any more")
        return not_done(seen)

    verify = probe

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        snapshots(world, args.provider).delete(args.store, args.id)

    def rehearse(self, world: World, args: Args) -> None:
        """Snapshots have no dry run."""

    def undo(self, args: Args) -> Call | None:
        return None


ACTION: Action[Args] = DeleteRestorePoint()
