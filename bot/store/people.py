"""What Slack said of people: who is in which group, and who may never act."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.ports.chat import Profile
from bot.store import bulk
from bot.store.codec import instant, micros
from bot.store.tables import group_members, slack_people

_MEMBER = ("group_id", "user_id", "fetched_at")
_PERSON = ("user_id", "team_id", "barred", "fetched_at")


def set_members(tx: Connection, group: str, users: Iterable[str], now: datetime) -> None:
    """All of the group's members; whoever is not named any more is out."""
    tx.execute(delete(group_members).where(group_members.c.group_id == group))
    fetched = micros(now)
    bulk.insert_many(tx, group_members, _MEMBER, [(group, one, fetched) for one in {*users}])


def members(tx: Connection) -> set[str]:
    """Everybody who is in a group."""
    return set(tx.execute(select(group_members.c.user_id).distinct()).scalars())


def forget_groups(tx: Connection, kept: Collection[str]) -> None:
    """The groups that people.yaml and the ladders do not name any more."""
    tx.execute(delete(group_members).where(group_members.c.group_id.not_in(kept)))


def learn(tx: Connection, profile: Profile, now: datetime) -> None:
    row = (profile.user, profile.team, profile.barred, micros(now))
    bulk.upsert_many(tx, slack_people, _PERSON, ("user_id",), [row])


def last_seen(tx: Connection) -> dict[str, datetime]:
    """When Slack was last asked about each account."""
    rows = tx.execute(select(slack_people.c.user_id, slack_people.c.fetched_at))
    return {user: instant(fetched) for user, fetched in rows}
