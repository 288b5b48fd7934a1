"""Restore points: RDS, Aurora, volume snapshots. Errors as for `bot.ports.cluster`."""

from typing import Protocol

from bot.domain.ops_data.restore_point import Snapshot, Store, StoreState


class Snapshots(Protocol):
    def check(self) -> str:
        """Who the bot is there, in the provider's words."""

    def state(self, store: Store) -> StoreState: ...

    def find(self, store: Store, id: str) -> Snapshot:  # noqa: A002 - the provider's own word
        """The snapshot of this id; `ABSENT` where there is none."""

    def start(self, store: Store, id: str, operation: str) -> None:  # noqa: A002 - as above
        """Begins one; the same id again is the same snapshot."""

    def delete(self, store: Store, id: str) -> None:  # noqa: A002 - as above
        """One that is gone is deleted. Only what carries an operation's mark: else `GiveUp`."""
