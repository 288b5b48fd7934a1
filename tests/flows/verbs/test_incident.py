"""Moves of one incident by hand: who did it stands on the timeline, and is told to the second."""

import pytest

from bot.domain.incidents.incident import State
from bot.domain.severity import Severity
from tests.flows.cards.desk import ADA, LINUS, Desk


def last(desk: Desk, name: str = "INC-1") -> tuple[str, str, str]:
    entry = desk.story(name)[-1]
    return entry.kind, entry.actor, entry.text


def test_acknowledge(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api")
    reply = desk.ask("ack INC-1")

    assert reply.text.startswith("You have INC-1: HighErrorRate")
    assert (reply.data["state"], reply.data["acknowledged_by"]) == ("acknowledged", ADA)
    assert last(desk) == ("acknowledged", ADA, "acknowledged")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("ack INC-1", "INC-1 was already acknowledged by @slack:U1 at 03:07 UTC."),
        ("incident mitigate INC-1", "INC-1 was already marked mitigated by @slack:U1"),
        ("resolve INC-1", "INC-1 was resolved by @slack:U1 at 03:07 UTC."),
        ("incident severity sev1 INC-1", "INC-1 is sev1 already."),
        ("incident role ic @ada INC-1", "@slack:U1 is ic of INC-1 already."),
    ],
)
def test_the_second_is_told_of_the_first(desk: Desk, text: str, fact: str) -> None:
    desk.api('incident declare "First"')
    assert desk.ask(text, by=ADA).status == 0
    lines = len(desk.story("INC-1"))
    reply = desk.ask(text, by=LINUS)

    assert (reply.status, reply.text.startswith(fact)) == (1, True)
    assert len(desk.story("INC-1")) == lines


def test_a_life_by_hand(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    desk.ask('incident mitigate "traffic moved"')
    assert last(desk) == ("mitigated", ADA, "traffic moved")
    reply = desk.ask("resolve fixed for good", by=LINUS)
    assert reply.text == (
        "INC-1 is resolved. Still firing: 1 alert. It opens again when one starts anew."
    )
    assert last(desk) == ("resolved", LINUS, "fixed for good")
    desk.ask("incident reopen INC-1 not fixed")
    assert last(desk) == ("reopened", ADA, "not fixed")

    one = desk.incident("INC-1")
    assert (one.state, one.open_key) == (State.OPEN, "by-hand/1")
    assert desk.fire("HighErrorRate", service="graphql-api", pod="b") == "INC-1"


def test_notes_are_taken_as_they_were_written(desk: Desk) -> None:
    desk.api('incident declare "First"')
    desk.ask("note \u201cit\u2019s &lt;the&gt; db,\nsays <@U3|linus>\u201d")

    assert last(desk) == ("note", ADA, "it\u2019s <the> db,\nsays @slack:U3")


def test_severity_falls_by_hand_only_and_says_why(desk: Desk) -> None:
    desk.fire("HighErrorRate", service="graphql-api", severity="critical")
    reply = desk.ask('incident severity sev4 "load test"')

    assert reply.text == "INC-1 went from sev2 to sev4."
    assert desk.incident("INC-1").severity is Severity.SEV4
    assert last(desk) == ("severity", ADA, "sev2 → sev4: load test")


@pytest.mark.parametrize(
    ("word", "person"),
    [
        ("<@U3|linus>", "slack:U3"),
        ("@Linus", "slack:U3"),
        ("@radia", "cli:radia"),
        ("@me", ADA),
        ("@you", ADA),
        ("<@U77>", "slack:U77"),
    ],
)
def test_roles_are_given_to_whom_is_meant(desk: Desk, word: str, person: str) -> None:
    desk.api('incident declare "First"')
    reply = desk.ask(f"incident role commander {word}")

    assert reply.text == f"@{person} is ic of INC-1 now."
    assert desk.incident("INC-1").roles == {"ic": person}


def test_a_name_that_nobody_has_is_put_right(desk: Desk) -> None:
    desk.api('incident declare "First"')
    reply = desk.ask("incident role scribe @lynus")

    assert reply.status == 2
    assert reply.text.endswith("Did you mean `/candlefish incident role scribe @linus INC-1`?")
    assert desk.incident("INC-1").roles == {}
