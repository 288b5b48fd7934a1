"""Who may say what, and where: every role, verb and surface."""

import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.domain.operations.operation import State
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.rollout import Rollout
from bot.domain.verbs.parsing import VERBS
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.table import BY_NAME
from bot.flows.verbs.answerers import ANSWERERS
from bot.store.operations import add, next_number
from tests.databases import SqliteMaker
from tests.domain.operations.made import operation, plan
from tests.flows.cards.desk import ADA, CATALOGUE, CHANNEL, LINUS, MARGARET, STRANGER, Desk, opened

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
    "operation next": "operation next OP-2",
    "operation close": "operation close OP-2",
}
READING = {
    "menu", "help", "status", "incident list", "incident show", "timeline", "oncall",
    "deploys", "operation list", "operation show",
}  # fmt: skip


# These take an operator in the end: who may only ask is told so in the right place.
OPERATING = {
    "rollback", "restart", "scale", "freeze", "unfreeze", "operation approve", "operation cancel",
    "operation revert", "operation next", "operation close",
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
    assert reply.text == (
        "This Slack account may not use Candlefish: the account is a guest. "
        "Ask a full member of this workspace to do it."
    )
