"""`incident show` tells what changed before it began: of its component and of what is near it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ops_data.component import Component, Kind, neighbours
from bot.domain.releases.ledger import LedgerRelease
from bot.store import releases
from tests.flows.cards.desk import CATALOGUE, START, Desk, alert

API, DOCUMENTS, SITE = "graphql-api", "document-service", "docs-site"


@pytest.fixture(autouse=True)
def _catalogue(desk: Desk) -> None:
    def part(name: str, *needs: str) -> Component:
        return Component(
            name=name, kind=Kind.KUBERNETES, environments=("production",), depends_on=needs
        )

    parts = {one.name: one for one in (part(API, DOCUMENTS), part(DOCUMENTS), part(SITE))}
    desk.catalogue = replace(CATALOGUE, components=parts, neighbours=neighbours(parts))


def came(desk: Desk, component: str, version: str, minutes: float, **given: object) -> None:
    """Before what the alerts say it began."""
    at = START - timedelta(minutes=minutes)
    row = LedgerRelease(
        environment="production", component=component, workload=component, version=version,
        identity=f"{component} {version}", occurrence="1", deployed_at=at, live_at=at,
    )  # fmt: skip
    with desk.db.write() as tx:
        releases.keep(tx, [replace(row, **given)])  # type: ignore[arg-type]  # a test names the fields


def changed(desk: Desk, number: str) -> list[str]:
    lines = desk.ask(f"incident show {number}").text.splitlines()
    return [line for line in lines if line.startswith("Changed")]


def test_its_own_releases_and_those_of_what_it_needs(desk: Desk) -> None:
    came(desk, API, "v1", 300)
    url = "https://github.com/x/api/commit/2"
    came(desk, API, "v2", 90, deployed_by="ada", change_url=url)
    came(desk, DOCUMENTS, "d7", 3)
    came(desk, SITE, "s1", 2)
    came(desk, API, "v3", 1, environment="staging")
    number = desk.tell(alert("HighErrorRate", service=API))

    assert changed(desk, number) == [
        "Changed: graphql-api v2 1 h 30 min before, by ada, https://github.com/x/api/commit/2",
        "Changed: document-service d7 3 min before",
    ]


def test_of_many_it_says_how_many_more_there_are(desk: Desk) -> None:
    for minutes in range(1, 6):
        came(desk, API, f"v{minutes}", minutes)
    number = desk.tell(alert("HighErrorRate", service=API))
    assert len(changed(desk, number)) == 3
    assert "And 2 other changes: " in desk.ask(f"incident show {number}").text


def test_what_is_rolled_back_to_afterwards_did_not_bring_it(desk: Desk) -> None:
    number = desk.tell(alert("HighErrorRate", service=API))
    came(desk, API, "v1", -5, deployed_by="OP-1")
    assert changed(desk, number) == []


def test_when_the_first_that_was_seen_came_nobody_knows(desk: Desk) -> None:
    """On the bot's first day it is no suspect; what comes after it is."""
    came(desk, API, "v1", 10, deployed_at=START - timedelta(days=3),
         superseded_at=START - timedelta(minutes=3))  # fmt: skip
    number = desk.tell(alert("HighErrorRate", service=API))
    assert changed(desk, number) == []
    came(desk, API, "v2", 3, deployed_at=START - timedelta(days=1))
    assert changed(desk, number) == ["Changed: graphql-api v2 3 min before"]


def test_at_the_edge_what_made_way_for_it_is_known_too(desk: Desk) -> None:
    """It is known to have served until two hours and some seconds before."""
    edge = timedelta(hours=2)
    came(desk, API, "v1", 300, superseded_at=START - edge - timedelta(seconds=5))
    came(desk, API, "v2", 119.9, deployed_at=START - timedelta(days=1))
    number = desk.tell(alert("HighErrorRate", service=API))
    assert changed(desk, number) == ["Changed: graphql-api v2 1 h 59 min before"]


def test_where_no_component_is_named_nothing_is(desk: Desk) -> None:
    came(desk, API, "v2", 4)
    assert changed(desk, desk.tell(alert("NodeDown"))) == []
