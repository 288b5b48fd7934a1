"""Reminds of deploys that stand still: nobody remembers a freeze that nobody mentions."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.incidents.incident import Reason, changed
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.operations.freeze import command
from bot.domain.operations.plan import Kind as Asked
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.wording import span
from bot.flows.leader import Leader
from bot.store import calls, freezes, incidents
from bot.store.database import Conflict, Database
from bot.store.freezes import Freeze

EVERY = 15.0  # seconds
REVIEW_LEVEL = 3


class FreezeLoop:
    def __init__(
        self,
        db: Database,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._db, self._catalogue, self._now, self._changed = db, catalogue, now, changed
        self._leader = Leader(db, "freezes", now)

    def turn(self) -> float:
        if not self._leader.leads():
            return EVERY
        now = self._now()
        with self._db.read() as tx:
            due = [one for one in freezes.standing(tx) if one.remind_at <= now]
        for freeze in due:
            self._remind(freeze, now)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _remind(self, freeze: Freeze, now: datetime) -> None:
        policy = self._catalogue().policy
        told = (
            f"deploys of {freeze.component} in {freeze.environment} have stood still for "
            f"{span(now - freeze.at)} (OP-{freeze.operation}: {freeze.why}); "
            f"`{command(Asked.UNFREEZE, freeze.environment, (freeze.component,))}` lifts it"
        )
        try:
            with self._db.write() as tx:
                again = now + policy.remind_frozen_after
                if not freezes.remind_again(tx, freeze, again):
                    return
                found = incidents.find(tx, freeze.incident, lock=True)
                if found is None:
                    return
                entry = Entry(incident=found.id, at=now, kind=Kind.DEPLOY, text=told)
                incidents.apply(tx, [changed(found, Reason.ASKED, entry)])
                if now - freeze.at >= policy.review_frozen_after:
                    key = f"freeze:{freeze.environment}:{freeze.component}:{freeze.operation}"
                    calls.want(
                        tx, key=key, incident=found.id, level=REVIEW_LEVEL, text=told, now=now
                    )
        except Conflict:
            return  # the next turn looks again
        self._changed()
