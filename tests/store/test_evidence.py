"""Whose numbers are due, on both databases; and that only what moved makes a card be behind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.fact import Fact, Missing
from bot.domain.incidents.incident import Change, Incident, Reason, State, changed
from bot.domain.severity import Category, Severity
from bot.store import evidence, incidents
from bot.store.database import Database
from bot.store.evidence import FOLLOWED, Scope

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
SCOPE = Scope(components=frozenset({"api", "web"}), environment="production")
FACT = Fact(name="errors", title="Errors", value=26, before=0.1, unit="percent", target=0.1, at=NOW)


def incident(number: int, severity: Severity = Severity.SEV2, **fields: object) -> Incident:
    one = Incident(
        id=number, severity=severity, category=Category.CRITICAL, title="Down", component="api",
        environment="production", open_key=f"k{number}", opened_at=NOW, started_at=NOW,
        newest_started_at=NOW,
    )  # fmt: skip
    return replace(one, **fields)  # type: ignore[arg-type]  # a test names the fields it sets


def open_them(database: Database, *new: Incident) -> None:
    changes = [Change(incident=one, decided_on=0, reason=Reason.NEW) for one in new]
    with database.write() as tx:
        incidents.apply(tx, changes)


def keep(
    database: Database, number: int, due_at: datetime | None, *, facts: Sequence[Fact] = (FACT,),
    moved: bool = True,
) -> None:  # fmt: skip
    with database.write() as tx:
        evidence.keep(tx, number, facts, due_at, moved=moved)


def end(database: Database, number: int, at: datetime) -> None:
    with database.write() as tx:
        one = incidents.find(tx, number)
        assert one is not None
        over = {"state": State.RESOLVED, "resolved_at": at, "open_key": None}
        incidents.apply(tx, [changed(one, Reason.ALL_RESOLVED, **over)])


def due(database: Database, at: datetime = NOW, scope: Scope = SCOPE) -> list[int]:
    with database.read() as tx:
        return [one.incident for one in evidence.due(tx, scope, at, at - timedelta(minutes=5))]


def version(database: Database, number: int) -> int:
    with database.read() as tx:
        one = incidents.find(tx, number)
    assert one is not None
    return one.version


def test_new_ones_are_due_at_once_the_most_severe_first(database: Database) -> None:
    open_them(database, incident(1, Severity.SEV3), incident(2), incident(3, component="web"))

    assert due(database) == [2, 3, 1]


@pytest.mark.parametrize(
    "fields", [{"component": None}, {"component": "redis"}, {"environment": "staging"}]
)
def test_what_nothing_can_be_asked_about_is_never_due(
    database: Database, fields: dict[str, object]
) -> None:
    open_them(database, incident(1, **fields))

    assert due(database) == []


def test_every_environment_is_due_where_its_label_is_known(database: Database) -> None:
    open_them(database, incident(1, environment="staging"))

    assert due(database, scope=replace(SCOPE, environment=None)) == [1]


def test_it_is_due_again_when_its_numbers_are_old(database: Database) -> None:
    open_them(database, incident(1))
    keep(database, 1, LATER)

    assert due(database) == []
    assert due(database, LATER) == [1]


def test_facts_come_back_as_they_were_kept(database: Database) -> None:
    open_them(database, incident(1))
    facts = (FACT, Fact(name="latency", value=None, unit="ms", missing=Missing.TIMEOUT, at=NOW))
    keep(database, 1, LATER, facts=facts)
    keep(database, 1, LATER, facts=facts)

    with database.read() as tx:
        assert evidence.find(tx, 1) == facts
        assert [fact.at for fact in evidence.find(tx, 1)] == [NOW, NOW]
        assert evidence.find(tx, 2) == ()


def test_only_what_moved_is_one_version_on(database: Database) -> None:
    open_them(database, incident(1))
    keep(database, 1, LATER, moved=False)
    assert version(database, 1) == 1
    keep(database, 1, LATER)
    assert version(database, 1) == 2


def test_the_end_is_looked_at_once_when_it_has_settled(database: Database) -> None:
    open_them(database, incident(1), incident(2))
    keep(database, 1, LATER)
    end(database, 1, NOW)
    end(database, 2, NOW)  # before anybody asked: nothing to bring up to date
    settled = NOW + timedelta(minutes=5)

    assert due(database, settled - timedelta(seconds=1)) == []
    assert due(database, settled) == [1]
    keep(database, 1, None)
    assert due(database, settled + timedelta(days=1)) == []


def test_one_that_opens_again_is_due_again(database: Database) -> None:
    open_them(database, incident(1))
    keep(database, 1, LATER)
    end(database, 1, NOW)
    keep(database, 1, None)
    with database.write() as tx:
        one = incidents.find(tx, 1)
        assert one is not None
        again = {"state": State.OPEN, "resolved_at": None, "open_key": "k1"}
        incidents.apply(tx, [changed(one, Reason.FIRED_AGAIN, **again)])

    assert due(database) == [1]


def test_in_a_storm_the_most_urgent_are_followed_the_others_looked_at_once(
    database: Database,
) -> None:
    many = [incident(number, Severity.SEV3) for number in range(1, FOLLOWED + 3)]
    open_them(database, *many)
    urgent = list(range(1, FOLLOWED + 1))

    assert due(database) == [*urgent, FOLLOWED + 1, FOLLOWED + 2]
    for one in many:
        keep(database, one.id, LATER)
    assert due(database, LATER) == urgent


def test_numbers_that_cannot_be_had_any_more_are_found(database: Database) -> None:
    open_them(database, incident(1), incident(2, component="web"), incident(3))
    keep(database, 1, LATER)
    keep(database, 2, LATER)
    end(database, 1, NOW)

    with database.read() as tx:
        assert evidence.astray(tx, SCOPE) == []
        assert evidence.astray(tx, replace(SCOPE, components=frozenset())) == [2]
        assert evidence.astray(tx, replace(SCOPE, environment="staging")) == [2]
