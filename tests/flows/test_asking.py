"""Whoever asks gets an answer in words: allowed or not, in place or not, once too often or not."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import Unavailable
from bot.domain.operations.operation import State
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.rollout import Rollout
from bot.domain.verbs.parsing import VERBS
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.domain.verbs.table import BY_NAME
from bot.flows.verbs.answerers import ANSWERERS
from bot.store.database import Conflict
from bot.store.operations import add, next_number
from tests.databases import SqliteMaker
from tests.domain.operations.made import operation, plan
from tests.domain.verbs.test_parsing import SAID
from tests.flows.desk import ADA, CATALOGUE, CHANNEL, LINUS, MARGARET, STRANGER, Desk, opened

# What is said in the table test: INC-1 is open, INC-2 too and acknowledged, INC-3 has ended.
SAYING = {
    "menu": "",
    "help": "help",
    "status": "status",
    "incident list": "incident list",
    "incident show": "incident show INC-1",
    "timeline": "timeline INC-1",
    "oncall": "oncall",
    "deploys": "deploys",
    "incident declare": 'incident declare "It is slow"',
    "incident ack": "incident ack INC-1",
    "incident mitigate": "incident mitigate INC-1",
    "incident resolve": "incident resolve INC-1",
    "incident reopen": "incident reopen INC-3",
    "incident note": 'incident note INC-1 "seen"',
    "incident severity": "incident severity sev1 INC-1",
    "incident role": "incident role ic @me INC-1",
    "incident merge": "incident merge INC-2 INC-1",
    "incident split": "incident split INC-1 RedisDown",
    "escalate": "escalate INC-1",
    "silence": "silence RedisDown 2h INC-1",
    "rollback": "rollback production --component graphql-api",
    "restart": "restart graphql-api",
    "scale": "scale graphql-api 6",
    "freeze": "freeze graphql-api",
    "unfreeze": "unfreeze graphql-api",
    "operation list": "operation list",
    "operation show": "operation show OP-1",
    "operation approve": "operation approve OP-1 --plan-hash {hash}",
    "operation cancel": "operation cancel OP-1",
    "operation revert": "operation revert OP-2",
    "operation close": "operation close OP-2",
}
READING = {
    "menu", "help", "status", "incident list", "incident show", "timeline", "oncall",
    "deploys", "operation list", "operation show",
}  # fmt: skip
# These take an operator in the end: who may only ask is told so in the right place.
OPERATING = {
    "rollback", "restart", "scale", "freeze", "unfreeze", "operation approve", "operation cancel",
    "operation revert", "operation close",
}  # fmt: skip
YES, ROLE, PLACE = "answered", "refused by role", "refused by place"
# Who says it where, and what comes of a verb that reads and of one that changes something.
EXPECTED = {
    ("stranger", "channel"): (YES, ROLE),
    ("stranger", "elsewhere"): (YES, ROLE),
    ("stranger", "card"): (YES, ROLE),
    ("viewer", "channel"): (YES, ROLE),
    ("viewer", "elsewhere"): (YES, ROLE),
    ("viewer", "card"): (YES, ROLE),
    ("viewer", "api"): (YES, ROLE),
    ("responder", "channel"): (YES, YES),
    ("responder", "elsewhere"): (YES, PLACE),
    ("responder", "nowhere"): (YES, PLACE),
    ("responder", "card"): (YES, YES),
    ("responder", "api"): (YES, YES),
    ("operator", "channel"): (YES, YES),
    ("operator", "elsewhere"): (YES, PLACE),
    ("operator", "card"): (YES, YES),
    ("operator", "api"): (YES, YES),
    ("security", "channel"): (YES, YES),
    ("security", "elsewhere"): (YES, PLACE),
    ("security", "card"): (YES, YES),
    ("security", "api"): (YES, YES),
    ("admin", "channel"): (YES, YES),
    ("admin", "elsewhere"): (YES, PLACE),
    ("admin", "card"): (YES, YES),
    ("admin", "api"): (YES, YES),
    ("nonsense", "api"): (YES, ROLE),
}
SLACK_USERS = {
    "stranger": STRANGER,
    "viewer": "slack:U6",
    "responder": LINUS,
    "operator": ADA,
    "security": "slack:U5",
    "admin": MARGARET,
}


RADIA_IN_SLACK = replace(CATALOGUE.people["radia"], slack="U5")
ROLLED_OUT = replace(
    CATALOGUE.components["graphql-api"],
    namespace={"production": "production"},
    rollout=Rollout(deployments={"": "graphql-api"}),
)
WITH_RADIA = replace(
    CATALOGUE,
    people={**CATALOGUE.people, "radia": RADIA_IN_SLACK},
    components={**CATALOGUE.components, "graphql-api": ROLLED_OUT},
)


def outcome_of(verb: str, role: str, where: str) -> str:
    """What the table says, and for what only an operator may have done, the role first."""
    reads, changes = EXPECTED[role, where]
    if verb in READING:
        return reads
    lacking = verb in OPERATING and role in ("responder", "security")
    return ROLE if lacking and (changes is YES or BY_NAME[verb].role is Role.OPERATOR) else changes


@pytest.fixture(scope="module")
def three_incidents(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an open incident, an acknowledged one and one that has ended.

    OP-1 waits for approval and OP-2 for a decision.
    """
    folder = tmp_path_factory.mktemp("three")
    with sqlite_maker.migrated(folder) as url, opened(url) as desk:
        desk.fire("RedisDown", service="graphql-api")
        desk.fire("HighErrorRate", service="graphql-api")
        for title in ("Second", "Third"):
            desk.api(f'incident declare "{title}"')
        desk.api("ack INC-2")
        desk.api("resolve INC-3")
        with desk.db.write() as tx:
            for state in (State.AWAITING_APPROVAL, State.AWAITING_DECISION):
                number = next_number(tx)
                add(tx, operation(state, id=number, requested_by="cli:grace"))
    return folder / "candlefish.db"


