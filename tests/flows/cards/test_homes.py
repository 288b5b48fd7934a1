"""App Homes: drawn when wanted, again when something changed, in Slack's own time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.operations.operation import State
from bot.flows.cards.homes import MOST_WANTED, Homes
from bot.ports.trouble import RateLimited
from bot.store import operations
from bot.store.tables import slack_people
from tests.domain.operations.made import operation
from tests.flows.cards.desk import Desk


@dataclass
class Slack:
    """Keeps each person's Home; `trouble` is raised once."""

    homes: dict[str, str] = field(default_factory=dict)
    drawn: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        self.homes[user] = str(view["blocks"])
        self.drawn.append(user)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def homes(desk: Desk, slack: Slack) -> Homes:
    return Homes(
        db=desk.db,
        chat=slack,  # type: ignore[arg-type] # all of Chat that Homes asks for
        catalogue=lambda: desk.catalogue,
        base_url="https://bot.example.org",
        now=lambda: desk.at,
    )


def settle(homes: Homes) -> None:
    for _ in range(1000):
        if homes.turn() > 0:
            return
    raise AssertionError("it never rests")


def declare(desk: Desk, title: str = "Broken") -> None:
    assert desk.ask(f'incident declare "{title}"').status == 0


def test_it_is_drawn_once_for_many_wishes(desk: Desk, homes: Homes, slack: Slack) -> None:
    declare(desk)
    for _ in range(3):
        homes.want("U1")
    homes.want("U3")
    settle(homes)
    assert slack.drawn == ["U1", "U3"]
    assert "Broken" in slack.homes["U1"]


def test_it_follows_what_changes_at_most_every_15_seconds(
    desk: Desk, homes: Homes, slack: Slack
) -> None:
    homes.want("U1")
    settle(homes)
    declare(desk)
    settle(homes)
    assert slack.drawn == ["U1"]
    desk.at += timedelta(seconds=15)
    settle(homes)
    assert slack.drawn == ["U1", "U1"]
    assert "Broken" in slack.homes["U1"]
    desk.at += timedelta(seconds=60)
    settle(homes)
    assert len(slack.drawn) == 2  # nothing changed since


def test_who_looked_long_ago_is_left_alone(desk: Desk, homes: Homes, slack: Slack) -> None:
    homes.want("U1")
    settle(homes)
    desk.at += timedelta(minutes=16)
    declare(desk)
    settle(homes)
    assert slack.drawn == ["U1"]


def test_slack_is_asked_again_after_its_pause_and_not_before(
    desk: Desk, homes: Homes, slack: Slack
) -> None:
    slack.trouble = RateLimited("Slack limits views.publish.", retry_after=30)
    homes.want("U1")
    settle(homes)
    desk.at += timedelta(seconds=29)
    settle(homes)
    assert slack.drawn == []
    desk.at += timedelta(seconds=1)
    settle(homes)
    assert slack.drawn == ["U1"]


def test_a_wish_outlives_an_outage(homes: Homes, slack: Slack) -> None:
    slack.trouble = Unavailable("Slack does not answer.")
    homes.want("U1")
    with pytest.raises(Unavailable):
        homes.turn()
    settle(homes)
    assert slack.drawn == ["U1"]


def test_what_cannot_be_drawn_is_given_up_and_does_not_stop_others(
    homes: Homes, slack: Slack
) -> None:
    slack.trouble = GiveUp("Slack refuses views.publish")
    homes.want("U1")
    homes.want("U3")
    settle(homes)
    assert slack.drawn == ["U3"]


def test_who_is_barred_sees_why_and_nothing_else(desk: Desk, homes: Homes, slack: Slack) -> None:
    declare(desk, "secret-thing")
    row = {"user_id": "U9", "team_id": "T1", "barred": "this account is a guest", "fetched_at": 0}
    with desk.db.write() as tx:
        tx.execute(insert(slack_people).values(row))
    homes.want("U9")
    settle(homes)
    assert "this account is a guest" in slack.homes["U9"]
    assert "secret-thing" not in slack.homes["U9"]


def test_wishes_are_bounded(homes: Homes, slack: Slack) -> None:
    for number in range(MOST_WANTED + 50):
        homes.want(f"U{number}")
    settle(homes)
    assert len(slack.drawn) == MOST_WANTED


def test_without_slack_nothing_is_drawn(desk: Desk) -> None:
    homes = Homes(
        db=desk.db, chat=None, catalogue=lambda: desk.catalogue, base_url="", now=lambda: desk.at
    )
    homes.want("U1")
    assert homes.turn() > 1


def test_a_plan_that_waits_is_on_it_and_gone_when_decided(
    desk: Desk, homes: Homes, slack: Slack
) -> None:
    declare(desk)
    with desk.db.write() as tx:
        operations.add(tx, operation(State.AWAITING_APPROVAL, requested_at=desk.at))
    homes.want("U1")
    settle(homes)
    assert "Waits for one operator to confirm it" in slack.homes["U1"]

    assert desk.ask("operation cancel OP-7").status == 0
    desk.at += timedelta(seconds=15)
    settle(homes)
    assert "OP-7" not in slack.homes["U1"]
