"""Since when there is trouble: what served then is no target of a rollback."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incidents.alert import Status
from bot.flows.operations.occasion import trouble_since
from tests.flows.cards.desk import alert
from tests.flows.operations.office import Office

API = "graphql-api"
HOUR = timedelta(hours=1)


def test_the_trouble_began_with_what_fires_and_not_with_what_was_over_before(
    office: Office,
) -> None:
    """An incident that has been open for long, or again, makes no suspect of what served well."""
    desk, first = office.desk, office.at
    number = office.incident(service=API, severity="critical")
    office.later(minutes=50)
    second = replace(alert("Slow", service=API, severity="critical"), starts_at=office.at)
    desk.tell(second)
    assert began(office, number) == first

    down = alert("Down", service=API, severity="critical", environment="production")
    desk.tell(replace(down, status=Status.RESOLVED, ends_at=office.at + HOUR / 60))
    office.later(minutes=5)
    joined = desk.tell(second)

    assert began(office, int(joined.removeprefix("INC-"))) == second.starts_at


def test_where_nothing_fired_the_trouble_is_as_old_as_its_incident(office: Office) -> None:
    number, since = office.incident(), office.at
    office.later(minutes=5)

    assert began(office, number) == since


def test_an_alert_that_flickered_is_the_trouble_all_the_same(office: Office) -> None:
    """Whether it fired at the very second may be told late, and must change no plan."""
    desk, first = office.desk, office.at
    slow = replace(alert("Slow", service=API, severity="critical"), starts_at=first)
    number = int(desk.tell(slow).removeprefix("INC-"))
    office.later(minutes=20)
    down = replace(slow, fingerprint="down", starts_at=office.at)
    desk.tell(down)
    office.later(minutes=10)
    assert began(office, number) == first

    over = office.at - HOUR / 60
    for one in (slow, down):
        desk.tell(replace(one, status=Status.RESOLVED, ends_at=over))
    assert began(office, number) == first
    office.later(hours=1)
    assert began(office, number) == office.at, "what was over long ago makes no suspect"


def test_what_joins_a_declared_incident_later_does_not_move_its_beginning(office: Office) -> None:
    name = office.say(f'incident declare "pages are slow" --component {API}').data["id"]
    number, declared = int(name.removeprefix("INC-")), office.at
    asked = office.later(minutes=2)
    slow = alert("Slow", service=API, severity="critical", environment="production")
    joined = office.desk.tell(replace(slow, starts_at=office.later(minutes=1)))

    assert joined == name
    with office.db.read() as tx:
        assert trouble_since(tx, [office.told(number)], asked) == declared


def began(office: Office, number: int) -> datetime:
    with office.db.read() as tx:
        return trouble_since(tx, [office.told(number)], office.at)


def test_of_equal_troubles_the_newest_is_what_a_rollback_is_asked_for(office: Office) -> None:
    """One that was lived with for days would make a suspect of what served well all the while."""
    desk = office.desk
    desk.tell(alert("Chronic", service=API, severity="critical"))
    office.later(hours=72)
    acute = desk.tell(replace(alert("Down", service=API, severity="critical"), starts_at=office.at))
    mild = alert("Slow", service=API, severity="warning")
    office.later(minutes=1)
    desk.tell(replace(mild, starts_at=office.at))

    desk.api("rollback graphql-api")

    assert office.find(1).incident == int(acute.removeprefix("INC-"))


def test_what_was_only_declared_for_an_operation_is_no_trouble_to_join(office: Office) -> None:
    desk = office.desk
    warned = desk.tell(alert("Slow", service=API, severity="warning"))
    desk.api("freeze document-service")
    assert office.find(1).incident != int(warned.removeprefix("INC-"))

    desk.api("rollback production")

    assert office.find(2).incident == int(warned.removeprefix("INC-"))
