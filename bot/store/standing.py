"""What was last learned from Slack about somebody, and about our channel."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.domain.ops_data.standing import Membership
from bot.store import facts
from bot.store.codec import instant
from bot.store.tables import group_members, slack_people


def memberships(tx: Connection, user: str) -> list[Membership]:
    statement = select(group_members.c.group_id, group_members.c.fetched_at).where(
        group_members.c.user_id == user
    )
    return [
        Membership(group=group, fetched_at=instant(fetched))
        for group, fetched in tx.execute(statement)
    ]


def members(tx: Connection, groups: Collection[str]) -> dict[str, list[str]]:
    """The Slack ids of the people in each group, as far as they are known."""
    statement = (
        select(group_members.c.group_id, group_members.c.user_id)
        .where(group_members.c.group_id.in_(groups))
        .order_by(group_members.c.user_id)
    )
    found: dict[str, list[str]] = {}
    for group, user in tx.execute(statement):
        found.setdefault(group, []).append(user)
    return found


def barred(tx: Connection, user: str) -> str | None:
    """Why this Slack account may never act, in words; `None` where it may, or is not known."""
    statement = select(slack_people.c.barred).where(slack_people.c.user_id == user)
    return tx.execute(statement).scalar_one_or_none()


def channel(tx: Connection) -> str | None:
    """The id of the incident channel, once Slack has told it."""
    return facts.find(tx, facts.SLACK_CHANNEL)
