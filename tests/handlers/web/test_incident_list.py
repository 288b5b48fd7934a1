"""The list: what is open by severity, what is over below it, page by page."""

import pytest

from bot.domain.incidents.alert import Status
from tests.handlers.web.rig import Rig
from tests.handlers.web.test_incident_page import seen


def order(rig: Rig, path: str = "/incidents") -> list[str]:
    rows = [link for link in seen(rig, path).links if link.startswith("/incidents/INC-")]
    return [link.removeprefix("/incidents/") for link in rows]


def test_home_leads_to_the_incidents(rig: Rig) -> None:
    answer = rig.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/incidents")


def test_nothing_open_is_said_calmly(open_rig: Rig) -> None:
    assert "All quiet. Nothing is open." in seen(open_rig, "/incidents").text


def test_the_most_severe_stand_first_and_what_is_over_last(open_rig: Rig) -> None:
    open_rig.fire("Mild", labels={"severity": "info"})
    open_rig.fire("Over")
    open_rig.fire("Grave")
    open_rig.fire("Middling", labels={"severity": "warning"})
    open_rig.clock.forward(minutes=1)
    open_rig.fire("Over", status=Status.RESOLVED)
    assert order(open_rig) == ["INC-3", "INC-4", "INC-1", "INC-2"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", ["INC-2"]),
        ("state=acknowledged", ["INC-1"]),
        ("state=resolved", ["INC-3"]),
        ("severity=sev3", ["INC-2"]),
        ("component=one", ["INC-1"]),
        ("environment=staging&state=&severity=", ["INC-1"]),
        ("component=nowhere", []),
    ],
)
def test_filters(open_rig: Rig, asked: str, found: list[str]) -> None:
    open_rig.fire("One", labels={"environment": "staging"})
    open_rig.command("ack INC-1")
    open_rig.fire("Two", labels={"severity": "warning"})
    open_rig.fire("Three")
    open_rig.clock.forward(minutes=1)
    open_rig.fire("Three", status=Status.RESOLVED)
    assert order(open_rig, f"/incidents?{asked}") == found


def test_a_filter_that_means_nothing_is_refused(open_rig: Rig) -> None:
    answer = open_rig.client.get("/incidents?state=burning")
    assert answer.status_code == 422
    assert "open, acknowledged, mitigated, resolved" in answer.text


def test_what_is_over_is_reached_page_by_page(open_rig: Rig) -> None:
    for number in range(30):
        open_rig.fire(f"Over{number}", labels={"environment": "staging"})
    open_rig.clock.forward(minutes=1)
    for number in range(30):
        over = {"environment": "staging"}
        open_rig.fire(f"Over{number}", labels=over, status=Status.RESOLVED)
    open_rig.fire("Here", labels={"environment": "staging"})
    first = seen(open_rig, "/incidents?environment=staging")
    (older,) = [link for link in first.links if "cursor=" in link]
    assert "environment=staging" in older
    shown = order(open_rig, "/incidents?environment=staging") + order(open_rig, older)
    assert shown == ["INC-31", *(f"INC-{number}" for number in range(30, 0, -1))]
    assert "Back to the start" in seen(open_rig, older).text
