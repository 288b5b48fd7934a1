"""An action on the target, and a journal of rows: what flows will bring, in small."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select, update

from bot.domain.errors import Unavailable
from bot.engine.outcome import Attempt, Outcome
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store.codec import dumps, instant, loads, micros
from bot.store.database import Database

_TIMEOUT = 10.0
_metadata = MetaData()
_journal = Table(
    "test_journal",
    _metadata,
    Column("step", Text, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("outcome", Text),
)


def now() -> datetime:
    return datetime.now(UTC)


def make_journal(db: Database) -> None:
    with db.write() as tx:
        _metadata.create_all(tx)


@dataclass(kw_only=True)
class Rows:
    """One guarded step's journal; `wanted` is what somebody wants it stopped for."""

    db: Database
    step: str
    wanted: str | None = None
    number: int = 0

    def open(self) -> Attempt:
        mine = _journal.c.step == self.step
        with self.db.write() as tx:
            known = tx.execute(select(_journal).where(mine)).one_or_none()
            if known is None:
                began, self.number = now(), 1
                tx.execute(
                    insert(_journal).values(step=self.step, attempts=1, began_at=micros(began))
                )
                return Attempt(number=1, began_at=began)
            self.number = known.attempts + 1
            tx.execute(update(_journal).where(mine).values(attempts=self.number))
        outcome = Outcome.of(loads(known.outcome)) if known.outcome else None
        return Attempt(number=self.number, began_at=instant(known.began_at), outcome=outcome)

    def stop_wanted(self) -> str | None:
        return self.wanted

    def close(self, outcome: Outcome) -> None:
        mine = (_journal.c.step == self.step, _journal.c.attempts == self.number)
        with self.db.write() as tx:
            tx.execute(update(_journal).where(*mine).values(outcome=dumps(outcome.plain())))


@dataclass(frozen=True, kw_only=True)
class Aim:
    thing: str
    value: str


@dataclass(kw_only=True)
class Put:
    """Sets a thing to a value: asks for its version, then writes."""

    port: int
    name: str = "put"
    args: type[Aim] = Aim
    seconds: int = 60

    def words(self, args: Aim) -> Words:
        return Words(does=f"set {args.thing}", touches=args.thing, check="read it", undo="none")

    def probe(self, world: World, args: Aim, key: str) -> Found:
        return self._found(args, "probe")

    def act(self, world: World, args: Aim, key: str) -> None:
        read = self.ask("GET", f"/{args.thing}?act")
        self.ask("PUT", f"/{args.thing}", {"value": args.value, "version": read["version"]})

    def verify(self, world: World, args: Aim, key: str) -> Found:
        return self._found(args, "verify")

    def rehearse(self, world: World, args: Aim) -> None:
        """The target knows no dry run."""

    def undo(self, args: Aim) -> Call | None:
        return None

    def _found(self, args: Aim, why: str) -> Found:
        try:
            value = self.ask("GET", f"/{args.thing}?{why}")["value"]
        except Unavailable as error:
            return Found(standing=Standing.UNKNOWN, seen=str(error))
        standing = Standing.DONE if value == args.value else Standing.NOT_DONE
        return Found(standing=standing, seen=f"{args.thing} is {value}.")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT)) as connection:
                connection.request(method, path, json.dumps(body or {}))
                answer = connection.getresponse()
                told: dict[str, Any] = json.loads(answer.read())
        except (OSError, HTTPException) as error:
            raise Unavailable("The target does not answer.") from error
        if answer.status == HTTPStatus.CONFLICT:
            raise Overtaken("Somebody else changed it.")
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"The target said {answer.status}.")
        return told


def world(clock: Callable[[], datetime] = now) -> World:
    return World(now=clock)
