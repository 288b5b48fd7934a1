"""Alerts and episodes, and which incident, as the rules say them: on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.incidents.incident import State
from bot.domain.incidents.timeline import Kind
from bot.domain.severity import Severity
from tests.flows.inbox import Inbox, firing, inbox_at, minute, resolved

LONG = "x" * 100_000


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with inbox_at(migrated_url) as one:
        yield one


def test_a_repeated_alert_changes_nothing(inbox: Inbox) -> None:
    assert inbox.hear(firing()) == [1]
    before = inbox.incident(1)

    assert inbox.hear(firing(), at=1) == [1]

    assert inbox.incident(1) == before


def test_resolved_and_never_seen_firing_is_stored_and_opens_nothing(inbox: Inbox) -> None:
    assert inbox.hear(resolved(firing(), at=2), at=3) == []

    assert inbox.states() == {}
    assert inbox.episodes("Down-api") == [("resolved", minute(0), minute(2))]


def test_its_late_firing_opens_nothing_either(inbox: Inbox) -> None:
    inbox.hear(resolved(firing(), at=2), at=3)

    assert inbox.hear(firing(), at=4) == []


def test_a_new_episode_only_if_it_starts_after_the_last_end(inbox: Inbox) -> None:
    inbox.hear(firing())
    inbox.hear(resolved(firing(), at=2), at=2)

    inbox.hear(firing(at=2), at=3)  # not after, so it is the old one told late
    assert inbox.states() == {1: "resolved"}

    inbox.hear(firing(at=3), at=3)
    assert inbox.states() == {1: "open"}
    assert [one[0] for one in inbox.episodes("Down-api")] == ["resolved", "firing"]


def test_a_resolve_told_late_ends_no_later_episode(inbox: Inbox) -> None:
    inbox.hear(firing())
    inbox.hear(resolved(firing(), at=2), at=2)
    inbox.hear(firing(at=5), at=5)

    inbox.hear(resolved(firing(), at=2), at=6)

    assert inbox.states() == {1: "open"}


def test_without_a_start_the_first_receipt_counts_and_is_kept(inbox: Inbox) -> None:
    inbox.hear(firing(at=None), at=1)
    inbox.hear(firing(at=None), at=4)

    assert inbox.episodes("Down-api") == [("firing", minute(1), None)]


def test_fires_and_resolves_in_one_batch(inbox: Inbox) -> None:
    inbox.hear_all([[firing()], [resolved(firing(), at=1)]], at=2)

    assert inbox.states() == {1: "resolved"}
    assert inbox.kinds(1) == [Kind.OPENED, Kind.ALERT_RESOLVED, Kind.RESOLVED]


def test_ends_and_fires_again_in_one_batch(inbox: Inbox) -> None:
    inbox.hear(firing())

    inbox.hear_all([[resolved(firing(), at=2)], [firing(at=3)]], at=4)

    assert inbox.states() == {1: "open"}
    assert inbox.episodes("Down-api") == [
        ("resolved", minute(0), minute(2)),
        ("firing", minute(3), None),
    ]


def test_two_episodes_in_one_batch_are_both_stored(inbox: Inbox) -> None:
    inbox.hear(firing(), resolved(firing(), at=1), firing(at=2), at=3)

    assert inbox.incident(1).alerts_total == 1
    assert [one[0] for one in inbox.episodes("Down-api")] == ["resolved", "firing"]


def test_the_same_fingerprint_twice_in_one_webhook_is_one_alert(inbox: Inbox) -> None:
    assert inbox.hear(firing(), firing()) == [1]

    assert inbox.incident(1).alerts_total == 1


def test_one_webhook_may_touch_several_incidents(inbox: Inbox) -> None:
    assert inbox.hear(firing(on="api"), firing(on="mail")) == [1, 2]


def test_the_same_group_environment_and_component_is_one_incident(inbox: Inbox) -> None:
    inbox.hear(firing(pod="a", group="g"))

    assert inbox.hear(firing(at=40, pod="b", group="g"), at=40) == [1]
    assert "same alert group" in inbox.texts(1)


def test_another_environment_is_another_incident(inbox: Inbox) -> None:
    inbox.hear(firing(group="g"))

    assert inbox.hear(firing(group="g", environment="staging")) == [2]


@pytest.mark.parametrize("label", ["replica", "pod", "instance"])
def test_labels_of_one_copy_never_enter_the_group(inbox: Inbox, label: str) -> None:
    one = f'{{}}/{{severity="page"}}:{{alertname="A \\"x\\", {label}=", {label}="1", job="j"}}'
    other = one.replace(f', {label}="1"', f', {label}="2"')
    assert one != other
    inbox.hear(firing(group=one))

    assert inbox.hear(firing(at=50, group=other, n="2"), at=50) == [1]


@pytest.mark.parametrize(("started", "incident"), [(5, 1), (-5, 1), (5.1, 2), (-5.1, 2)])
def test_the_same_component_within_five_minutes(
    inbox: Inbox, started: float, incident: int
) -> None:
    inbox.hear(firing("A"))

    assert inbox.hear(firing("B", at=started), at=6) == [incident]


@pytest.mark.parametrize(
    ("first", "second", "incident"),
    [
        ("api", "docs", 1),
        ("docs", "api", 1),
        ("web", "docs", 1),
        ("docs", "web", 1),
        ("web", "disk", 2),
        ("disk", "web", 2),
        ("api", "mail", 2),
        ("nobody-knows", "api", 2),
    ],
)
def test_components_within_two_hops_in_either_direction(
    inbox: Inbox, first: str, second: str, incident: int
) -> None:
    inbox.hear(firing(on=first))

    assert inbox.hear(firing(on=second, at=4), at=4) == [incident]


def test_a_missing_component_matches_by_its_group_alone(inbox: Inbox) -> None:
    inbox.hear(firing(on="api", group="g"))

    assert inbox.hear(firing(on="", group="g")) == [1]
    assert inbox.hear(firing(on="", group="h", n="2")) == [2]


def test_a_missing_component_prefers_the_open_incident_of_its_group(inbox: Inbox) -> None:
    inbox.hear(firing(on="mail", group="g"))
    inbox.hear(firing(on="", group="g"))
    inbox.hear(
        resolved(firing(on="mail", group="g"), at=1), resolved(firing(on="", group="g"), at=1)
    )
    inbox.hear(firing(on="api", at=2, group="g"))

    assert inbox.hear(firing(on="", at=3, group="g"), at=3) == [2]


def test_a_missing_component_stays_with_the_open_incident_it_opened(inbox: Inbox) -> None:
    nameless = firing(on="", group="g")
    inbox.hear(nameless)
    inbox.hear(firing(on="mail", group="g"))

    assert inbox.hear(firing(on="", group="g", n="2")) == [1]
    inbox.hear(resolved(firing(on="mail", group="g"), at=1), at=1)
    assert inbox.hear(firing(on="", at=2, group="g", n="3"), at=2) == [1]
    assert inbox.states() == {1: "open", 2: "resolved"}


def test_without_a_group_key_environment_component_and_name_count(inbox: Inbox) -> None:
    inbox.hear(firing("A", group="", pod="a"))

    assert inbox.hear(firing("A", group="", pod="b", at=50), at=50) == [1]
    assert inbox.hear(firing("B", group="", pod="b", at=100), at=100) == [2]


def test_without_a_group_key_a_missing_component_is_a_component_of_its_own(inbox: Inbox) -> None:
    inbox.hear(firing("A", group=""))

    assert inbox.hear(firing("A", on="", group="")) == [2]
    assert inbox.hear(firing("A", on="", group="", pod="b", at=50), at=50) == [2]


def test_an_unknown_component_makes_an_incident(inbox: Inbox) -> None:
    inbox.hear(firing(on="nobody-knows"))

    assert inbox.incident(1).component == "nobody-knows"


def test_an_unknown_severity_is_a_warning_and_its_text_is_kept(inbox: Inbox) -> None:
    inbox.hear(firing(severity="Ruinous"))

    assert inbox.incident(1).severity is Severity.SEV3
    assert inbox.incident(1).severity_text == "Ruinous"


def test_a_route_may_open_no_incident(inbox: Inbox) -> None:
    assert inbox.hear(firing("Watchdog")) == []
    assert inbox.hear(resolved(firing("Watchdog"), at=1)) == []

    assert [one[0] for one in inbox.episodes("Watchdog-api")] == ["resolved"]


def test_severity_rises_when_something_worse_joins_and_never_falls(inbox: Inbox) -> None:
    inbox.hear(firing("A", severity="warning"))
    inbox.hear(firing("B", severity="critical"))
    inbox.hear(firing("C", severity="info"))

    assert inbox.incident(1).severity is Severity.SEV2
    assert inbox.kinds(1).count(Kind.SEVERITY) == 1


def test_it_ends_and_is_a_new_problem_in_one_batch(inbox: Inbox) -> None:
    inbox.hear(firing())

    assert inbox.hear(resolved(firing(), at=1), firing(at=40), at=2) == [1, 2]

    assert inbox.states() == {1: "resolved", 2: "open"}


def test_names_of_any_length_are_taken(inbox: Inbox) -> None:
    long = firing(on=LONG, environment=LONG)
    told = replace(long, fingerprint="f", labels={**long.labels, LONG: "\U0001f9e8"})

    assert inbox.hear(told) == [1]
    assert inbox.incident(1).state is State.OPEN
