"""What happens is told in the card's thread: in order, once, a storm in few lines."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.incidents import life
from bot.domain.incidents.incident import Change, Incident
from bot.domain.incidents.timeline import Entry, Kind
from bot.store import threads
from tests.flows.cards.cards_stage import Stage, stage


@pytest.fixture
def here(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as found:
        yield found


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


def test_the_steps_of_an_operation_are_told_together(here: Stage) -> None:
    here.open(1)
    here.run(2)
    here.apply(told_of(here, "running"))
    here.run(5)
    for number in range(6):
        here.apply(told_of(here, f"step {number}: done", step=f"step {number}"))
        here.run(5)
    here.apply(told_of(here, "done after 30 s"))
    here.run(5)
    first, second = here.slack.channel("C1").cards[0].replies
    assert "*OP-1*: running" in first.text
    assert second.text.count("*OP-1*: step") == 6
    assert second.text.endswith("*OP-1*: done after 30 s")


def told_of(here: Stage, words: str, **data: str) -> Change:
    change = life.note(here.incident(1), "bot", here.clock.now(), words)
    told = Entry(
        incident=1, at=here.clock.now(), kind=Kind.OPERATION, text=f"OP-1: {words}",
        data={"operation": "OP-1", **data},
    )  # fmt: skip
    return replace(change, entries=(told,))


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
