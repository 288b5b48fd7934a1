"""Many rows in one statement, at the driver's own speed, for the intake.

SQLAlchemy Core's executemany takes half of the intake's throughput (docs/decisions/0003); here
the names come from the tables, and plain tuples go to the driver: to SQLite row by row, to
PostgreSQL as one array a column, which spares it a statement a row.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Column, Connection, Table
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.exc import IntegrityError, OperationalError

Names = tuple[str, ...]
Values = tuple[Any, ...]

CHUNK = 500  # SQLite takes 32,766 variables, but long IN lists are planned anew each


def insert_many(tx: Connection, table: Table, columns: Names, rows: Sequence[Values]) -> None:
    if not rows:
        return
    if not _takes_arrays(tx.dialect):
        tx.exec_driver_sql(_insert(table, columns, tx.dialect), list(rows))
        return
    driver: Any = tx.connection.driver_connection
    with (
        _as_sqlalchemy_says(),
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


@contextmanager
def _as_sqlalchemy_says() -> Iterator[None]:
    """COPY goes past SQLAlchemy, which would have wrapped the driver's errors in its own."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise IntegrityError("COPY", None, error, hide_parameters=True) from error
    except psycopg.OperationalError as error:
        raise OperationalError("COPY", None, error, hide_parameters=True) from error


def update_many(
    tx: Connection, table: Table, columns: Names, where: Names, rows: Sequence[Values]
) -> int:
    """Rows are new values of `columns`, then those that `where` must equal; how many matched."""
    return _run(tx, _update(table, columns, where, tx.dialect), rows).rowcount if rows else 0


def upsert_many(
    tx: Connection, table: Table, columns: Names, key: Names, rows: Sequence[Values]
) -> None:
    """No two rows may have the same key."""
    if rows:
        _run(tx, _upsert(table, columns, key, tx.dialect), rows)


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
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        if _takes_arrays(tx.dialect):
            condition, bound = f"{key.name} = ANY(%s)", (part,)
        else:
            condition, bound = f"{key.name} IN ({', '.join('?' * len(part))})", tuple(part)
        sql = f"SELECT {names} FROM {key.table} WHERE {condition} {extra}"  # noqa: S608 - names come from our tables
        yield from tx.exec_driver_sql(sql, (*bound, *parameters)).cursor.fetchall()


def _takes_arrays(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


def _run(tx: Connection, sql: str, rows: Sequence[Values]) -> CursorResult[Any]:
    if _takes_arrays(tx.dialect):
        return tx.exec_driver_sql(sql, tuple(map(list, zip(*rows, strict=True))))
    return tx.exec_driver_sql(sql, list(rows))


def _given(table: Table, columns: Names, dialect: Dialect) -> str:
    """The rows as a source that a statement reads from."""
    if not _takes_arrays(dialect):
        return f"VALUES ({', '.join('?' * len(columns))})"
    types = [table.c[name].type.compile(dialect) for name in columns]
    return f"SELECT * FROM unnest({', '.join(f'%s::{one}[]' for one in types)})"  # noqa: S608 - types of our tables


@lru_cache(maxsize=64)
def _insert(table: Table, columns: Names, dialect: Dialect) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) {_given(table, columns, dialect)}"


@lru_cache(maxsize=64)
def _upsert(table: Table, columns: Names, key: Names, dialect: Dialect) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"{_insert(table, columns, dialect)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    )


@lru_cache(maxsize=64)
def _update(table: Table, columns: Names, where: Names, dialect: Dialect) -> str:
    if not _takes_arrays(dialect):
        changes = ", ".join(f"{name} = ?" for name in columns)
        conditions = " AND ".join(f"{name} = ?" for name in where)
        return f"UPDATE {table.name} SET {changes} WHERE {conditions}"  # noqa: S608 - names come from our tables
    new = [f"new_{name}" for name in columns]
    known = [f"known_{name}" for name in where]
    changes = ", ".join(f"{name} = {value}" for name, value in zip(columns, new, strict=True))
    conditions = " AND ".join(
        f"{table.name}.{name} = {value}" for name, value in zip(where, known, strict=True)
    )
    given = _given(table, (*columns, *where), dialect)
    names = ", ".join((*new, *known))
    return f"UPDATE {table.name} SET {changes} FROM ({given}) AS given({names}) WHERE {conditions}"  # noqa: S608 - names come from our tables