def said(desk: Desk, text: str, role: str, where: str) -> Reply:
    if where == "api":
        return desk.api(text, role)
    place = {"channel": CHANNEL, "elsewhere": "CELSE"}.get(where)
    at_hand = "INC-1" if where == "card" else None
    return desk.ask(text, SLACK_USERS[role], place=place, incident=at_hand)


def outcome(reply: Reply) -> str:
    if reply.status == 1 and "needs the role" in reply.text:
        return ROLE
    if reply.status == 1 and f"it works in #slack:{CHANNEL}" in reply.text:
        return PLACE
    return YES if reply.status == 0 and reply.text else reply.text


def test_every_verb_has_an_answerer_and_a_row_in_the_table() -> None:
    names = {verb.name for verb in VERBS}

    assert set(ANSWERERS) == names == set(SAYING)
    assert {verb.name for verb in VERBS if not verb.changes} == READING


@pytest.mark.parametrize("verb", SAYING)
def test_role_by_verb_by_surface(three_incidents: Path, tmp_path: Path, verb: str) -> None:
    found = {}
    for role, where in EXPECTED:
        copied = shutil.copy(three_incidents, tmp_path / f"{role}-{where}.db")
        with opened(f"sqlite:///{copied}", knows_channel=False, catalogue=WITH_RADIA) as desk:
            words = SAYING[verb].format(hash=plan().digest)
            found[role, where] = outcome(said(desk, words, role, where))

    assert found == {case: outcome_of(verb, *case) for case in EXPECTED}


def test_the_refusal_of_a_role_says_whom_to_ask(desk: Desk) -> None:
    desk.api('incident declare "First"')
    reply = desk.ask("ack", by=STRANGER, place="CELSE", incident="INC-1")

    assert reply.status == 1
    assert reply.text == (
        "`incident ack` needs the role responder; yours is viewer. Ask one to say "
        "`/candlefish incident ack INC-1`; `/candlefish oncall` shows whom to ask."
    )


def test_the_refusal_of_a_place_gives_the_command_ready_to_copy(desk: Desk) -> None:
    reply = desk.ask("ack inc-1", place="CELSE")

    assert reply.text.endswith("Say it there: `/candlefish incident ack INC-1`")


def test_before_the_channel_is_known_nothing_changes_but_on_cards(
    sqlite_maker: SqliteMaker, tmp_path: Path
) -> None:
    with sqlite_maker.migrated(tmp_path) as url, opened(url, knows_channel=False) as desk:
        desk.api('incident declare "First"')

        refused = desk.ask("ack INC-1")
        assert (refused.status, "candlefish doctor" in refused.text) == (1, True)
        assert desk.ask("ack", incident="INC-1").status == 0


