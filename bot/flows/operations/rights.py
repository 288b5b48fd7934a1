"""Who somebody is to the operations: their roles, fresh enough for what changes the world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.approval import must_hold
from bot.domain.catalogue import Catalogue
from bot.domain.operation import Operation
from bot.domain.people import person_of
from bot.domain.standing import Asker, asker
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

        A bearer of an API token whom people.yaml does not know was judged by the token.
        """
        actor = operation.approved_by or ""
        catalogue = self.catalogue()
        if not actor.startswith("slack:") and person_of(catalogue.people, actor) is None:
            return
        with self.db.read() as tx:
            who = fresh(tx, catalogue, actor, self.now())
        must_hold(who, operation.approver_role, f"{operation.name} was approved by @{actor}, and")


def fresh(tx: Connection, catalogue: Catalogue, actor: str, now: datetime) -> Asker:
    """Roles by Slack group count only while their list is fresher than `FRESH`."""
    memberships = (
        standing.memberships(tx, actor.removeprefix("slack:")) if actor.startswith("slack:") else ()
    )
    recent = [one for one in memberships if now - one.fetched_at <= FRESH]
    return asker(catalogue.people, catalogue.groups, actor, recent, now)


def known_as(catalogue: Catalogue, actor: str) -> str:
    """The one name a person has on every surface, or the actor itself."""
    person = person_of(catalogue.people, actor)
    return person.name if person else actor
