"""Which processes live, by the database's own clock: PostgreSQL only, where there are several."""

from sqlalchemy import (
    BigInteger,
    Connection,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from bot.store.tables import replicas

_NOW = cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
_SWEEPER = 0x6361_6E64_6C65  # the advisory lock of whoever looks for dead replicas


def enter(tx: Connection, executor: str, seconds: float) -> None:
    tx.execute(insert(replicas).values(executor_id=executor, expires_at=_in(seconds)))


def renew(tx: Connection, executor: str, seconds: float) -> bool:
    """False where the row is gone: somebody declared it dead, and may have its runs."""
    renewed = tx.execute(
        update(replicas)
        .where(replicas.c.executor_id == executor)
        .values(expires_at=_in(seconds))
    )  # fmt: skip
    return renewed.rowcount == 1


def leave(tx: Connection, executor: str) -> None:
    tx.execute(delete(replicas).where(replicas.c.executor_id == executor))


def sweeps(tx: Connection) -> bool:
    """Whether this transaction, until its end, is the only one that buries."""
    return bool(tx.execute(text("SELECT pg_try_advisory_xact_lock(:k)"), {"k": _SWEEPER}).scalar())


def bury(tx: Connection) -> tuple[str, ...]:
    """Forgets those whose time ran out, and names them."""
    gone = delete(replicas).where(replicas.c.expires_at < _NOW).returning(replicas.c.executor_id)
    return tuple(tx.execute(gone).scalars())


def living(tx: Connection) -> frozenset[str]:
    return frozenset(tx.execute(select(replicas.c.executor_id)).scalars())


def _in(seconds: float) -> object:
    return _NOW + literal(round(seconds * 1_000_000), BigInteger)
