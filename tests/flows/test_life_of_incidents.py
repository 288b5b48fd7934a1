"""The life of an incident, as the rules say it: reopened, resolved by hand, flapping, regrouped."""

from collections.abc import Iterator

import pytest

from bot.domain.incidents.timeline import Kind
from bot.flows.clock import Clock
from tests.flows.inbox import Inbox, firing, inbox_at, resolved

G, H = "g", "h"


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with inbox_at(migrated_url) as one:
        yield one


def ticked(inbox: Inbox) -> None:
    """The clock's loop turns once."""
    clock = Clock(inbox.db, lambda: inbox.desk.at, lambda: None)
    clock.turn()
    clock.stop()


def over(inbox: Inbox, at: float = 1, group: str = G) -> None:
    inbox.hear(firing(group=group))
    inbox.hear(resolved(firing(group=group), at=at), at=at)


def asked(inbox: Inbox, text: str) -> str:
    reply = inbox.desk.ask(text)
    assert reply.status == 0, reply.text
    inbox.prove()
    return reply.text


def test_it_resolves_by_itself_when_its_last_alert_resolves(inbox: Inbox) -> None:
    inbox.hear(firing(pod="a", group=G), firing(pod="b", group=G))

    inbox.hear(resolved(firing(pod="a", group=G), at=1), at=1)
    assert inbox.states() == {1: "open"}

    inbox.hear(resolved(firing(pod="b", group=G), at=2), at=2)
    assert inbox.states() == {1: "resolved"}
    assert inbox.incident(1).resolved_by == "bot"


def test_it_reopens_if_it_fires_again_within_30_minutes(inbox: Inbox) -> None:
    over(inbox)

    assert inbox.hear(firing(at=31, group=G), at=31) == [1]

    assert inbox.states() == {1: "open"}
    assert Kind.REOPENED in inbox.kinds(1)


def test_later_it_is_a_new_incident_that_names_the_old(inbox: Inbox) -> None:
    over(inbox)

    assert inbox.hear(firing(at=31.1, group=G), at=32) == [2]

    assert inbox.incident(2).previous == 1
    assert "after INC-1" in inbox.texts(2)


def test_the_acknowledgement_goes_with_the_reopening(inbox: Inbox) -> None:
    inbox.hear(firing(group=G))
    asked(inbox, "ack INC-1")
    inbox.hear(resolved(firing(group=G), at=1), at=1)

    inbox.hear(firing(at=2, group=G), at=2)

    assert inbox.states() == {1: "open"}
    assert inbox.incident(1).acknowledged_by is None


def test_a_resolve_by_hand_stands_until_an_alert_starts_later(inbox: Inbox) -> None:
    inbox.hear(firing(group=G, pod="a"))
    inbox.desk.at = inbox.desk.at.replace(minute=17)  # ten minutes in
    asked(inbox, "resolve INC-1")

    inbox.hear(firing(group=G, pod="a"), at=11)
    inbox.hear(firing(group=G, pod="b", at=9), at=12)  # started before, and told late
    assert inbox.states() == {1: "resolved"}

    inbox.hear(firing(group=G, pod="c", at=13), at=13)
    assert inbox.states() == {1: "open"}
    assert inbox.incident(1).alerts_firing == 3


def test_a_start_after_a_resolve_by_hand_counts_though_no_end_was_told(inbox: Inbox) -> None:
    inbox.hear(firing(group=G))
    inbox.desk.at = inbox.desk.at.replace(minute=17)
    asked(inbox, "resolve INC-1")

    inbox.hear(firing(group=G, at=12), at=12)

    assert inbox.states() == {1: "open"}
    assert [one[0] for one in inbox.episodes("Down-api")] == ["resolved", "firing"]


def test_a_later_start_in_an_open_incident_is_a_repeat(inbox: Inbox) -> None:
    inbox.hear(firing(group=G))
    before = inbox.incident(1)

    assert inbox.hear(firing(group=G, at=2), at=2) == [1]

    assert inbox.incident(1) == before


def test_a_flapping_incident_waits_ten_quiet_minutes(inbox: Inbox) -> None:
    over(inbox, at=1)
    inbox.hear(firing(group=G, at=2), at=2)
    inbox.hear(resolved(firing(group=G, at=2), at=3), at=3)
    assert Kind.FLAPPING in inbox.kinds(1)

    inbox.desk.at = inbox.desk.at.replace(minute=19, second=59)
    ticked(inbox)
    assert inbox.states() == {1: "open"}

    inbox.desk.at = inbox.desk.at.replace(minute=20, second=0)
    ticked(inbox)
    assert inbox.states() == {1: "resolved"}
    assert "10 quiet minutes" in inbox.texts(1)


def test_firing_again_ends_the_quiet(inbox: Inbox) -> None:
    over(inbox, at=1)
    inbox.hear(firing(group=G, at=2), at=2)
    inbox.hear(resolved(firing(group=G, at=2), at=3), at=3)
    inbox.hear(firing(group=G, at=8), at=8)

    inbox.desk.at = inbox.desk.at.replace(minute=30)
    ticked(inbox)

    assert inbox.states() == {1: "open"}


