"""What people merged or split stays so, and the counts are right on both sides."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.incidents.alert import Status
from bot.domain.incidents.incident import State
from bot.domain.severity import Severity
from bot.store import alerts
from tests.flows.cards.desk import ADA, LINUS, START, Desk, alert


def counts(desk: Desk, name: str) -> tuple[int, int]:
    one = desk.incident(name)
    return one.alerts_firing, one.alerts_total


def two_problems(desk: Desk) -> None:
    """INC-1 with three alerts of one component, INC-2 with one of another."""
    desk.fire("HighErrorRate", service="graphql-api", severity="warning")
    desk.fire("HighErrorRate", service="graphql-api", severity="warning", pod="b")
    desk.fire("DiskFull", service="graphql-api", severity="critical")
    desk.fire("RedisDown", service="redis", severity="critical")


def test_merge_moves_the_alerts_and_what_comes_after_them(desk: Desk) -> None:
    two_problems(desk)
    reply = desk.ask("incident merge INC-2 INC-1", by=LINUS)

    assert reply.data["id"] == "INC-1"
    assert counts(desk, "INC-1") == (4, 4)
    gone = desk.incident("INC-2")
    assert (gone.state, gone.merged_into, counts(desk, "INC-2")[0]) == (State.RESOLVED, 1, 0)
    assert desk.story("INC-2")[-1].actor == LINUS
    assert desk.story("INC-1")[-1].text == "INC-2 merged into this"
    assert desk.fire("RedisDown", service="redis", severity="critical", pod="z") == "INC-1"
    assert counts(desk, "INC-1") == (5, 5)
    desk.tell(alert("RedisDown", service="redis", severity="critical", resolved=START))
    assert counts(desk, "INC-1") == (4, 5)


def test_merge_goes_into_the_incident_at_hand_or_the_only_other_one(desk: Desk) -> None:
    two_problems(desk)
    desk.ask('incident declare "Third"')
    assert desk.ask("incident merge INC-3", incident="INC-2").data["id"] == "INC-2"

    assert desk.ask("incident merge INC-2").data["id"] == "INC-1"


def test_merge_with_several_others_lists_them(desk: Desk) -> None:
    two_problems(desk)
    desk.ask('incident declare "Third"')
    reply = desk.ask("incident merge INC-3")

    assert reply.status == 1
    assert "`/candlefish incident merge INC-3 INC-1`" in reply.text
    assert "`/candlefish incident merge INC-3 INC-2`" in reply.text


def test_merge_refuses_what_cannot_be(desk: Desk) -> None:
    two_problems(desk)
    assert "into itself" in desk.ask("incident merge INC-1 INC-1").text
    desk.ask("resolve INC-2")

    assert "INC-2 was resolved" in desk.ask("incident merge INC-2 INC-1").text
    assert "INC-2 was resolved" in desk.ask("incident merge INC-1 INC-2").text
    assert desk.ask("incident merge INC-1").text.startswith("INC-1 is the only open incident.")
    assert counts(desk, "INC-1") == (3, 3)


def test_split_moves_alerts_by_name_into_an_incident_of_their_own(desk: Desk) -> None:
    two_problems(desk)
    reply = desk.ask("incident split INC-1 diskfull")

    new = desk.incident("INC-3")
    assert reply.data["id"] == "INC-3"
    assert (new.title, new.severity, new.component) == ("DiskFull", Severity.SEV2, "graphql-api")
    assert (counts(desk, "INC-1"), counts(desk, "INC-3")) == ((2, 2), (1, 1))
    assert desk.story("INC-1")[-1].text == "DiskFull moved to INC-3"
    assert [(e.kind, e.actor) for e in desk.story("INC-3")] == [("opened", ADA)]


def test_what_was_split_stays_split_and_its_group_stays_where_it_was(desk: Desk) -> None:
    two_problems(desk)
    desk.ask("incident split INC-1 DiskFull")
    split = alert("DiskFull", service="graphql-api", severity="critical")
    desk.tell(replace(split, status=Status.RESOLVED, ends_at=START + timedelta(minutes=1)))
    assert desk.incident("INC-3").state is State.RESOLVED
    assert desk.incident("INC-1").is_open

    desk.at = START + timedelta(minutes=2)
    assert desk.tell(replace(split, starts_at=desk.at)) == "INC-3"
    assert desk.incident("INC-3").is_open
    assert desk.fire("DiskFull", service="graphql-api", severity="critical", pod="b") == "INC-1"
    assert (counts(desk, "INC-1"), counts(desk, "INC-3")) == ((3, 3), (1, 1))


def test_split_by_fingerprint_takes_every_episode_of_it(desk: Desk) -> None:
    two_problems(desk)
    one = alert("HighErrorRate", service="graphql-api", severity="warning", pod="b")
    desk.ask(f"incident split INC-1 {one.fingerprint}")

    assert (counts(desk, "INC-1"), counts(desk, "INC-3")) == ((2, 2), (1, 1))


def test_split_says_which_alerts_there_are(desk: Desk) -> None:
    two_problems(desk)
    asked = desk.ask("incident split INC-1")
    assert (asked.status, "`/candlefish incident split INC-1 DiskFull`" in asked.text) == (2, True)
    strange = desk.ask("incident split INC-1 DiskFull Nothing")
    assert strange.text.startswith("INC-1 has no alert “Nothing”. Try `/candlefish incident split")
    everything = desk.ask("incident split INC-1 DiskFull HighErrorRate")

    assert everything.text.startswith("That is every alert of INC-1")
    assert counts(desk, "INC-1") == (3, 3)


def test_split_says_when_nothing_fires_where_it_was(desk: Desk) -> None:
    two_problems(desk)
    for labels in ({}, {"pod": "b"}):
        told = {"service": "graphql-api", "severity": "warning", **labels}
        desk.tell(alert("HighErrorRate", **told, resolved=START))
    reply = desk.ask("incident split INC-1 DiskFull")

    assert "Nothing fires in INC-1 any more." in reply.text
    assert desk.incident("INC-1").is_open


def test_more_alerts_than_a_statement_has_parameters_can_be_moved(desk: Desk) -> None:
    with desk.db.write() as tx:
        alerts.move_some(tx, range(300_000), 1)


def test_a_split_merged_back_is_one_again(desk: Desk) -> None:
    two_problems(desk)
    desk.ask("incident split INC-1 DiskFull")
    desk.ask("incident merge INC-3 INC-1")

    assert counts(desk, "INC-1") == (3, 3)
    assert desk.incident("INC-1").severity is Severity.SEV2
