"""Who somebody is to the operations: their roles, fresh enough for what changes the world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.errors import Refused, Unavailable
from bot.domain.operations.operation import Operation
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import person_of
from bot.domain.ops_data.standing import STALE_AFTER, Asker, asker
from bot.store import standing
from bot.store.database import Database

FRESH = timedelta(seconds=60)  # how old a Slack group's list may be for what changes the world


@dataclass(frozen=True, kw_only=True)
class Rights:
    db: Database
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]

    def must_still_approve(self, operation: Operation) -> None:
        """Raises `Refused` where the approver lost the role since.

        Where only a list that is too old gives it: `Unavailable`. A bearer of an API token whom
        people.yaml does not know was judged by the token.
        """
        actor = operation.approved_by or ""
        catalogue = self.catalogue()
        if not actor.startswith("slack:") and person_of(catalogue.people, actor) is None:
            return
        role, now = operation.approver_role, self.now()
        with self.db.read() as tx:
            user = actor.removeprefix("slack:")
            why = standing.barred(tx, user) if actor.startswith("slack:") else None
            who = fresh(tx, catalogue, actor, now)
            before = fresh(tx, catalogue, actor, now, within=STALE_AFTER)
        if why is not None:
            raise Refused(f"@{actor} approved it and may not any more: {why}.")
        if before.may(role) and not who.may(role):
            raise Unavailable(f"Slack has not said lately whether @{actor} still is {role}.")
        if not who.may(role):
            raise Refused(
                f"@{actor} approved it and is not {role} any more.",
                "Ask for it again, for somebody else to approve.",
            )


def fresh(
    tx: Connection, catalogue: Catalogue, actor: str, now: datetime, *, within: timedelta = FRESH
) -> Asker:
    """Roles by Slack group count only while their list is as fresh as that."""
    memberships = (
        standing.memberships(tx, actor.removeprefix("slack:")) if actor.startswith("slack:") else ()
    )
    recent = [one for one in memberships if now - one.fetched_at <= within]
    return asker(catalogue.people, catalogue.groups, actor, recent, now)


def known_as(catalogue: Catalogue, actor: str) -> str:
    """The one name a person has on every surface, or the actor itself."""
    person = person_of(catalogue.people, actor)
    return person.name if person else actor
