"""The ledger's rows: kept once, judged once, found again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.incidents.alert import begun
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release
from bot.domain.releases.contracts import Contracts
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.store import alerts, operations, releases
from bot.store.database import Database
from tests.flows.cards.desk import Desk, alert

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROW = LedgerRelease(
    environment="production",
    component="api",
    workload="api-blue",
    version="v1",
    image="registry/api:v1@sha256:1",
    identity="hash-1",
    occurrence="1",
    template={"spec": {"containers": [{"image": "registry/api:v1"}]}},
    contracts=Contracts(schema_min=40, schema_max=43),
    deployed_by="github:deploy",
    change_url="https://github.com/x/api/commit/1",
    deployed_at=NOON,
)


def kept(database: Database, *rows: LedgerRelease) -> list[LedgerRelease]:
    with database.write() as tx:
        releases.keep(tx, rows)
    return all_of(database)


def all_of(database: Database) -> list[LedgerRelease]:
    with database.read() as tx:
        return releases.of_component(tx, "production", "api")


def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    full = replace(
        ROW,
        live_at=NOON,
        superseded_at=NOON + timedelta(hours=1),
        verified_at=NOON + timedelta(minutes=30),
        verdict=Verdict.PASS,
    )
    (found,) = kept(database, full)

    assert found.id is not None
    assert replace(found, id=None) == full


def test_the_newest_comes_first_and_only_so_many(database: Database) -> None:
    rows = [
        replace(ROW, identity=f"hash-{hours}", deployed_at=NOON + timedelta(hours=hours))
        for hours in (2, 1, 3)
    ]
    assert [row.identity for row in kept(database, *rows)] == ["hash-3", "hash-2", "hash-1"]
    with database.read() as tx:
        assert len(releases.of_component(tx, "production", "api", limit=2)) == 2
        assert releases.of_component(tx, "staging", "api") == []


def test_what_serves_and_what_is_asked_for_are_there_however_old(database: Database) -> None:
    rows = [
        replace(ROW, identity=f"hash-{hours}", deployed_at=NOON + timedelta(hours=hours))
        for hours in range(6)
    ]
    rows[0] = replace(rows[0], live_at=NOON)
    rows[1] = replace(rows[1], live_at=NOON, superseded_at=NOON)
    kept(database, *rows)

    def found(*also: str) -> list[str]:
        with database.read() as tx:
            few = releases.of_component(tx, "production", "api", limit=2, also=also)
            return [row.identity for row in few]

    assert found() == ["hash-5", "hash-4", "hash-0"]
    assert found("hash-2", "hash-5") == ["hash-5", "hash-4", "hash-2", "hash-0"]


def test_the_same_service_is_not_written_twice_and_keeps_nothing_back(database: Database) -> None:
    kept(database, ROW)
    other = replace(ROW, occurrence="1/2")
    with database.write() as tx:
        assert releases.keep(tx, [ROW, other]) == [other]

    assert len(all_of(database)) == 2


def test_only_its_service_and_its_verdict_change(database: Database) -> None:
    (row,) = kept(database, ROW)
    (found,) = kept(database, replace(row, live_at=NOON, version="v2", deployed_by="somebody"))

    assert found == replace(row, live_at=NOON)


def test_it_is_judged_once_and_only_while_it_serves(database: Database) -> None:
    first, gone = kept(
        database,
        replace(ROW, live_at=NOON, deployed_at=NOON + timedelta(hours=1)),
        replace(ROW, identity="hash-2", live_at=NOON, superseded_at=NOON),
    )
    with database.write() as tx:
        assert releases.judge(tx, first, Verdict.PASS, NOON)
        assert not releases.judge(tx, first, Verdict.FAIL, NOON)
        assert not releases.judge(tx, gone, Verdict.PASS, NOON)

    assert [row.verdict for row in all_of(database)] == [Verdict.PASS, None]


def test_what_failed_is_judged_again_unless_it_failed_once_more(database: Database) -> None:
    kept(database, replace(ROW, live_at=NOON))
    later = NOON + timedelta(hours=1)
    with database.write() as tx:
        releases.fail(tx, "production", "api", "hash-1", NOON)
        (failed,) = releases.of_component(tx, "production", "api")
        releases.fail(tx, "production", "api", "hash-1", later)
        assert not releases.judge(tx, failed, Verdict.PASS, later)
        (failed,) = releases.of_component(tx, "production", "api")
        assert releases.judge(tx, failed, Verdict.PASS, later + timedelta(hours=1))

    assert [row.verdict for row in all_of(database)] == [Verdict.PASS]


def test_what_failed_is_judged_anew_in_its_newest_service(database: Database) -> None:
    again = replace(ROW, occurrence="1/2", live_at=NOON)
    other = replace(ROW, identity="hash-2", live_at=NOON + timedelta(hours=1))
    proven = replace(ROW, live_at=NOON - timedelta(days=1), verdict=Verdict.PASS)
    kept(database, again, other, proven)

    with database.write() as tx:
        assert releases.fail(tx, "production", "api", "hash-1", NOON)
        assert not releases.fail(tx, "staging", "api", "hash-1", NOON)

    found = {row.occurrence: row for row in all_of(database) if row.identity == "hash-1"}
    assert (found["1/2"].verdict, found["1/2"].verified_at) == (Verdict.FAIL, NOON)
    assert found[proven.occurrence].verdict is Verdict.PASS


def test_templates_are_found_by_their_hash(database: Database) -> None:
    kept(database, replace(ROW, template=None, occurrence="0"), ROW)

    with database.read() as tx:
        assert releases.template(tx, "production", "api", "hash-1") == ROW.template
        assert releases.template(tx, "production", "api", "hash-2") is None
        assert releases.template(tx, "production", "other", "hash-1") is None


def operation(number: int, identity: str, *, started: datetime | None) -> Operation:
    end = Release(version="v1", identity=identity, workload="api-blue")
    leg = Leg(component="api", mechanism=Mechanism.SWITCH, after=end)
    plan = Plan(kind=Kind.ROLLBACK, environment="production", legs=(leg,), steps=())
    return Operation(
        id=number, kind=Kind.ROLLBACK, state=State.RUNNING, environment="production", incident=1,
        request=Request(), plan=plan, requested_by="slack:U1", requested_at=NOON,
        started_at=started,
    )  # fmt: skip


def test_operations_whose_plans_name_a_release(migrated_url: str) -> None:
    database = Database(migrated_url)
    desk = Desk(db=database)
    desk.api('incident declare "x"')
    with database.write() as tx:
        for number, identity, started in (
            (1, "hash-1", NOON),
            (2, "hash-2", NOON),
            (3, "hash-1", NOON + timedelta(minutes=1)),
            (4, "hash-1", NOON - timedelta(hours=2)),
            (5, "hash-1", None),
            (6, "hash%1", NOON),
        ):
            operations.add(tx, operation(number, identity, started=started))

    def naming(environment: str, identity: str) -> list[int]:
        with database.read() as tx:
            since = NOON - timedelta(hours=1)
            return [one.id for one in releases.naming(tx, environment, identity, since)]

    assert naming("production", "hash-1") == [3, 1]
    assert naming("production", "hash%1") == [6]
    assert naming("staging", "hash-1") == []
    database.close()


def test_when_an_incident_troubled_a_component(migrated_url: str) -> None:
    database = Database(migrated_url)
    desk = Desk(db=database)

    def troubled(ago: timedelta, component: str = "graphql-api") -> bool:
        with database.read() as tx:
            return releases.troubled(tx, "production", component, desk.at - ago)

    hour, day = timedelta(hours=1), timedelta(days=1)
    assert not troubled(day)
    desk.fire("Noted", service="redis", severity="info")
    assert not troubled(day, "redis")
    name = desk.fire("GraphqlDown", service="graphql-api", severity="critical")
    assert troubled(timedelta())
    assert not troubled(day, "websocket-service")
    slow = alert("SocketsSlow")
    joined = begun(slow, 2, desk.at, component="websocket-service")
    with database.write() as tx:
        alerts.begin(tx, [(slow, joined)], desk.at, stored=())
    assert troubled(timedelta(), "websocket-service")

    desk.api(f"resolve {name}")
    desk.at += 2 * hour
    assert not troubled(hour)
    assert troubled(3 * hour)
    database.close()
