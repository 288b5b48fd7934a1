"""An incident without an alert."""

from bot.domain.severity import Category, Severity
from tests.flows.cards.desk import ADA, START, Desk


def test_declare(desk: Desk) -> None:
    reply = desk.ask('incident declare "Checkout is empty" --severity sev1 --component gql')

    one = desk.incident("INC-1")
    assert reply.data["id"] == "INC-1"
    assert (one.title, one.severity, one.category) == (
        "Checkout is empty",
        Severity.SEV1,
        Category.CRITICAL,
    )
    assert (one.component, one.environment, one.ladder) == ("graphql-api", "production", "default")
    assert (one.opened_at, one.alerts_total, one.open_key) == (START, 0, "by-hand/1")
    (entry,) = desk.story("INC-1")
    assert (entry.kind, entry.actor) == ("opened", ADA)
    assert entry.text == "declared by hand: Checkout is empty"


def test_it_is_a_warning_unless_said_and_an_unknown_component_is_told(desk: Desk) -> None:
    reply = desk.ask('incident declare "Odd" --component billing')

    assert reply.data["severity"] == "sev3"
    assert reply.data["component"] == "billing"
    assert "No component is called billing in components.yaml." in reply.text


def test_a_long_title_keeps_its_words(desk: Desk) -> None:
    words = "very long " * 20
    desk.ask(f'incident declare "{words}"')

    one = desk.incident("INC-1")
    assert len(one.title) <= 80
    assert one.title.endswith("…")
    assert one.summary == words.strip()


def test_an_open_incident_of_the_same_component_is_pointed_at(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask('incident declare "Slow" --component graphql-api')

    assert "`/candlefish incident merge INC-2 INC-1`" in reply.text


def test_numbers_go_on_from_the_alerts_and_alerts_from_them(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    desk.ask('incident declare "Slow"')
    desk.ask('incident declare "Slower"')

    assert desk.fire("DiskFull", service="redis") == "INC-4"


def test_alerts_join_a_declared_incident_of_their_component(desk: Desk) -> None:
    desk.ask('incident declare "Slow" --component graphql-api')

    assert desk.fire("HighErrorRate", service="graphql-api") == "INC-1"
    assert desk.incident("INC-1").alerts_firing == 1
