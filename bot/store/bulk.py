"""Many rows at the driver's own speed, for the intake.

SQLAlchemy Core's executemany takes half of the intake's throughput (docs/decisions/0002); here
the names come from the tables, and plain tuples go to the driver.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.engine import Dialect

Names = tuple[str, ...]
Values = tuple[Any, ...]

CHUNK = 500  # SQLite takes 32,766 variables, but long IN lists are planned anew each


def insert_many(tx: Connection, table: Table, columns: Names, rows: Sequence[Values]) -> None:
    if rows:
        tx.exec_driver_sql(_insert(table, columns, tx.dialect), list(rows))


def update_many(
    tx: Connection, table: Table, columns: Names, where: Names, rows: Sequence[Values]
) -> int:
    """Rows are new values of `columns`, then those that `where` must equal; how many matched."""
    if not rows:
        return 0
    return tx.exec_driver_sql(_update(table, columns, where, tx.dialect), list(rows)).rowcount


def upsert_many(
    tx: Connection, table: Table, columns: Names, key: Names, rows: Sequence[Values]
) -> None:
    if rows:
        tx.exec_driver_sql(_upsert(table, columns, key, tx.dialect), list(rows))


def select_in(
    tx: Connection,
    columns: Sequence[Column[Any]],
    key: Column[Any],
    wanted: Collection[Any],
    *,
    extra: str = "",
    parameters: Values = (),
) -> Iterator[Values]:
    """The rows whose `key` is among `wanted`, as plain tuples."""
    names = ", ".join(column.name for column in columns)
    values = list(wanted)
    mark = _mark(tx.dialect)
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        if tx.dialect.name == "postgresql":
            condition, bound = f"{key.name} = ANY({mark})", (part,)
        else:
            condition, bound = f"{key.name} IN ({', '.join(mark * len(part))})", tuple(part)
        sql = f"SELECT {names} FROM {key.table} WHERE {condition} {extra}"  # noqa: S608 - names come from our tables
        yield from tx.exec_driver_sql(sql, (*bound, *parameters)).cursor.fetchall()


def _mark(dialect: Dialect) -> str:
    return "%s" if dialect.name == "postgresql" else "?"


@lru_cache(maxsize=64)
def _insert(table: Table, columns: Names, dialect: Dialect) -> str:
    marks = ", ".join([_mark(dialect)] * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names come from our tables


@lru_cache(maxsize=64)
def _upsert(table: Table, columns: Names, key: Names, dialect: Dialect) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"{_insert(table, columns, dialect)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    )


@lru_cache(maxsize=64)
def _update(table: Table, columns: Names, where: Names, dialect: Dialect) -> str:
    mark = _mark(dialect)
    changes = ", ".join(f"{name} = {mark}" for name in columns)
    conditions = " AND ".join(f"{name} = {mark}" for name in where)
    return f"UPDATE {table.name} SET {changes} WHERE {conditions}"  # noqa: S608 - names come from our tables
