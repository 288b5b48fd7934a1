"""Facts about a vendor that cost a call to learn, kept across restarts."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.store import bulk
from bot.store.codec import micros
from bot.store.tables import facts

SLACK_CHANNEL = "slack_channel"  # its id
SLACK_CHANNEL_NAME = "slack_channel_name"  # as it is set, to see when the setting changed
SLACK_TEAM = "slack_team"

_COLUMNS = ("name", "value", "fetched_at")


def find(tx: Connection, name: str) -> str | None:
    statement = select(facts.c.value).where(facts.c.name == name)
    return tx.execute(statement).scalar_one_or_none()


def learn(tx: Connection, name: str, value: str, now: datetime) -> None:
    bulk.upsert_many(tx, facts, _COLUMNS, ("name",), [(name, value, micros(now))])
