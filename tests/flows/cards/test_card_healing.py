"""Cards survive crashes, lost answers, deletions and outages, and stand there once."""

from collections.abc import Iterator

import pytest

from bot.domain.incidents import life
from bot.domain.severity import Severity
from bot.ports.chat import Mark, Message
from bot.store import cards
from sandbox.slack.faults import Moment, Outage
from tests.flows.cards.cards_stage import Stage, stage


@pytest.fixture
def here(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as found:
        yield found


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
