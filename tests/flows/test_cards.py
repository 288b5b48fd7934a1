"""The card loop against the Slack twin, on both databases, in an injected clock's time."""

import itertools
from collections.abc import Iterator

import pytest

from bot.domain import life
from bot.domain.severity import Severity
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
    gaps = [later.at - sooner.at for sooner, later in itertools.pairwise(posts)]
    assert min(gaps) >= 1


def test_a_retry_after_is_waited_for_and_nothing_is_lost(here: Stage) -> None:
    here.slack.faults.rate_limit("chat.postMessage", retry_after=30)
    here.open(1)
    here.run(29)
    assert here.shown(1) == []
    assert len(here.slack.journal.calls("chat.postMessage")) == 1
    here.run(3)
    assert here.shown(1) == [here.wanted(1)]


def test_a_lost_answer_is_found_again(here: Stage) -> None:
    here.slack.faults.lose_answer("chat.postMessage")
    here.open(1)
    here.run(10)
    assert here.shown(1) == [here.wanted(1)]
    here.apply(life.note(here.incident(1), "slack:U1", here.clock.now(), "still here"))
    here.apply(life.acknowledge(here.incident(1), "slack:U2", here.clock.now()))
    here.run(5)
    assert here.shown(1) == [here.wanted(1)]
    assert here.loop.problem is None