def test_wrong_words_are_misuse_with_the_right_ones_for_the_surface(desk: Desk) -> None:
    assert desk.ask("incident akc INC-1").text.endswith(
        "Did you mean `/candlefish incident ack INC-1`?"
    )
    reply = desk.api("incident akc INC-1")
    assert reply.text.endswith("Did you mean `candlefish incident ack INC-1`?")
    assert reply.status == 2


# Who is asking


def test_a_slack_group_makes_a_responder_however_old(desk: Desk) -> None:
    desk.api('incident declare "First"')
    for number, (group, minutes) in enumerate(product(["S012", "S013"], [0, 14, 16, 600])):
        desk.join_group(f"U9{number}", group, timedelta(minutes=minutes))

        assert desk.ask('note INC-1 "x"', by=f"slack:U9{number}").status == 0


def test_an_unknown_group_gives_nothing(desk: Desk) -> None:
    desk.join_group("U99", "S999")

    assert "needs the role" in desk.ask('incident declare "x"', by=STRANGER).text


def test_barred_people_may_not_even_read(desk: Desk) -> None:
    desk.bar("U1", "the account is a guest")
    reply = desk.ask("status")

    assert reply.status == 1
    assert reply.text == "This Slack account may not use Candlefish: the account is a guest."


# How often


@pytest.fixture
def strict(migrated_url: str) -> Iterator[Desk]:
    with opened(migrated_url, generous=False) as one:
        yield one


def test_twenty_questions_a_minute(strict: Desk) -> None:
    answers = [strict.ask("status").status for _ in range(21)]
    assert answers == [0] * 20 + [1]
    assert strict.ask("status", by=LINUS).status == 0

    strict.at += timedelta(seconds=59)
    refused = strict.ask("status")
    assert refused.text == "That would be more than 20 questions in a minute. Try again in 2 s."
    strict.at += timedelta(seconds=1)
    assert strict.ask("status").status == 0


def test_five_changes_in_ten_minutes_outside_an_open_incident(strict: Desk) -> None:
    for _ in range(5):
        assert strict.ask('incident declare "x"').status == 0
    refused = strict.ask('incident declare "x"')
    assert refused.status == 1
    assert "more than 5 changes in 10 minutes" in refused.text

    assert [strict.ask(f'note INC-{n} "more"').status for n in (1, 2, 3, 4, 5, 1)] == [0] * 6
    assert strict.ask("resolve INC-1").status == 0
    assert strict.ask('note INC-1 "afterwards"').status == 1
    strict.at += timedelta(minutes=10)
    assert strict.ask('note INC-1 "afterwards"').status == 0


def test_one_person_is_one_person_on_every_surface(strict: Desk) -> None:
    for _ in range(3):
        strict.ask('incident declare "x"')
        strict.api('incident declare "x"')

    assert len(strict.ask("incident list").data["items"]) == 5


# Which incident


def test_the_only_open_incident_needs_no_name(desk: Desk) -> None:
    desk.api('incident declare "First"')
    desk.api('incident declare "Second"')
    desk.api("resolve INC-1")

    assert desk.ask("ack").data["id"] == "INC-2"


def test_several_open_incidents_are_listed_ready_to_copy(desk: Desk) -> None:
    desk.api('incident declare "First" --severity sev3')
    desk.api('incident declare "Second" --severity sev1')
    reply = desk.ask('note "look"')

    assert reply.status == 1
    assert reply.text.splitlines() == [
        "2 incidents are open. Which one?",
        '`/candlefish incident note INC-2 "look"` sev1 Second',
        '`/candlefish incident note INC-1 "look"` sev3 First',
    ]


def test_a_card_says_which_incident_and_a_name_beats_it(desk: Desk) -> None:
    desk.api('incident declare "First"')
    desk.api('incident declare "Second"')

    assert desk.ask("ack", incident="INC-1").data["id"] == "INC-1"
    assert desk.ask("ack INC-2", incident="INC-1").data["id"] == "INC-2"


def test_with_nothing_open_there_is_a_way_on(desk: Desk) -> None:
    for text in ("ack", "timeline", "escalate", "incident show"):
        reply = desk.ask(text)

        assert (reply.status, reply.text.startswith("No incident is open.")) == (1, True)


