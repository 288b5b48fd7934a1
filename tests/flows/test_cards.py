"""The card loop against the Slack twin, on both databases, in an injected clock's time."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain import life
from bot.domain.incident import Change, Incident
from bot.domain.severity import Severity
from bot.domain.timeline import Entry, Kind
from bot.flows import cards as cards_flow
from bot.ports import Mark, Message
from bot.store import cards, threads
from sandbox.slack.app import App
from sandbox.slack.faults import Moment, Outage
from tests.flows.cards_stage import Stage, stage


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


def test_a_lost_answer_is_found_again(here: Stage) -> None:
    here.slack.faults.lose_answer("chat.postMessage")
    here.open(1)
    here.run(10)
    assert here.shown(1) == [here.wanted(1)]
    here.apply(life.acknowledge(here.incident(1), "slack:U2", here.clock.now()))
    here.run(5)
    assert here.shown(1) == [here.wanted(1)]
    assert here.loop.problem is None


@pytest.mark.parametrize("copies", [0, 1, 3])
def test_a_crash_around_the_post_ends_with_one_card(here: Stage, copies: int) -> None:
    """The intent was committed; the process died before, during or (twice over) after the post."""
    incident = here.open(1)
    with here.db.write() as tx:
        cards.intend(tx, 1, "C1", "intent-1", here.clock.now())
    for _ in range(copies):
        mark = Mark(incident=incident.name, intent="intent-1")
        here.chat().post("C1", Message(text="older words"), mark)
    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.restart("two")
    here.run(30)
    assert here.shown(1) == [here.wanted(1)]


def test_a_copy_that_may_not_be_deleted_holds_up_nothing(here: Stage) -> None:
    incident = here.open(1)
    with here.db.write() as tx:
        cards.intend(tx, 1, "C1", "intent-1", here.clock.now())
    for _ in range(2):
        mark = Mark(incident=incident.name, intent="intent-1")
        here.chat().post("C1", Message(text="older words"), mark)
    here.slack.faults.error("chat.delete", "cant_delete_message")
    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.open(2)
    here.run(30)
    assert here.wanted(1) in here.shown(1)
    assert here.shown(2) == [here.wanted(2)]


def test_a_look_that_slack_refuses_is_a_problem_that_passes(here: Stage) -> None:
    here.slack.faults.error("conversations.list", "something_new")
    here.open(1)
    here.run(5)
    assert "something_new" in (here.loop.problem or "")
    here.run(40)
    assert here.shown(1) == [here.wanted(1)]


def test_two_leaders_at_once_leave_one_card(here: Stage) -> None:
    """The first leader stalls in its post for so long that another one takes over and posts."""
    here.open(1)
    first, second = here.loop, here.restart("two")

    def taken_over() -> None:
        here.clock.forward(60)
        while here.loop.waiting or not here.shown(1):
            here.clock.forward(second.turn() + 0.1)

    here.slack.faults.at(Moment.SEEN, "chat.postMessage", taken_over)
    first.turn()
    here.run(5)
    assert here.shown(1) == [here.wanted(1)]


def test_a_card_that_a_person_deleted_is_posted_anew(here: Stage) -> None:
    here.open(1)
    here.run(2)
    (message,) = here.slack.ws.board.top_level("C1")
    here.slack.ws.board.delete(message)
    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.run(10)
    assert here.shown(1) == [here.wanted(1)]


def test_what_ends_before_its_first_post_is_shown_once_as_it_ended(here: Stage) -> None:
    here.slack.go_down()
    here.open(1)
    here.open(2, Severity.SEV3)
    here.run(5)
    merged = life.merge(
        here.incident(2), here.incident(1), "slack:U1", here.clock.now(), firing=0, total=0
    )
    here.apply(*merged)
    here.slack.come_back()
    here.run(30)
    assert here.shown(1) == [here.wanted(1)]
    assert here.shown(2) == [here.wanted(2)]
    assert "Merged into" in str(here.shown(2))
    assert len(here.slack.ws.board.top_level("C1")) == 2


@pytest.mark.parametrize(("how", "many"), [(Outage.ANSWERS_503, 200), (Outage.DROPS, 30)])
def test_an_outage_of_five_minutes_in_the_middle_of_many_incidents(
    here: Stage, how: Outage, many: int
) -> None:
    severities = [Severity.SEV3, Severity.SEV1, Severity.SEV4, Severity.SEV2]
    for number in range(1, many // 2 + 1):
        here.open(number, severities[number % 4])
    here.run(12)
    before = len(here.order())
    here.slack.go_down(how)
    for number in range(many // 2 + 1, many + 1):
        here.open(number, severities[number % 4])
    for number in range(1, many + 1, 3):
        here.apply(life.acknowledge(here.incident(number), "slack:U1", here.clock.now()))
    here.run(150)
    for number in range(2, many + 1, 5):
        here.apply(life.resolve(here.incident(number), "slack:U2", here.clock.now()))
    here.run(150)
    assert here.loop.lag() >= 300
    assert here.loop.problem
    here.slack.come_back()
    here.run(420)

    assert here.loop.waiting == 0
    assert here.loop.problem is None
    assert all(here.shown(number) == [here.wanted(number)] for number in range(1, many + 1))
    posted = here.order()
    assert len(posted) == many
    later = [here.incident(int(name.removeprefix("INC-"))) for name in posted[before:]]
    assert [one.severity for one in later] == sorted(one.severity for one in later)
    assert not [call for call in here.slack.journal.calls() if call.status == 429]


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


def test_news_stand_in_the_thread_in_order_and_once(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.apply(life.acknowledge(here.incident(1), "slack:U1", here.clock.now()))
    here.apply(life.note(here.incident(1), "cli:ada", here.clock.now(), "looking <!channel>"))
    here.run(5)
    change = life.escalate(here.incident(1), "slack:U2", here.clock.now(), level=3)
    here.apply(with_called(change, people=["U1", "U4"], groups=["S012"]))
    here.run(5)
    first, second = here.slack.channel("C1").cards[0].replies
    assert "*acknowledged* by <@U1>" in first.text
    assert "*note* by <@U1>: looking &lt;!channel&gt;" in first.text
    assert first.text.index("acknowledged") < first.text.index("note")
    assert "<!subteam^S012> <@U1> <@U4>" in second.text
    here.run(200)
    assert len(here.slack.channel("C1").cards[0].replies) == 2


def with_called(change: Change, **data: list[str]) -> Change:
    (entry,) = change.entries
    called = Entry(
        incident=entry.incident, at=entry.at, kind=entry.kind, actor=entry.actor,
        text=entry.text, data={**entry.data, **data},
    )  # fmt: skip
    return Change(
        incident=change.incident,
        decided_on=change.decided_on,
        reason=change.reason,
        entries=(called,),
    )


def test_a_storm_of_alerts_is_few_lines(here: Stage) -> None:
    here.open(1)
    here.run(2)
    for count in range(120):
        here.apply(alert_joins(here.incident(1), here, count))
        here.run(1)
    here.run(70)
    replies = here.slack.channel("C1").cards[0].replies
    assert len(replies) <= 4
    named = sum(reply.text.count("Alert") for reply in replies)
    left = [re.search(r"(\d+) more on the timeline", reply.text) for reply in replies]
    assert named + sum(int(found[1]) for found in left if found) == 120


def alert_joins(incident: Incident, here: Stage, count: int) -> Change:
    change = life.note(incident, "bot", here.clock.now(), f"Alert{count} fires")
    (entry,) = change.entries
    joined = Entry(incident=entry.incident, at=entry.at, kind=Kind.ALERT, text=entry.text)
    return Change(
        incident=change.incident,
        decided_on=change.decided_on,
        reason=change.reason,
        entries=(joined,),
    )


def test_a_thread_line_whose_answer_was_lost_stands_once(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.slack.faults.lose_answer("chat.postMessage")
    here.apply(life.note(here.incident(1), "slack:U1", here.clock.now(), "first"))
    here.run(1)
    here.apply(life.note(here.incident(1), "slack:U1", here.clock.now(), "second"))
    here.run(10)
    replies = here.slack.channel("C1").cards[0].replies
    assert [("first" in one.text, "second" in one.text) for one in replies] == [
        (True, False),
        (False, True),
    ]


def test_a_thread_that_slack_will_not_show_keeps_no_card_waiting(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.slack.faults.lose_answer("chat.postMessage")
    here.slack.faults.error("conversations.replies", "something_new", times=2)
    here.apply(life.note(here.incident(1), "slack:U1", here.clock.now(), "first"))
    here.run(3)
    for number in range(2, 8):
        here.open(number)
    here.run(10)
    assert len(here.order()) == 7
    here.run(700)
    (reply,) = here.slack.channel("C1").cards[0].replies
    assert "first" in reply.text


def test_a_thread_line_whose_process_died_is_posted(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.apply(life.note(here.incident(1), "slack:U1", here.clock.now(), "first"))
    with here.db.write() as tx:
        line = threads.Line(
            incident=1, last=2, intent="line-1", intent_at=here.clock.now(), ts=None
        )
        threads.intend(tx, line)
    here.restart("two")
    here.run(30)
    (reply,) = here.slack.channel("C1").cards[0].replies
    assert "first" in reply.text


def test_a_bot_without_the_scope_says_which_one(database_url: str) -> None:
    lesser = App(scopes=tuple(scope for scope in App().scopes if scope != "chat:write"))
    with stage(database_url, app=lesser) as here:
        here.open(1)
        here.run(5)
        assert "chat:write" in (here.loop.problem or "")
