"""Races of askers, and a database that loses them or is dead: each still gets an answer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.domain.errors import Unavailable
from bot.domain.verbs.reply import Asked, Surface
from bot.store.database import Conflict
from tests.flows.cards.desk import ADA, CHANNEL, LINUS, MARGARET, Desk


class Unlucky:
    """A database whose first writes lose against another writer."""

    def __init__(self, desk: Desk, losses: int, error: Exception) -> None:
        self._db, self.losses, self._error = desk.db, losses, error

    def read(self):  # type: ignore[no-untyped-def]  # as the database's own
        return self._db.read()

    def write(self):  # type: ignore[no-untyped-def]  # as the database's own
        if self.losses:
            self.losses -= 1
            raise self._error
        return self._db.write()


@pytest.mark.parametrize(("losses", "status"), [(4, 0), (5, 3)])
def test_a_lost_race_is_run_again_five_times(desk: Desk, losses: int, status: int) -> None:
    desk.api('incident declare "First"')
    asking = replace(desk.asking, db=Unlucky(desk, losses, Conflict("faster")))  # type: ignore[arg-type]  # reads and writes alike

    reply = asking.answer(Asked(text="ack", actor=ADA, surface=Surface.SLACK, place=CHANNEL))

    assert reply.status == status
    assert len(desk.story("INC-1")) == (2 if status == 0 else 1)


def test_a_dead_database_is_said(desk: Desk) -> None:
    error = Unavailable("The database does not answer.")
    asking = replace(desk.asking, db=Unlucky(desk, 9, error))  # type: ignore[arg-type]  # reads and writes alike
    desk.api('incident declare "First"')

    reply = asking.answer(Asked(text="ack", actor=ADA, surface=Surface.SLACK, place=CHANNEL))

    assert (reply.status, reply.text) == (
        3,
        "The database does not answer. Nothing was done; try again in a moment.",
    )


def test_of_many_at_once_one_is_first_and_all_are_answered(desk: Desk) -> None:
    desk.api('incident declare "First"')
    people = [ADA, LINUS, MARGARET] * 3
    with ThreadPoolExecutor(len(people)) as pool:
        replies = list(pool.map(lambda who: desk.ask("ack INC-1", by=who), people))

    first = desk.incident("INC-1").acknowledged_by
    assert sorted(reply.status for reply in replies) == [0] + [1] * 8
    late = [reply.text for reply in replies if reply.status]
    assert all(text.startswith(f"INC-1 was already acknowledged by @{first}") for text in late)
    assert len(desk.story("INC-1")) == 2


def test_many_declare_at_once_and_each_gets_a_number(desk: Desk) -> None:
    titles = [f"Number {number}" for number in range(8)]
    with ThreadPoolExecutor(len(titles)) as pool:
        replies = list(pool.map(lambda title: desk.ask(f'incident declare "{title}"'), titles))

    assert {reply.data["id"] for reply in replies} == {f"INC-{number}" for number in range(1, 9)}
    assert {reply.data["title"] for reply in replies} == set(titles)
