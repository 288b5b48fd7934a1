"""The card loop against the Slack twin, on both databases, in an injected clock's time."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.incidents import life
from bot.domain.severity import Severity
from bot.flows.cards import card_loop as cards_flow
from sandbox.slack.app import App
from tests.flows.cards.cards_stage import Stage, stage


@pytest.fixture
def here(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as found:
        yield found


def test_a_card_is_posted_and_follows_its_incident(here: Stage) -> None:
    here.open(1, title="Down")
    here.run(1)
    assert here.shown(1) == [here.wanted(1)]

    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.run(2)

    (shown,) = here.shown(1)
    assert shown == here.wanted(1)
    assert "*Acknowledged* by <@U1>" in str(shown)
    assert here.loop.waiting == 0


def test_the_most_severe_come_first_and_one_a_second(here: Stage) -> None:
    for number, severity in enumerate([Severity.SEV4, Severity.SEV1, Severity.SEV3, Severity.SEV1]):
        here.open(number + 1, severity)
    here.run(10)
    assert here.order() == ["INC-2", "INC-4", "INC-3", "INC-1"]
    posts = [call for call in here.slack.journal.calls("chat.postMessage") if not call.error]
    assert min(later.at - sooner.at for sooner, later in itertools.pairwise(posts)) >= 1


def test_a_thousand_changes_are_a_few_edits_and_slack_never_has_to_say_no(here: Stage) -> None:
    for number in range(1, 21):
        here.open(number)
    here.run(25)
    for number in range(1, 21):
        for count in range(50):
            note = life.note(here.incident(number), "slack:U1", here.clock.now(), f"note {count}")
            here.apply(note)
    here.run(90)
    assert all(here.shown(number) == [here.wanted(number)] for number in range(1, 21))
    assert len(here.slack.journal.calls("chat.update")) <= 40
    assert not [call for call in here.slack.journal.calls() if call.status == 429]


def test_cards_that_never_rest_take_turns_with_the_others(here: Stage) -> None:
    """Twenty sev1 cards change all the time; a sev4 card is not left behind for ever."""
    for number in range(1, 21):
        here.open(number, Severity.SEV1)
    here.open(21, Severity.SEV4)
    here.run(30)
    here.apply(life.acknowledge(here.incident(21), "slack:U1", here.clock.now()))
    for _ in range(60):
        for number in range(1, 21):
            here.apply(life.note(here.incident(number), "slack:U1", here.clock.now(), "still bad"))
        here.run(1)
    assert here.shown(21) == [here.wanted(21)]
    assert not [call for call in here.slack.journal.calls() if call.status == 429]


def test_a_retry_after_is_waited_for_and_nothing_is_lost(here: Stage) -> None:
    here.slack.faults.rate_limit("chat.postMessage", retry_after=30)
    here.open(1)
    here.run(29)
    assert here.shown(1) == []
    assert len(here.slack.journal.calls("chat.postMessage")) == 1
    here.run(3)
    assert here.shown(1) == [here.wanted(1)]


def test_an_edit_that_must_wait_keeps_no_new_card_waiting(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.slack.faults.rate_limit("chat.update", retry_after=30)
    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.open(2)
    here.run(3)
    assert here.shown(2) == [here.wanted(2)]
    assert here.shown(1) != [here.wanted(1)]
    here.run(30)
    assert here.shown(1) == [here.wanted(1)]


def test_a_look_that_slack_refuses_is_a_problem_that_passes(here: Stage) -> None:
    here.slack.faults.error("conversations.list", "something_new")
    here.open(1)
    here.run(5)
    assert "something_new" in (here.loop.problem or "")
    here.run(40)
    assert here.shown(1) == [here.wanted(1)]


@pytest.mark.parametrize(
    ("word", "fix"),
    [("token_revoked", "xoxb"), ("not_in_channel", "/invite"), ("is_archived", "unarchive")],
)
def test_what_only_a_person_can_mend_is_said_and_mends_itself(
    here: Stage, word: str, fix: str
) -> None:
    here.slack.faults.error("chat.postMessage", word, times=2)
    here.open(1)
    here.run(10)
    assert here.shown(1) == []
    assert here.loop.problem
    assert fix in here.loop.problem
    assert len(here.slack.journal.calls("chat.postMessage")) == 1
    here.run(60)
    assert here.shown(1) == [here.wanted(1)]
    assert here.loop.problem is None


def test_a_bot_that_is_not_in_the_channel_says_so_and_goes_on_once_invited(here: Stage) -> None:
    ws = here.slack.ws
    channel = ws.channels["C1"]
    ws.put_channel(replace(channel, members=channel.members - {"UBOT"}))
    here.open(1)
    here.run(5)
    assert "/invite" in (here.loop.problem or "")
    ws.put_channel(channel)
    here.run(40)
    assert here.shown(1) == [here.wanted(1)]


def test_a_channel_that_was_replaced_gets_the_cards(here: Stage) -> None:
    """Somebody archived the channel and made a new one of the same name."""
    here.open(1)
    here.run(2)
    ws = here.slack.ws
    old = ws.channels["C1"]
    ws.put_channel(replace(old, name="ops-emergency-old", is_archived=True))
    ws.put_channel(replace(old, id="C9"))
    here.open(2)
    here.run(60)
    assert [card.channel for card in here.slack.messages("C9")] == ["C9"]
    assert "INC-2" in here.slack.messages("C9")[0].text


def test_the_channel_is_said_to_be_missing_before_any_incident(database_url: str) -> None:
    with stage(database_url) as here:
        here.slack.ws.channels.pop("C1")
        here.loop.turn()
        assert "#ops-emergency" in (here.loop.problem or "")


def test_one_card_that_slack_refuses_keeps_no_other_waiting(here: Stage) -> None:
    here.slack.faults.error("chat.postMessage", "invalid_blocks")
    here.open(1, Severity.SEV1)
    here.open(2, Severity.SEV3)
    here.run(5)
    assert here.shown(2) == [here.wanted(2)]
    assert here.loop.waiting == 1
    here.run(20)
    assert here.shown(1) == [here.wanted(1)]


def test_one_card_that_always_fails_keeps_no_other_waiting(here: Stage) -> None:
    here.slack.faults.status("chat.postMessage", 500, times=cards_flow.DOUBTS)
    here.open(1, Severity.SEV1)
    here.open(2, Severity.SEV3)
    here.run(60)
    assert here.order() == ["INC-2", "INC-1"]


def test_a_bot_without_the_scope_says_which_one(database_url: str) -> None:
    lesser = App(scopes=tuple(scope for scope in App().scopes if scope != "chat:write"))
    with stage(database_url, app=lesser) as here:
        here.open(1)
        here.run(5)
        assert "chat:write" in (here.loop.problem or "")
