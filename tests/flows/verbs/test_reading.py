"""What can be read: lists, stories, timelines, status, who is on call, help."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.verbs.parsing import VERBS, parse
from tests.flows.cards.desk import Desk


def test_the_menu_puts_first_what_needs_somebody(desk: Desk) -> None:
    assert desk.ask("").text.startswith("No incident is open.\nAlso: `/candlefish incident declare")
    desk.fire("HighErrorRate", service="graphql-api", severity="warning")
    desk.fire("RedisDown", service="redis", severity="critical")
    desk.ask("ack INC-2")

    lines = desk.ask("").text.splitlines()
    assert lines[0] == "1 incident waiting for somebody:"
    assert lines[1] == (
        "INC-1 sev3 open: HighErrorRate (graphql-api), since 03:07 UTC, nobody has it"
    )
    assert lines[2] == "Take the worst: `/candlefish incident ack INC-1`"
    assert lines[4].endswith("@slack:U1 has it")


def test_the_list_is_the_worst_first_and_says_how_many_more(desk: Desk) -> None:
    for number in range(22):
        desk.api(f'incident declare "Number {number}"')
    desk.api('incident declare "The worst" --severity sev1')
    reply = desk.ask("incident list")

    assert reply.text.splitlines()[0].startswith("INC-23 sev1 open: The worst")
    assert reply.text.splitlines()[-1] == "And 3 more."
    assert len(reply.data["items"]) == 23
    assert reply.data["items"][0]["id"] == "INC-23"


def test_an_incident_in_full(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    desk.at += timedelta(minutes=5)
    desk.ask("incident role ic @linus")

    assert desk.ask("incident").text.splitlines() == [
        "INC-1 · sev2 · open",
        "HighErrorRate",
        "graphql-api, production · since 03:07 UTC (5 min) · 1 of 1 alert firing",
        "Nobody has acknowledged it. Level 1.",
        "ic: @slack:U3",
        "Runbook: UnknownAlert",
        "Take it: `/candlefish incident ack INC-1`",
        "What happened: `/candlefish timeline INC-1`",
    ]
    assert desk.api("incident 1", "viewer").data["title"] == "HighErrorRate"


def test_an_ended_incident_says_how_it_ended(desk: Desk) -> None:
    desk.api('incident declare "One"')
    desk.api('incident declare "Two"')
    desk.ask("incident merge INC-2 INC-1")
    desk.ask("resolve INC-1")
    desk.at += timedelta(days=2)

    assert "Merged into INC-1." in desk.ask("incident INC-2").text
    assert "Resolved by @slack:U1 at 01 Mar 03:07 UTC." in desk.ask("incident INC-1").text


def test_the_timeline_for_a_telephone(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    desk.ask("ack")
    desk.write("INC-1", (f"number {number}" for number in range(40)))

    lines = desk.ask("timeline").text.splitlines()
    assert lines[1] == (
        "The last 30 lines; all of them: `/candlefish timeline INC-1 --export markdown`"
    )
    assert lines[-1] == "03:07 UTC  number 39 — @slack:U1"
    assert len(lines) == 32


def test_the_timeline_as_a_document(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    desk.ask('note "a | b\n# <b>not a title</b> `x` [y](z)"')
    desk.at += timedelta(days=1)
    desk.ask("resolve INC-1 done")
    text = desk.ask("timeline INC-1 --export markdown").text

    assert text.startswith("# INC-1: HighErrorRate\n")
    assert r"- 03:07:00 a \| b \# \<b\>not a title\</b\> \`x\` \[y\](z) (@slack:U1)" in text
    assert "### 01 March 2026" in text
    assert "### 02 March 2026\n\n- 03:07:00 done" in text
    assert "| Resolved | 2026-03-02 03:07:00 by @slack:U1 |" in text


def test_the_timeline_as_data_is_whole(desk: Desk) -> None:
    desk.api('incident declare "x"')
    desk.write("INC-1", (f"number {number}" for number in range(1010)))
    reply = desk.ask("timeline INC-1 --export json")

    assert json.loads(reply.text) == reply.data["items"]
    assert reply.data["more"] is False
    assert [one["text"] for one in reply.data["items"][1:]] == [f"number {n}" for n in range(1010)]


def test_a_timeline_longer_than_an_export_says_so(desk: Desk) -> None:
    desk.api('incident declare "x"')
    desk.write("INC-1", (f"number {number}" for number in range(10_000)))
    reply = desk.ask("timeline INC-1 --export markdown")

    assert reply.text.endswith(
        "\n\nThese are the first 10,000 lines; the incident's page has the rest.\n"
    )
    assert reply.data["more"] is True
    assert desk.ask("timeline INC-1 --export json").data["more"] is True


def test_what_an_alert_calls_a_person_is_none_in_the_document(desk: Desk) -> None:
    desk.fire("Ping @slack:U1", service="graphql-api")
    text = desk.ask("timeline INC-1 --export markdown").text

    assert "Ping @ slack:U1" in text
    assert "@slack:U1" not in text


def test_status_does_not_call_good_what_fires_on(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    desk.api("resolve INC-1")

    assert desk.ask("status").text.splitlines()[0] == (
        "No incident is open, but alerts still fire in INC-1, resolved by hand."
    )


def test_status_of_everything(desk: Desk) -> None:
    house = replace(desk.house, off=("Slack is off.",), troubles=lambda: ("rights: none.",))
    desk.asking = replace(desk.asking, house=house)
    assert desk.ask("status").text.splitlines()[0] == "Nothing is broken: no incident is open."
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    desk.api('incident declare "x"')
    reply = desk.ask("status")

    assert reply.text.splitlines()[0] == "2 incidents open: 1 sev2, 1 sev3."
    assert reply.text.splitlines()[-2:] == ["rights: none.", "Slack is off."]
    assert (reply.data["open"], reply.data["severities"]) == (2, {"sev2": 1, "sev3": 1})
    assert any(one.startswith("On call: ") for one in reply.text.splitlines())
    assert reply.data["on_call"]["level"] == 2
    assert (reply.data["off"], reply.data["troubles"]) == (["Slack is off."], ["rights: none."])


def test_status_of_one_component(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask("status GraphQL-API")

    assert reply.text.splitlines()[0] == "graphql-api (kubernetes): 1 open incident."
    assert "Needs redis." in reply.text
    assert "p95 below 500 ms" in reply.text
    assert "Needed by graphql-api." in desk.ask("status redis").text
    strange = desk.ask("status grafql-api")
    assert strange.status == 2
    assert strange.text.endswith("Did you mean `/candlefish status graphql-api`?")


def test_who_is_on_call(desk: Desk) -> None:
    desk.join_group("U3", "S012")
    desk.join_group("U6", "S012")
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask("oncall")

    assert reply.text.splitlines() == [
        "Ladder default:",
        "Level 2: @slack:U3, @group:S012 (@slack:U3 and @slack:U6)",
        "Level 3: @slack:U1 and @cli:radia",
        "Ladder platform:",
        "Level 2: @slack:U4",
        "INC-1 is at level 1; `/candlefish escalate INC-1` calls @slack:U3 and @group:S012.",
    ]
    level = reply.data["ladders"][0]["levels"][0]
    assert level["groups"] == [{"id": "S012", "members": ["U3", "U6"]}]


def test_help_names_every_verb_and_each_in_full(desk: Desk) -> None:
    everything = desk.ask("help")
    assert [one["verb"] for one in everything.data["items"]] == [verb.name for verb in VERBS]
    for verb in VERBS:
        assert f"`/candlefish {verb.usage}`" in everything.text
        one = desk.ask(f"help {verb.name}")
        assert f"Example: `/candlefish {verb.example}`" in one.text
        assert parse(f"/candlefish {verb.example}").verb is verb

    assert len(desk.ask("help incident").data["items"]) == 12
    assert "Shorter: `/candlefish ack`" in desk.ask("help acknowledge").text


@pytest.mark.parametrize(
    ("text", "better"), [("help silense", "silence"), ("help escalat", "escalate")]
)
def test_help_with_a_wrong_word(desk: Desk, text: str, better: str) -> None:
    reply = desk.ask(text)

    assert (reply.status, reply.text.endswith(f"`/candlefish help {better}`?")) == (2, True)
