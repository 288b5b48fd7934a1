"""`rollback`, `restart`, `scale`, `freeze`: what each asks for, and where it is put right."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind as Asked
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.rollout import Rollout
from bot.store import operations
from tests.flows.cards.desk import ADA, CATALOGUE, LINUS, Desk, opened

WHERE = ("production", "staging")


def rolled_out(name: str, *environments: str) -> Component:
    return Component(
        name=name,
        kind=Kind.KUBERNETES,
        environments=environments,
        namespace={one: one for one in environments},
        rollout=Rollout(deployments={"": name}),
    )


COMPONENTS = {
    **CATALOGUE.components,
    "graphql-api": rolled_out("graphql-api", *WHERE),
    "document-service": rolled_out("document-service", *WHERE),
}
PLATFORM = replace(CATALOGUE, components=COMPONENTS, environment_aliases={"prod": "production"})


@pytest.fixture
def desk(migrated_url: str) -> Iterator[Desk]:
    with opened(migrated_url, catalogue=PLATFORM) as one:
        yield one


def asked(desk: Desk, number: int = 1) -> Operation:
    with desk.db.read() as tx:
        found = operations.find(tx, number)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "environment", "kind", "request_"),
    [
        ("rollback", "production", Asked.ROLLBACK, {}),
        ("rollback staging", "staging", Asked.ROLLBACK, {}),
        ("rollback PROD --dry-run", "production", Asked.ROLLBACK, {"dry_run": True}),
        ("rollback PROD --may-stall", "production", Asked.ROLLBACK, {"may_stall": True}),
        ("rollback graphql-api", "production", Asked.ROLLBACK, {"components": ("graphql-api",)}),
        ("rollback staging gql --to-version v1", "staging", Asked.ROLLBACK,
         {"components": ("graphql-api",), "to_version": "v1"}),
        ("rollback --component document-service --component graphql-api --component gql",
         "production", Asked.ROLLBACK, {"components": ("document-service", "graphql-api")}),
        ("rollback --environment staging", "staging", Asked.ROLLBACK, {}),
        ('rollback --force "checkout is down for all"', "production", Asked.ROLLBACK,
         {"force": "checkout is down for all"}),
        ("restart gql it leaks", "production", Asked.RESTART,
         {"components": ("graphql-api",), "why": "it leaks"}),
        ("rollback --to-version v1", "production", Asked.ROLLBACK, {"to_version": "v1"}),
        ("rollback graphql-api document-service --to-version v1", "production", Asked.ROLLBACK,
         {"components": ("graphql-api", "document-service"), "to_version": "v1"}),
        ("scale graphql-api 5 staging", "staging", Asked.SCALE,
         {"components": ("graphql-api",), "replicas": 5}),
        ("scale graphql-api 6 --dry-run", "production", Asked.SCALE,
         {"components": ("graphql-api",), "replicas": 6, "dry_run": True}),
        ('freeze graphql-api "until the review"', "production", Asked.FREEZE,
         {"components": ("graphql-api",), "why": "until the review"}),
        ('unfreeze staging "the fix is in"', "staging", Asked.UNFREEZE, {"why": "the fix is in"}),
        ("unfreeze graphql-api staging", "staging", Asked.UNFREEZE,
         {"components": ("graphql-api",)}),
        ('freeze graphql-api staging "load test"', "staging", Asked.FREEZE,
         {"components": ("graphql-api",), "why": "load test"}),
        ('freeze "load test" graphql-api staging', "staging", Asked.FREEZE,
         {"components": ("graphql-api",), "why": "load test"}),
        ('freeze production "maintenance"', "production", Asked.FREEZE, {"why": "maintenance"}),
        ("restart gql it leaks in production", "production", Asked.RESTART,
         {"components": ("graphql-api",), "why": "it leaks in production"}),
        ('restart gql "slow in staging too"', "production", Asked.RESTART,
         {"components": ("graphql-api",), "why": "slow in staging too"}),
        ("restart gql as in staging --environment production", "production", Asked.RESTART,
         {"components": ("graphql-api",), "why": "as in staging"}),
    ],
)  # fmt: skip
def test_what_is_asked_for(
    desk: Desk, text: str, environment: str, kind: Asked, request_: dict[str, Any]
) -> None:
    reply = desk.ask(text)
    one = asked(desk)

    assert reply.status == 0
    assert reply.text == (
        "OP-1 is being planned. Its plan appears on the card of INC-1, and "
        "`/candlefish operation show OP-1` shows it. Nothing is done before it is approved."
    )
    assert reply.data["id"] == "OP-1"
    assert (one.environment, one.kind, one.state) == (environment, kind, State.PLANNING)
    assert one.request == Request(**request_)
    assert (one.requested_by, one.incident) == (ADA, 1)


def test_it_belongs_to_the_incident_at_hand_or_that_of_its_component_or_a_new_one(
    desk: Desk,
) -> None:
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    desk.fire("RedisDown", service="redis")
    desk.ask("rollback graphql-api")
    desk.ask("rollback graphql-api", place=None, incident="INC-2")
    desk.ask("rollback document-service INC-2")
    desk.api("resolve INC-1")
    desk.ask("rollback staging graphql-api")
    assert [asked(desk, number).incident for number in (1, 2, 3, 4)] == [1, 2, 2, 3]
    declared = desk.incident("INC-3")
    assert (declared.title, declared.severity) == ("Rollback of graphql-api", "sev3")
    assert (declared.component, declared.environment) == ("graphql-api", "staging")
    assert "OP-4: rollback of graphql-api asked for" in [one.text for one in desk.story("INC-3")]


def test_the_environment_of_the_incident_at_hand_counts(desk: Desk) -> None:
    name = desk.fire("HighErrorRate", service="graphql-api", environment="staging")
    desk.ask("restart graphql-api", place=None, incident=name)
    assert asked(desk).environment == "staging"


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("rollback --component grafql-api", 2,
         "Did you mean `/candlefish rollback --component graphql-api`?"),
        ("rollback production grafql-api --dry-run", 2,
         "Did you mean `/candlefish rollback production graphql-api --dry-run`?"),
        ("rollback --component xyzzy", 2, "There are document-service and graphql-api."),
        ("rollback --environment nowhere", 2,
         "There is no environment “nowhere”. There is production or staging."),
        ("rollback staging --environment prod", 2,
         "production and staging are 2 environments, and this is done in one."),
        ("scale 4 graphql-api document-service", 2, "Only one component is scaled at a time"),
        ("scale 4 staging", 2, "which one? `/candlefish scale 4 staging graphql-api`"),
        ("rollback --force down", 2, "takes a reason of at least 15 characters"),
        ("rollback --component redis", 1, "redis holds data"),
        ("restart redis", 1, "redis holds data"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_put_right_and_leaves_nothing(
    desk: Desk, text: str, status: int, said: str
) -> None:
    reply = desk.ask(text)
    assert (reply.status, said in reply.text) == (status, True), reply.text
    assert desk.ask("operation list").text == "There is no operation yet."
    assert desk.ask("incident list").text.startswith("No incident is open.")


def test_a_responder_asks_only_with_a_reason(desk: Desk) -> None:
    refused = desk.ask("rollback graphql-api", by=LINUS)
    assert refused.status == 1
    assert "`rollback` needs the role operator; yours is responder." in refused.text
    forced = desk.ask('rollback graphql-api --force "checkout is down for all"', by=LINUS)
    assert forced.status == 0
    assert asked(desk).requested_by == LINUS


def test_a_role_by_a_group_counts_while_its_list_is_fresh(desk: Desk) -> None:
    for seconds, status in ((59, 0), (61, 3), (16 * 60, 3)):
        user = f"U{seconds}"
        desk.join_group(user, "S013", ago=timedelta(seconds=seconds))
        assert desk.ask("rollback graphql-api", by=f"slack:{user}").status == status


def test_while_slack_does_not_answer_the_glass_is_broken_by_whom_people_yaml_names(
    desk: Desk,
) -> None:
    text = 'rollback graphql-api --force "checkout is down for all"'
    desk.join_group("U61", "S012", ago=timedelta(seconds=61))

    refused = desk.ask(text, by="slack:U61")

    assert refused.status == 3
    assert refused.text == (
        "`rollback` needs the role responder, and Slack has not said lately whether you still "
        "have it. Whoever has it by name in people.yaml need not wait, here or in a terminal. "
        "Nothing was done; try again in a moment."
    )
    assert desk.ask(text, by=LINUS).status == 0


@pytest.mark.parametrize("text", ["restart graphql-api", "scale graphql-api 4", "freeze"])
def test_after_a_long_silence_of_slack_that_is_the_reason_still(desk: Desk, text: str) -> None:
    desk.join_group("U960", "S013", ago=timedelta(minutes=16))

    refused = desk.ask(text, by="slack:U960")

    assert refused.status == 3
    assert "Slack has not said lately whether you still have it" in refused.text


def test_what_no_list_ever_gave_is_refused_at_once(desk: Desk) -> None:
    desk.join_group("U61", "S012", ago=timedelta(seconds=61))

    refused = desk.ask("rollback graphql-api", by="slack:U61")

    assert refused.status == 1
    assert "`rollback` needs the role operator; yours is responder." in refused.text
    assert "Ask one to say `/candlefish rollback graphql-api`" in refused.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("freeze grapql-api", "freeze graphql-api"),
        ("unfreeze graphql-ap the fix is in", "unfreeze graphql-api the fix is in"),
        ("freeze production grapql-api", "freeze production graphql-api"),
        ("freeze graphql-api document-servce", "freeze graphql-api document-service"),
        ("freeze production document", "freeze production document-service"),
        (
            'unfreeze production docservice "it is in"',
            'unfreeze production document-service "it is in"',
        ),
        ("unfreeze production xyzzy", "A reason goes in quotes."),
        ("unfreeze staging the fix is in", "A reason goes in quotes."),
        ("unfreeze nosuch", "There are"),
    ],
)
def test_a_mistyped_component_is_no_reason_to_freeze_everything(
    desk: Desk, said: str, meant: str
) -> None:
    reply = desk.ask(said)

    assert reply.status == 2
    assert meant in reply.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("restart graphql-api staging", "restart graphql-api --environment staging"),
        ("restart graphql-api staging it leaks",
         'restart graphql-api "it leaks" --environment staging'),
        ('restart graphql-api "staging"', "restart graphql-api --environment staging"),
        ("freeze graphql-api load test staging",
         'freeze graphql-api "load test" --environment staging'),
    ],
)  # fmt: skip
def test_a_reason_that_names_another_environment_may_have_told_where(
    desk: Desk, said: str, meant: str
) -> None:
    reply = desk.ask(said)

    assert reply.status == 2
    assert reply.text == (
        "“staging” is an environment, and this would be done in production. Did you mean "
        f"`/candlefish {meant}`? If not, say `--environment production` too."
    )
    assert desk.ask(meant).status == 0
    assert asked(desk).environment == "staging"


def test_a_reason_in_quotes_is_one_wherever_it_stands(desk: Desk) -> None:
    assert desk.ask('freeze "release day"').status == 0
    assert asked(desk).request == Request(why="release day")


@pytest.mark.parametrize(
    "text", ["rollback", "restart graphql-api", "freeze", "scale graphql-api 3"]
)
def test_without_a_cluster_and_sites_it_says_what_to_set(desk: Desk, text: str) -> None:
    desk.asking = replace(desk.asking, house=replace(desk.house, operations_on=False))
    reply = desk.ask(text, by=ADA)

    assert reply.status == 1
    assert "CANDLEFISH_KUBECONFIG" in reply.text
    with desk.db.read() as tx:
        assert operations.find(tx, 1) is None
