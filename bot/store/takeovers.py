"""How often each run was begun since it last got on: what kills its process never gets on."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, update

from bot.store.tables import takeovers


def count(tx: Connection, run: str) -> int:
    """One more, and how many that makes; of two at once one gets `Conflict`."""
    more = (
        update(takeovers)
        .where(takeovers.c.run == run)
        .values(count=takeovers.c.count + 1)
        .returning(takeovers.c.count)
    )
    known = tx.execute(more).scalar()
    if known is not None:
        return int(known)
    tx.execute(insert(takeovers).values(run=run, count=1))
    return 1


def forget(tx: Connection, runs: Sequence[str]) -> None:
    tx.execute(delete(takeovers).where(takeovers.c.run.in_(runs)))
