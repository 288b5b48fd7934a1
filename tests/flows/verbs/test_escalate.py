"""The next level is called, and the timeline says whom to mention."""

from dataclasses import replace

from tests.flows.cards.desk import ADA, CATALOGUE, Desk


def test_the_entry_carries_whom_to_mention(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask('escalate "need a database person"')

    entry = desk.story("INC-1")[-1]
    assert (entry.kind, entry.actor) == ("escalated", ADA)
    assert entry.text == "level 1 → 2: need a database person"
    assert entry.data["level"] == 2
    assert (entry.data["people"], entry.data["groups"]) == (["U3"], ["S012"])
    assert reply.text == "INC-1 is at level 2 now. Called: @slack:U3 and @group:S012."
    assert (reply.data["level"], reply.data["called"]["groups"]) == (2, ["S012"])


def test_a_level_can_be_named_and_above_the_top_the_top_is_called(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    desk.ask("escalate INC-1 --level 4")

    assert desk.story("INC-1")[-1].data["people"] == ["U1"]  # radia has no Slack account
    refused = desk.ask("escalate INC-1 --level 3")
    assert (refused.status, refused.text.startswith("INC-1 is at level 4 already.")) == (1, True)
    assert desk.ask("escalate INC-1 --level 9").status == 1


def test_without_a_ladder_it_says_so(desk: Desk) -> None:
    desk.catalogue = replace(CATALOGUE, ladders={})
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask("escalate")

    assert reply.status == 0
    assert "ladders.yaml names nobody there" in reply.text
    assert desk.story("INC-1")[-1].data["people"] == []
