"""Incidents as rows: whole, and changed only as they were when decided on."""

from dataclasses import replace

import pytest

from bot.domain.incidents import life
from bot.domain.incidents.alert import begun
from bot.domain.incidents.incident import Change, Incident, Reason
from bot.domain.incidents.listing import Filter
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.severity import Category, Severity
from bot.store import alerts, entries, incidents
from bot.store.database import Conflict, Database
from tests.flows.cards.desk import alert
from tests.flows.inbox import minute

FULL = Incident(
    id=1, severity=Severity.SEV1, severity_text="Page\U0001f9e8", category=Category.CRITICAL,
    title="T'; DROP TABLE incidents; --", summary="s %s ? :x", component="api", environment="e",
    labels={"a": '"'}, runbook="R", ladder="L", open_key="k", opened_at=minute(0),
    started_at=minute(-1), newest_started_at=minute(1), acknowledged_at=minute(2),
    acknowledged_by="slack:U1", mitigated_at=minute(3), mitigated_by="slack:U2", level=3,
    next_escalation_at=minute(9), alerts_firing=4, alerts_total=5,
    changes=(minute(0), minute(1)), resolve_due_at=minute(8), previous=7, roles={"ic": "slack:U1"},
)  # fmt: skip


def opened(one: Incident) -> Change:
    entry = Entry(incident=one.id, at=minute(0), kind=Kind.OPENED, text="opened")
    return Change(incident=one, decided_on=0, reason=Reason.NEW, entries=(entry,))


def kept(database: Database, *changes: Change) -> None:
    with database.write() as tx:
        incidents.apply(tx, changes)


def found(database: Database, number: int = 1) -> Incident:
    with database.read() as tx:
        one = incidents.find(tx, number)
    assert one is not None
    return one


def test_every_field_comes_back(database: Database) -> None:
    kept(database, opened(FULL))

    assert found(database) == FULL


def test_an_incident_covers_what_its_alerts_are_about(database: Database) -> None:
    kept(database, opened(FULL), opened(replace(FULL, id=2, component="other", open_key="k2")))
    joined = begun(alert("Slow"), 1, minute(0), component="documents")
    with database.write() as tx:
        alerts.begin(tx, [(alert("Slow"), joined)], minute(0), stored=())

    def covering(*components: str) -> list[int]:
        with database.read() as tx:
            return [one.id for one in incidents.open_on(tx, "e", components)]

    assert covering("api") == covering("documents") == covering("api", "documents") == [1]
    assert covering("api", "other") == [2, 1]
    assert covering("nothing") == []
    with database.write() as tx:
        alerts.move(tx, 1, 2)
    assert covering("documents") == [2]


def test_a_change_decided_on_an_older_version_is_a_conflict(database: Database) -> None:
    kept(database, opened(FULL))
    stale = life.note(FULL, "slack:U1", minute(1), "first")
    kept(database, stale)

    with pytest.raises(Conflict):
        kept(database, life.note(FULL, "slack:U2", minute(1), "second"))

    with database.read() as tx:
        assert [one.entry.text for one in entries.of_incident(tx, 1)] == ["opened", "first"]


def test_one_conflict_among_many_stores_nothing(database: Database) -> None:
    kept(database, opened(FULL), opened(replace(FULL, id=2, open_key="other")))
    good = life.note(found(database, 1), "slack:U1", minute(1), "good")
    bad = life.note(replace(found(database, 2), version=5), "slack:U1", minute(1), "bad")

    with pytest.raises(Conflict):
        kept(database, good, bad)

    assert found(database).version == 1


def test_two_open_incidents_never_have_one_key(database: Database) -> None:
    kept(database, opened(FULL))

    with pytest.raises(Conflict):
        kept(database, opened(replace(FULL, id=2)))


def test_a_key_passes_from_one_to_the_next_in_one_change(database: Database) -> None:
    kept(database, opened(replace(FULL, id=2)))
    ended = life.resolve(found(database, 2), "slack:U1", minute(1))

    kept(database, opened(replace(FULL, id=3)), ended)
    again = life.resolve(found(database, 3), "slack:U1", minute(2))
    reopened = life.reopen(found(database, 2), "slack:U1", minute(2), open_key="k")
    kept(database, reopened, again)

    assert found(database, 2).open_key == "k"


def test_lists_are_filtered_and_newest_first(database: Database) -> None:
    kept(database, *(opened(replace(FULL, id=one, open_key=str(one))) for one in range(1, 6)))
    kept(database, life.resolve(found(database, 4), "slack:U1", minute(1)))

    def ids(**wanted: object) -> list[int]:
        with database.read() as tx:
            return [one.id for one in incidents.page(tx, Filter(**{"limit": 10, **wanted}))]

    assert ids() == [5, 4, 3, 2, 1]
    assert ids(limit=2, before=4) == [3, 2]
    assert ids(states=("resolved",)) == [4]
    assert ids(component="web") == []


def test_numbers_are_given_once(database: Database) -> None:
    with database.write() as tx:
        first = incidents.next_number(tx)
        incidents.used_numbers(tx, first, first + 3)

    with database.write() as tx:
        assert incidents.next_number(tx) == first + 3


def test_the_revision_grows_with_every_change(database: Database) -> None:
    seen = []
    for change in (opened(FULL), life.note(FULL, "slack:U1", minute(1), "x")):
        with database.read() as tx:
            seen.append(incidents.revision(tx))
        kept(database, change)
    with database.read() as tx:
        seen.append(incidents.revision(tx))

    assert seen == sorted(set(seen))
