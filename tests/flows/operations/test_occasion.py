"""An incident that was only declared for an operation ends with it, and is no trouble."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incidents.incident import Incident
from bot.domain.incidents.incident import State as Life
from bot.domain.incidents.timeline import BOT
from bot.domain.operations import operating
from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.component import Component, Kind, neighbours
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.flows.operations.need import worst_open
from bot.store import incidents, releases
from tests.flows.cards.desk import alert
from tests.flows.operations.office import Office

API = "graphql-api"
HOUR = timedelta(hours=1)


def asked(office: Office) -> Operation:
    """A restart, by its verb; without an incident it declares one."""
    data = office.say(f"restart {API}").data
    return office.find(int(data["id"].removeprefix("OP-")))


def ends(office: Office, one: Operation, state: State = State.SUCCEEDED) -> None:
    office.record.keep(
        one.id, lambda _, found: operating.ended(found, state, state.spoken, office.at)
    )


def incident_of(office: Office, one: Operation) -> Incident:
    return office.told(one.incident)


def troubled(office: Office) -> bool:
    with office.db.read() as tx:
        return releases.troubled(tx, "production", API, office.at - HOUR)


@pytest.mark.parametrize(
    "state", [State.SUCCEEDED, State.UNDONE, State.FAILED, State.CANCELLED, State.EXPIRED]
)
def test_it_ends_with_its_operation(office: Office, state: State) -> None:
    one = asked(office)
    assert incident_of(office, one).is_open
    ends(office, one, state)

    after = incident_of(office, one)
    assert (after.state, after.resolved_by) == (Life.RESOLVED, BOT)
    assert office.story(one.incident)[0] == "declared for an operation: Restart of graphql-api"
    assert office.story(one.incident)[-1] == "what it was declared for is over"


def test_where_alerts_of_it_joined_another_s_incident_it_is_that_one(office: Office) -> None:
    """The first alert names the incident, and the culprit is often the second."""
    name = office.desk.fire("SocketsSlow", service="websocket-service", severity="critical")
    assert office.desk.fire("GraphqlDown", service=API, severity="critical") == name

    one = asked(office)
    assert incident_of(office, one).name == name
    with office.db.read() as tx:
        assert worst_open(tx, "production", [API]) is incident_of(office, one).severity


def test_one_that_was_cancelled_before_it_was_planned_ends_it(office: Office) -> None:
    one = asked(office)
    assert office.say(f"operation cancel {one.name}").status == 0
    assert not incident_of(office, one).is_open


def test_while_it_waits_for_a_person_it_stays(office: Office) -> None:
    one = asked(office)
    ends(office, one, State.AWAITING_DECISION)
    assert incident_of(office, one).is_open
    assert office.say(f"operation close {one.name}").status == 0
    assert not incident_of(office, one).is_open


def test_what_was_stuck_is_a_person_s_to_end(office: Office) -> None:
    one = asked(office)
    ends(office, one, State.STUCK)
    assert office.say(f"operation close {one.name}").status == 0
    assert incident_of(office, one).is_open


def test_it_waits_for_the_last_of_its_operations(office: Office) -> None:
    one = asked(office)
    two = asked(office)
    assert two.incident == one.incident
    ends(office, one)
    assert incident_of(office, one).is_open
    ends(office, two)
    assert not incident_of(office, one).is_open


@pytest.mark.parametrize(
    "words", ["ack {0}", 'note {0} "users see errors"', "incident severity {0} sev2"]
)
def test_what_a_person_took_up_is_theirs_to_end(office: Office, words: str) -> None:
    one = asked(office)
    assert office.say(words.format(f"INC-{one.incident}")).status == 0
    ends(office, one)
    assert incident_of(office, one).is_open


def test_what_an_alert_joined_is_the_alert_s(office: Office) -> None:
    one = asked(office)
    assert office.incident(service=API, severity="critical") == one.incident
    ends(office, one)
    assert incident_of(office, one).is_open
    assert troubled(office)


def test_what_an_alert_joined_is_called_after_the_alert(office: Office) -> None:
    """Who is woken by it reads what is broken, and not what somebody once did."""
    one = asked(office)
    office.later(minutes=4)
    for name, about in (("HighErrorRate", "1 in 3 requests fails"), ("Slow", "p95 is 4 s")):
        said = alert(name, service=API, severity="critical", pool="eu")
        office.desk.tell(replace(said, annotations={"summary": about}, starts_at=office.at))

    after = incident_of(office, one)
    assert after.title == "HighErrorRate: 1 in 3 requests fails"
    assert (after.runbook, after.labels) == ("HighErrorRate", {"pool": "eu"})
    assert after.started_at == office.at
    assert after.opened_at < office.at
    fires, rises = office.story(one.incident)[-3:-1]
    assert fires.startswith("HighErrorRate fires: same component")
    assert fires.endswith("; it was “Restart of graphql-api” until now")
    assert rises == "sev3 → sev2: HighErrorRate is worse"


def test_what_is_near_it_and_fires_is_what_it_is_about_then(office: Office) -> None:
    parts = dict(office.catalogue.components)
    parts["postgres"] = Component(
        name="postgres", kind=Kind.POSTGRESQL, environments=("production",)
    )
    parts[API] = replace(parts[API], depends_on=("postgres",))
    catalogue = replace(office.catalogue, components=parts, neighbours=neighbours(parts))
    office.desk.catalogue = catalogue
    one = asked(office)
    office.desk.tell(alert("DiskFull", service="postgres", severity="critical"))

    after = incident_of(office, one)
    assert (after.title, after.component) == ("DiskFull", "postgres")


def test_what_was_declared_by_hand_keeps_the_name_it_was_given(office: Office) -> None:
    office.say(f'incident declare "checkout is empty" --component {API}')
    joined = office.desk.tell(alert("HighErrorRate", service=API, severity="critical"))
    assert office.told(int(joined.removeprefix("INC-"))).title == "checkout is empty"


def test_an_incident_that_was_there_before_stays(office: Office) -> None:
    there = office.incident(service=API, severity="warning")
    one = asked(office)
    assert one.incident == there
    ends(office, one)
    assert incident_of(office, one).is_open


def test_it_is_no_trouble_of_the_release(office: Office) -> None:
    one = asked(office)
    assert not troubled(office)
    ends(office, one)
    office.later(minutes=5)
    assert not troubled(office)
    assert office.say(f"incident reopen INC-{one.incident}").status == 0
    assert troubled(office)


def test_what_served_when_it_was_declared_may_be_gone_back_to(office: Office) -> None:
    one = asked(office)
    assert office.say(f"ack INC-{one.incident}").status == 0
    good = LedgerRelease(
        environment="production", component=API, workload=API, version="v1", identity="v1",
        occurrence="1", deployed_at=office.at - HOUR, live_at=office.at - HOUR,
        superseded_at=office.at + HOUR, verdict=Verdict.PASS,
    )  # fmt: skip
    bad = replace(
        good, version="v2", identity="v2", live_at=good.superseded_at, superseded_at=None,
        verdict=None,
    )  # fmt: skip
    with office.db.write() as tx:
        releases.keep(tx, [good, bad])
    office.later(hours=2)

    def known_good() -> list[str]:
        rows = office.say(f"deploys {API}").data["items"]
        return [row["version"] for row in rows if row["last_known_good"]]

    assert known_good() == ["v1"]
    assert office.say(f"incident resolve INC-{one.incident}").status == 0
    assert office.say(f"incident reopen INC-{one.incident}").status == 0
    assert known_good() == []


def test_what_was_declared_by_hand_is_trouble(office: Office) -> None:
    name = office.say(f'incident declare "checkout is empty" --component {API}').data["id"]
    assert troubled(office)
    with office.db.read() as tx:
        (open_one,) = incidents.open_on(tx, "production", (API,))
    assert open_one.name == name
