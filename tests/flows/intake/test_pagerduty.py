"""PagerDuty's events, applied to our incidents as the rules say, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import count

import pytest

from bot.domain.incidents.incident import State
from bot.domain.incidents.pagerduty import Event, Happened
from bot.domain.incidents.timeline import Kind
from bot.domain.severity import Severity
from bot.flows.intake import pagerduty
from bot.flows.intake.pagerduty import Outcome
from tests.flows.inbox import Inbox, firing, inbox_at, minute, resolved

GROUP = '{}:{alertname="Down", pod="a"}'
TRIGGERED, ACKNOWLEDGED, RESOLVED, REOPENED = Happened
PERSON = "pagerduty:P1"
_ids = count(1)


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with inbox_at(migrated_url) as one:
        yield one


def event(happened: Happened, at: float = 0, **told: str) -> Event:
    fields = {
        "id": f"E{next(_ids)}", "actor": PERSON, "incident": "Q1", "title": "ALARM: queue",
        "key": "", "urgency": "high", "service": "", "url": "https://pagerduty.example/Q1",
    } | told  # fmt: skip
    return Event(happened=happened, occurred_at=minute(at), created_at=minute(0), **fields)


def hear(inbox: Inbox, told: Event, at: float | None = None) -> Outcome:
    inbox.desk.at = told.occurred_at if at is None else minute(at)
    with inbox.db.write() as tx:
        outcome = pagerduty.apply(tx, told, inbox.desk.catalogue, inbox.desk.at)
    inbox.prove()
    return outcome


def key_of(group: str = GROUP) -> str:
    return sha256(group.encode()).hexdigest()


def test_it_matches_by_the_hash_of_the_group_key(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP))

    assert hear(inbox, event(TRIGGERED, key=key_of())) == Outcome.APPLIED
    assert hear(inbox, event(ACKNOWLEDGED, 1)) == Outcome.APPLIED  # linked: no key is needed now

    assert inbox.states() == {1: "acknowledged"}
    assert inbox.incident(1).acknowledged_by == PERSON
    assert Kind.PAGERDUTY in inbox.kinds(1)


def test_a_group_whose_incident_is_long_over_is_a_new_problem(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP, at=-100), at=-100)
    inbox.hear(resolved(firing(group=GROUP, at=-100), at=-90), at=-90)

    hear(inbox, event(TRIGGERED, key=key_of()))
    hear(inbox, event(ACKNOWLEDGED, 1, key=key_of()))

    assert inbox.states() == {1: "resolved", 2: "acknowledged"}
    assert inbox.hear(firing(on="mail", group=GROUP, at=2), at=2) == [2]


def test_soon_after_its_end_it_is_the_same_incident_again(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP, at=-20), at=-20)
    inbox.hear(resolved(firing(group=GROUP, at=-20), at=-10), at=-10)

    hear(inbox, event(TRIGGERED, key=key_of()))

    assert inbox.states() == {1: "open"}
    assert inbox.hear(firing(group=GROUP, at=1), at=1) == [1]


def test_a_trigger_told_late_leaves_the_incident_that_was_over_by_then(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP))
    inbox.hear(resolved(firing(group=GROUP), at=5), at=5)

    hear(inbox, event(TRIGGERED, key=key_of()), at=6)

    assert inbox.states() == {1: "resolved"}


@pytest.mark.parametrize("key", ["", "short", "g" * 64, "pin:0123", "A" * 64])
def test_another_key_matches_nothing(inbox: Inbox, key: str) -> None:
    inbox.hear(firing(group=GROUP))

    hear(inbox, event(TRIGGERED, key=key))

    assert inbox.states() == {1: "open", 2: "open"}


def test_else_by_the_service_and_the_same_component_near_in_time(inbox: Inbox) -> None:
    inbox.hear(firing(on="api", at=4), at=4)

    hear(inbox, event(TRIGGERED, service="PAPI"), at=5)

    assert inbox.states() == {1: "open"}
    assert inbox.incident(1).alerts_total == 2


def test_neighbours_do_not_count_for_pagerduty(inbox: Inbox) -> None:
    inbox.hear(firing(on="docs"))

    hear(inbox, event(TRIGGERED, service="PAPI"))

    assert inbox.states() == {1: "open", 2: "open"}
    assert inbox.incident(2).component == "api"


@pytest.mark.parametrize(
    ("urgency", "severity"), [("high", "sev2"), ("low", "sev3"), ("?", "sev3")]
)
def test_else_it_makes_an_incident_titled_by_pagerdutys(
    inbox: Inbox, urgency: str, severity: str
) -> None:
    assert hear(inbox, event(TRIGGERED, urgency=urgency)) == Outcome.APPLIED

    assert inbox.incident(1).title == "ALARM: queue"
    assert inbox.incident(1).severity is Severity(severity)


def test_its_own_incident_lives_with_it(inbox: Inbox) -> None:
    hear(inbox, event(TRIGGERED))
    hear(inbox, event(ACKNOWLEDGED, 1))
    assert inbox.incident(1).state is State.ACKNOWLEDGED

    assert hear(inbox, event(RESOLVED, 2)) == Outcome.APPLIED
    assert inbox.incident(1).resolved_by == PERSON
    assert inbox.incident(1).alerts_firing == 0

    assert hear(inbox, event(REOPENED, 3)) == Outcome.APPLIED
    assert inbox.states() == {1: "open"}
    assert inbox.incident(1).alerts_firing == 1


def test_reopened_much_later_it_is_the_same_incident(inbox: Inbox) -> None:
    hear(inbox, event(TRIGGERED))
    hear(inbox, event(RESOLVED, 2))

    hear(inbox, event(REOPENED, 200))

    assert inbox.states() == {1: "open"}


def test_an_event_seen_before_changes_nothing(inbox: Inbox) -> None:
    hear(inbox, event(TRIGGERED))
    once = event(ACKNOWLEDGED, 1)
    hear(inbox, once)
    before = inbox.incident(1)

    assert hear(inbox, once, at=5) == Outcome.SEEN

    assert inbox.incident(1) == before


@pytest.mark.parametrize(("hours", "outcome"), [(49, Outcome.APPLIED), (49.1, Outcome.TOO_OLD)])
def test_an_event_older_than_49_hours_changes_nothing(
    inbox: Inbox, hours: float, outcome: Outcome
) -> None:
    assert hear(inbox, event(TRIGGERED), at=hours * 60) == outcome

    assert len(inbox.states()) == (outcome is Outcome.APPLIED)


def test_the_sources_resolve_beats_a_late_acknowledge(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP))
    hear(inbox, event(TRIGGERED, key=key_of()))
    inbox.hear(resolved(firing(group=GROUP), at=1), at=1)

    assert hear(inbox, event(ACKNOWLEDGED, 2, key=key_of())) == Outcome.NO_CHANGE

    assert inbox.states() == {1: "resolved"}
    assert inbox.incident(1).acknowledged_by is None


def test_a_resolve_in_pagerduty_is_a_resolve_by_hand(inbox: Inbox) -> None:
    inbox.hear(firing(group=GROUP))
    hear(inbox, event(RESOLVED, 5, key=key_of()))
    assert inbox.states() == {1: "resolved"}

    inbox.hear(firing(group=GROUP), at=6)
    assert inbox.states() == {1: "resolved"}

    inbox.hear(firing(group=GROUP, at=7, n="2"), at=7)
    assert inbox.states() == {1: "open"}


def test_told_by_pagerduty_first_it_is_still_one_incident(inbox: Inbox) -> None:
    hear(inbox, event(TRIGGERED, key=key_of()))

    assert inbox.hear(firing(on="mail", group=GROUP, at=40), at=40) == [1]

    assert inbox.states() == {1: "open"}


def test_a_trigger_that_comes_after_its_resolve_opens_nothing(inbox: Inbox) -> None:
    hear(inbox, event(RESOLVED, 5))

    hear(inbox, event(TRIGGERED, 0), at=6)

    assert inbox.states() == {}


def test_an_acknowledge_whose_trigger_was_lost_opens_and_acknowledges(inbox: Inbox) -> None:
    hear(inbox, event(ACKNOWLEDGED, 3))

    assert inbox.states() == {1: "acknowledged"}


def test_a_merged_incident_is_followed(inbox: Inbox) -> None:
    hear(inbox, event(TRIGGERED))
    inbox.hear(firing(on="mail"))
    assert inbox.desk.ask("incident merge INC-1 INC-2").status == 0

    hear(inbox, event(ACKNOWLEDGED, 1))

    assert inbox.states() == {1: "resolved", 2: "acknowledged"}


def test_a_clock_ahead_of_ours_leaves_nothing_stale(inbox: Inbox) -> None:
    far = event(TRIGGERED, 60 * 24 * 365)
    hear(inbox, far, at=1)
    assert inbox.incident(1).started_at <= minute(1)

    hear(inbox, event(RESOLVED, 2))

    assert inbox.states() == {1: "resolved"}
    assert far.occurred_at - minute(1) > timedelta(days=300)
