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
    desk, firing = office.desk, alert("Slow", service=API, severity="critical")
    number = desk.tell(replace(firing, starts_at=office.at))
    office.later(hours=1)
    again = replace(firing, fingerprint="again", starts_at=office.at)
    desk.tell(again)
    over = office.at + HOUR / 60
    for one, starts in ((firing, office.at - HOUR), (again, office.at)):
        ended = {"status": Status.RESOLVED, "starts_at": starts, "ends_at": over}
        desk.tell(replace(one, **ended))  # type: ignore[arg-type]  # a test names the fields it sets
    office.later(minutes=5)
    of = int(number.removeprefix("INC-"))
    assert began(office, of) == again.starts_at

    office.later(hours=1)
    assert began(office, of) == office.at, "what was over long ago makes no suspect"


def began(office: Office, number: int) -> datetime:
    with office.db.read() as tx:
        return trouble_since(tx, [office.told(number)], office.at)
