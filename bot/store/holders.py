"""Which incident holds a group of alerts, a single alert by hand, or a PagerDuty incident."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select, update

from bot.domain.incidents.correlation import Held
from bot.store import bulk
from bot.store.tables import holders

_COLUMNS = ("group_digest", "environment", "component", "incident_id")
_KEY = ("group_digest", "environment", "component")
_SELECTED = [
    holders.c.group_digest,
    holders.c.environment,
    holders.c.component,
    holders.c.incident_id,
]


def of_groups(tx: Connection, groups: Collection[str]) -> dict[Held, int]:
    return {
        Held(group=group, environment=environment, component=component): incident
        for group, environment, component, incident in bulk.select_in(
            tx, _SELECTED, holders.c.group_digest, groups
        )
    }


def hold(tx: Connection, new: Mapping[Held, int]) -> None:
    """Names the incident that holds each group from now on."""
    rows = [
        (held.group, held.environment, held.component, incident) for held, incident in new.items()
    ]
    bulk.upsert_many(tx, holders, _COLUMNS, _KEY, rows)


def move(tx: Connection, source: int, target: int) -> None:
    tx.execute(update(holders).where(holders.c.incident_id == source).values(incident_id=target))


def of_group(tx: Connection, group: str) -> list[int]:
    """The incidents that hold this group under any component, the newest first."""
    statement = (
        select(holders.c.incident_id)
        .where(holders.c.group_digest == group)
        .order_by(holders.c.incident_id.desc())
    )
    return list(tx.execute(statement).scalars())
