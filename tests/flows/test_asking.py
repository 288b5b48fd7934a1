"""Whoever asks gets an answer in words: about the right incident, and once too often or not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.verbs.said import SAID
from tests.flows.cards.desk import LINUS, MARGARET, Desk, opened


def test_wrong_words_are_misuse_with_the_right_ones_for_the_surface(desk: Desk) -> None:
    assert desk.ask("incident akc INC-1").text.endswith(
        "Did you mean `/candlefish incident ack INC-1`?"
    )
    reply = desk.api("incident akc INC-1")
    assert reply.text.endswith("Did you mean `candlefish incident ack INC-1`?")
    assert reply.status == 2


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


def test_what_is_refused_or_only_tried_costs_nothing(strict: Desk) -> None:
    for _ in range(6):
        assert strict.ask("rollback nosuch").status != 0
    for _ in range(5):
        assert strict.ask('incident declare "x"').status == 0
    assert "or name the open incident" in strict.ask('incident declare "x"').text


def test_while_production_burns_nobody_is_told_to_wait(strict: Desk) -> None:
    strict.fire("Down", service="graphql-api", severity="critical")

    assert [strict.ask('incident declare "x"').status for _ in range(7)] == [0] * 7


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


@pytest.mark.parametrize("mark", ["@slack:U3", "@group:S012", "#slack:C1", "@cli:ada"])
def test_an_alert_mentions_nobody(desk: Desk, mark: str) -> None:
    desk.fire(f"Down {mark}", service=f"x {mark}")
    desk.fire("Up", service=f"x {mark}")
    desk.api('incident declare "Another"')

    for text in ("", "incident list", "incident show INC-1", "timeline INC-1", "status", "note x"):
        said = desk.ask(text).text.splitlines()
        assert not [one for one in said if mark in one and not one.startswith("On call: ")]
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