def test_an_incident_that_never_was(desk: Desk) -> None:
    for text in ("ack INC-9", "timeline INC-9", "incident merge INC-9", "incident 9"):
        reply = desk.ask(text)

        assert reply.status == 1
        assert reply.text == "There is no INC-9. `/candlefish incident list` shows the open ones."


# What goes wrong below


class Unlucky:
    """A database whose first writes lose against another writer."""

    def __init__(self, desk: Desk, losses: int, error: Exception) -> None:
        self._db, self.losses, self._error = desk.db, losses, error

    def read(self):  # type: ignore[no-untyped-def]  # as the database's own
        return self._db.read()

    def write(self):  # type: ignore[no-untyped-def]  # as the database's own
        if self.losses:
            self.losses -= 1
            raise self._error
        return self._db.write()


@pytest.mark.parametrize(("losses", "status"), [(4, 0), (5, 3)])
def test_a_lost_race_is_run_again_five_times(desk: Desk, losses: int, status: int) -> None:
    desk.api('incident declare "First"')
    asking = replace(desk.asking, db=Unlucky(desk, losses, Conflict("faster")))  # type: ignore[arg-type]  # reads and writes alike

    reply = asking.answer(Asked(text="ack", actor=ADA, surface=Surface.SLACK, place=CHANNEL))

    assert reply.status == status
    assert len(desk.story("INC-1")) == (2 if status == 0 else 1)


def test_a_dead_database_is_said(desk: Desk) -> None:
    error = Unavailable("The database does not answer.")
    asking = replace(desk.asking, db=Unlucky(desk, 9, error))  # type: ignore[arg-type]  # reads and writes alike
    desk.api('incident declare "First"')

    reply = asking.answer(Asked(text="ack", actor=ADA, surface=Surface.SLACK, place=CHANNEL))

    assert (reply.status, reply.text) == (
        3,
        "The database does not answer. Nothing was done; try again in a moment.",
    )


def test_of_many_at_once_one_is_first_and_all_are_answered(desk: Desk) -> None:
    desk.api('incident declare "First"')
    people = [ADA, LINUS, MARGARET] * 3
    with ThreadPoolExecutor(len(people)) as pool:
        replies = list(pool.map(lambda who: desk.ask("ack INC-1", by=who), people))

    first = desk.incident("INC-1").acknowledged_by
    assert sorted(reply.status for reply in replies) == [0] + [1] * 8
    late = [reply.text for reply in replies if reply.status]
    assert all(text.startswith(f"INC-1 was already acknowledged by @{first}") for text in late)
    assert len(desk.story("INC-1")) == 2


def test_many_declare_at_once_and_each_gets_a_number(desk: Desk) -> None:
    titles = [f"Number {number}" for number in range(8)]
    with ThreadPoolExecutor(len(titles)) as pool:
        replies = list(pool.map(lambda title: desk.ask(f'incident declare "{title}"'), titles))

    assert {reply.data["id"] for reply in replies} == {f"INC-{number}" for number in range(1, 9)}
    assert {reply.data["title"] for reply in replies} == set(titles)


@pytest.mark.parametrize("mark", ["@slack:U3", "@group:S012", "#slack:C1", "@cli:ada"])
def test_an_alert_mentions_nobody(desk: Desk, mark: str) -> None:
    desk.fire(f"Down {mark}", service=f"x {mark}")
    desk.fire("Up", service=f"x {mark}")
    desk.api('incident declare "Another"')

    for text in ("", "incident list", "incident show INC-1", "timeline INC-1", "status", "note x"):
        assert mark not in desk.ask(text).text
    assert mark not in desk.ask("ack INC-1").text


def test_what_is_shown_is_told_of_changes_only(desk: Desk) -> None:
    desk.ask('incident declare "First"')
    desk.ask("incident list")
    desk.ask("ack INC-9")

    assert desk.wakes == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(text=SAID | st.text(), at_hand=st.sampled_from([None, "INC-1", "INC-77", "", "x"]))
def test_whatever_is_said_is_answered(desk: Desk, text: str, at_hand: str | None) -> None:
    reply = desk.ask(text, by=MARGARET, incident=at_hand)

    assert reply.text.strip()
    assert reply.status in (0, 1, 2)