def test_three_changes_in_more_than_fifteen_minutes_are_no_flapping(inbox: Inbox) -> None:
    over(inbox, at=10)
    inbox.hear(firing(group=G, at=20), at=20)
    inbox.hear(resolved(firing(group=G, at=20), at=30), at=30)

    assert inbox.states() == {1: "resolved"}


def test_what_people_merged_stays_so(inbox: Inbox) -> None:
    inbox.hear(firing(group=G))
    inbox.hear(firing(on="mail", group=H))
    asked(inbox, "incident merge INC-2 INC-1")
    assert inbox.states() == {1: "open", 2: "resolved"}
    assert inbox.incident(2).merged_into == 1

    assert inbox.hear(firing(on="mail", group=H), at=1) == [1]
    inbox.hear(resolved(firing(on="mail", group=H), at=2), at=2)
    assert inbox.hear(firing(on="mail", group=H, at=3), at=3) == [1]
    assert inbox.hear(firing(on="mail", group=H, at=50, pod="b"), at=50) == [1]

    assert inbox.states() == {1: "open", 2: "resolved"}


def test_merging_two_quiet_incidents_keeps_the_quiet_time(inbox: Inbox) -> None:
    for on, group in (("api", G), ("mail", H)):
        for start in (0, 2):
            alert = firing(on=on, group=group, at=start)
            inbox.hear(alert, at=start)
            inbox.hear(resolved(alert, at=start + 1), at=start + 1)
    assert inbox.states() == {1: "open", 2: "open"}
    asked(inbox, "incident merge INC-2 INC-1")

    inbox.desk.at = inbox.desk.at.replace(minute=50)
    ticked(inbox)

    assert inbox.states() == {1: "resolved", 2: "resolved"}


class TestSplit:
    """Alert a is taken out of INC-1 into INC-2, both of one group."""

    @pytest.fixture(autouse=True)
    def _split(self, inbox: Inbox) -> None:
        inbox.hear(firing("A", group=G), firing("B", group=G))
        asked(inbox, "incident split INC-1 A")
        assert inbox.states() == {1: "open", 2: "open"}

    def test_what_people_split_stays_so(self, inbox: Inbox) -> None:
        assert inbox.hear(firing("A", group=G), firing("B", group=G), at=1) == [2, 1]

    def test_the_group_stays_with_the_incident_it_was_taken_from(self, inbox: Inbox) -> None:
        inbox.hear(resolved(firing("A", group=G), at=1), at=1)
        assert inbox.hear(firing("A", group=G, at=2), at=2) == [2]

        assert inbox.hear(firing("C", group=G, at=3), at=3) == [1]

    def test_it_opens_its_own_incident_again(self, inbox: Inbox) -> None:
        inbox.hear(resolved(firing("A", group=G), at=1), at=1)
        assert inbox.states() == {1: "open", 2: "resolved"}

        assert inbox.hear(firing("A", group=G, at=20), at=20) == [2]
        assert inbox.states() == {1: "open", 2: "open"}

    def test_much_later_it_is_a_new_incident_while_the_other_goes_on(self, inbox: Inbox) -> None:
        inbox.hear(resolved(firing("A", group=G), at=1), at=1)

        assert inbox.hear(firing("A", group=G, at=60), at=60) == [3]
        assert inbox.hear(firing("D", group=G, at=61), at=61) == [1]
        inbox.hear(resolved(firing("A", group=G, at=60), at=62), at=62)
        assert inbox.hear(firing("A", group=G, at=63), at=63) == [3]

    def test_split_again_it_opens_the_last_one_again(self, inbox: Inbox) -> None:
        inbox.hear(resolved(firing("A", group=G), at=1), at=1)
        inbox.hear(firing("A", group=G, at=2), at=2)
        asked(inbox, "incident merge INC-1 INC-2")
        asked(inbox, "incident split INC-2 A")
        inbox.hear(resolved(firing("A", group=G, at=2), at=3), at=3)

        assert inbox.hear(firing("A", group=G, at=4), at=4) == [3]
        assert inbox.states() == {1: "resolved", 2: "open", 3: "open"}


def test_an_alert_that_comes_back_is_counted_once(inbox: Inbox) -> None:
    over(inbox)
    inbox.hear(resolved(firing(group=G, at=2), at=3), at=3)  # an episode nobody saw firing

    inbox.hear(firing(group=G, at=4), at=4)

    assert inbox.incident(1).alerts_total == 1


def test_an_incident_reopened_by_hand_leaves_the_group_where_it_is(inbox: Inbox) -> None:
    over(inbox)
    inbox.hear(firing(group=G, at=60), at=60)
    asked(inbox, "reopen INC-1")

    assert inbox.hear(firing(group=G, at=61, pod="b"), at=61) == [2]
    inbox.hear(resolved(firing(group=G, at=60), at=62), at=62)
    inbox.hear(resolved(firing(group=G, at=61, pod="b"), at=62), at=62)
    assert inbox.hear(firing(group=G, at=63), at=63) == [2]
