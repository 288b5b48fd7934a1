"""What an action on a restore point is told of it, and how far it is."""

import msgspec

from bot.actions.parts.doors import snapshots
from bot.domain.ops_data.restore_point import Provider, Snapshot, SnapshotStatus, Store
from bot.ports.world import World

_STATES = {
    SnapshotStatus.ABSENT: "is not there",
    SnapshotStatus.CREATING: "is being made",
    SnapshotStatus.AVAILABLE: "is there",
    SnapshotStatus.FAILED: "has failed",
    SnapshotStatus.DELETING: "is being deleted",
}


class OfStore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is the snapshot's, the same at every attempt; `name` the database's or the claim's."""

    component: str
    provider: Provider
    name: str
    namespace: str = ""
    snapshot_class: str = ""
    id: str

    @property
    def store(self) -> Store:
        return Store(
            component=self.component,
            provider=self.provider,
            name=self.name,
            namespace=self.namespace,
            snapshot_class=self.snapshot_class,
        )


def whereabouts(world: World, args: OfStore) -> tuple[Snapshot, str]:
    """Our snapshot, and in words how far it is; raises as the port does."""
    snapshot = snapshots(world, args.provider).find(args.store, args.id)
    percent = f", {snapshot.percent} %" if snapshot.percent is not None else ""
    return snapshot, f"snapshot {args.id} of {args.name} {_STATES[snapshot.status]}{percent}"
