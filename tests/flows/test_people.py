"""What the people loop learns of Slack's people, from the twin, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.adapters.slack import SlackChat
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import Role
from bot.flows.leader import Leader
from bot.flows.operations.rights import FRESH
from bot.flows.people import ELSEWHERE, GROUPS_EVERY, UNKNOWN, People
from bot.secret import Secret
from bot.store import facts, standing
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.tables import slack_people
from sandbox.slack.app import SCOPES, App
from sandbox.slack.people import Person, Seed, Usergroup
from sandbox.slack.server import SlackTwin
from tests.flows.cards.cards_stage import Clock
from tests.flows.cards.desk import CATALOGUE

SEED = Seed(
    people=(
        Person(id="U1", name="ada"),
        Person(id="U2", name="guest", is_restricted=True),
        Person(id="U3", name="linus"),
        Person(id="U4", name="margaret", team_id="T9"),
        Person(id="U7", name="new"),
    ),
    usergroups=(
        Usergroup(id="S012", handle="oncall", users=("U1", "U2")),
        Usergroup(id="S013", handle="ops", users=("U3",)),
    ),
)


@dataclass
class Here:
    db: Database
    slack: SlackTwin
    clock: Clock
    catalogue: Catalogue = CATALOGUE
    loop: People = field(init=False)

    def __post_init__(self) -> None:
        self.loop = self.starts("one")

    def starts(self, owner: str) -> People:
        """The loop of one replica."""
        token = Secret(self.slack.bot_token)
        return People(
            db=self.db,
            chat=SlackChat(token, self.slack.api_url, now=self.clock.now),
            catalogue=lambda: self.catalogue,
            now=self.clock.now,
            leader=Leader(self.db, "people", self.clock.now, owner),
        )

    def minute(self, minutes: int = 1) -> None:
        for _ in range(minutes):
            self.loop.turn()
            self.clock.forward(61)

    def members(self, *groups: str) -> dict[str, list[str]]:
        with self.db.read() as tx:
            return standing.members(tx, groups)

    def barred(self) -> dict[str, str | None]:
        with self.db.read() as tx:
            found = tx.execute(select(slack_people.c.user_id, slack_people.c.barred))
            return {row.user_id: row.barred for row in found}


@pytest.fixture
def here(database_url: str, request: pytest.FixtureRequest) -> Iterator[Here]:
    clock = Clock()
    db = Database(database_url)
    migrate(db)
    scopes = getattr(request, "param", SCOPES)
    with SlackTwin(seed=SEED, clock=clock.seconds, app=App(scopes=scopes)) as slack:
        yield Here(db, slack, clock)
    db.close()


def test_groups_people_and_team(here: Here) -> None:
    here.minute()
    assert here.members("S012", "S013") == {"S012": ["U1", "U2"], "S013": ["U3"]}
    barred = here.barred()
    assert barred["U1"] is None
    assert barred["U2"] == "this account is a guest"
    assert barred["U3"] is None
    assert barred["U4"] == ELSEWHERE
    assert barred["U6"] == UNKNOWN
    with here.db.read() as tx:
        assert facts.find(tx, facts.SLACK_TEAM) == "T1"
        (membership,) = standing.memberships(tx, "U3")
    assert here.clock.now() - membership.fetched_at <= timedelta(seconds=61)


def test_who_leaves_a_group_leaves_it_within_a_minute_and_who_joins_is_looked_at(
    here: Here,
) -> None:
    here.minute()
    group = here.slack.ws.usergroups["S012"]
    here.slack.ws.usergroups["S012"] = replace(group, users=("U2", "U7"))
    here.minute()
    assert here.members("S012") == {"S012": ["U2", "U7"]}
    assert here.barred()["U7"] is None


def test_who_is_made_a_guest_is_barred_within_five_minutes(here: Here) -> None:
    here.minute()
    here.slack.ws.people["U1"] = Person(id="U1", name="ada", is_restricted=True)
    here.minute(6)
    assert here.barred()["U1"] == "this account is a guest"


def test_a_group_that_the_ops_data_no_longer_name_gives_nothing(here: Here) -> None:
    here.minute()
    here.catalogue = replace(here.catalogue, groups={"S012": frozenset({Role.RESPONDER})})
    here.minute()
    assert here.members("S012", "S013") == {"S012": ["U1", "U2"]}


def test_slack_down_leaves_what_was_known_with_its_age(here: Here) -> None:
    here.minute()
    here.slack.go_down()
    here.minute(3)
    assert here.loop.problem
    with here.db.read() as tx:
        (membership,) = standing.memberships(tx, "U3")
    assert here.clock.now() - membership.fetched_at > timedelta(minutes=3)
    here.slack.come_back()
    here.minute()
    assert here.loop.problem is None


def test_who_does_not_lead_any_more_has_no_problem(here: Here) -> None:
    here.slack.go_down()
    here.minute()
    assert here.loop.problem
    here.starts("two").turn()
    here.loop.turn()
    assert here.loop.problem is None


def test_an_unknown_group_is_said_and_keeps_no_other_from_being_read(here: Here) -> None:
    del here.slack.ws.usergroups["S012"]
    here.minute()
    assert here.members("S012", "S013") == {"S013": ["U3"]}
    assert "S012" in (here.loop.problem or "")


@pytest.mark.parametrize(
    "here", [tuple(one for one in SCOPES if one != "usergroups:read")], indirect=True
)
def test_without_a_scope_the_rest_is_read_and_the_fix_is_said(here: Here) -> None:
    here.minute()
    assert "usergroups:read" in (here.loop.problem or "")
    assert here.barred()["U1"] is None


def test_nothing_is_asked_more_often_than_slack_allows(here: Here) -> None:
    here.minute(30)
    assert not [call for call in here.slack.journal.calls() if call.status == 429]
    assert len(here.slack.journal.calls("usergroups.users.list")) == 60


def test_only_the_leader_reads(here: Here) -> None:
    here.minute()
    other = here.starts("two")
    here.loop.turn()
    before = len(here.slack.journal.calls())
    other.turn()
    assert len(here.slack.journal.calls()) == before
    here.loop.stop()
    here.clock.forward(61)
    other.turn()
    assert len(here.slack.journal.calls()) > before


def test_roles_are_read_often_enough_to_be_fresh_for_what_changes_the_world() -> None:
    assert GROUPS_EVERY * 2 <= FRESH
