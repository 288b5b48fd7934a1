"""Who somebody is to the operations: their roles, fresh enough for what changes the world."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.errors import Refused, Unavailable
from bot.domain.operations.operation import Operation
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import Role, person_of
from bot.domain.ops_data.standing import Asker, asker
from bot.store import standing
from bot.store.database import Database

FRESH = timedelta(seconds=60)  # how old a Slack group's list may be for what changes the world
_EVER = timedelta.max  # an old list still gives responder


@dataclass(frozen=True, kw_only=True)
class Rights:
    db: Database
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]

    def must_still_approve(self, operation: Operation) -> None:
        """Raises `Refused` where the approver lost the role since.

        Where only a list that is too old gives it: `Unavailable`.
        """
        actor, role, now = operation.approved_by or "", operation.approver_role, self.now()
        catalogue = self.catalogue()
        with self.db.read() as tx:
            user = actor.removeprefix("slack:")
            why = standing.barred(tx, user) if actor.startswith("slack:") else None
            who = granted(tx, catalogue, actor, now, within=FRESH)
            before = granted(tx, catalogue, actor, now, within=_EVER)
        if who is None or before is None:
            return
        if why is not None:
            raise Refused(f"@{actor} approved it and may not any more: {why}.")
        if before.may(role) and not who.may(role):
            raise Unavailable(f"Slack has not said lately whether @{actor} still is {role}.")
        if not who.may(role):
            raise Refused(
                f"@{actor} approved it and is not {role} any more.",
                "Ask for it again, for somebody else to approve.",
            )


def must_be_granted(
    tx: Connection, catalogue: Catalogue, who: Asker, role: Role, now: datetime
) -> None:
    """Raises `Refused` where only a token gives the role: the run itself would not start."""
    known = granted(tx, catalogue, who.actor, now, within=_EVER)
    if known is not None and not known.may(role):
        raise Refused(
            f"Approving needs the role {role}, which people.yaml does not give to "
            f"{who.known_as}: a token cannot give it instead.",
            "Ask somebody who holds it; `oncall` shows whom.",
        )


def granted(
    tx: Connection, catalogue: Catalogue, actor: str, now: datetime, *, within: timedelta
) -> Asker | None:
    """What the bot itself knows of somebody.

    `None` for a bearer whom people.yaml does not know: of them the token alone tells.
    """
    if not actor.startswith("slack:") and person_of(catalogue.people, actor) is None:
        return None
    return fresh(tx, catalogue, actor, now, within=within)


def fresh(
    tx: Connection, catalogue: Catalogue, actor: str, now: datetime, *, within: timedelta = FRESH
) -> Asker:
    """Roles by Slack group count while their list is as fresh as that; later they are unsure."""
    memberships = (
        standing.memberships(tx, actor.removeprefix("slack:")) if actor.startswith("slack:") else ()
    )
    recent = [one for one in memberships if now - one.fetched_at <= within]
    who, ever = (
        asker(catalogue.people, catalogue.groups, actor, lists, now)
        for lists in (recent, memberships)
    )
    return replace(who, unsure=(ever.roles | ever.unsure) - who.roles)


def known_as(catalogue: Catalogue, actor: str) -> str:
    """The one name a person has on every surface, or the actor itself."""
    person = person_of(catalogue.people, actor)
    return person.name if person else actor
