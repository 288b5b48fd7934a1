"""Silences that people asked for are made once, whatever Alertmanager does meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents.timeline import Kind
from bot.flows.leader import Leader
from bot.flows.silences import SilenceLoop
from bot.ports.silences import Silence
from bot.store import silences
from tests.flows.inbox import Inbox, firing, inbox_at, minute


@dataclass
class Vendor:
    """A small Alertmanager; `trouble` is raised before it acts, `lost` after."""

    made: dict[str, Silence] = field(default_factory=dict)
    trouble: Exception | None = None
    lost: Exception | None = None

    def find(self, key: str) -> str | None:
        if self.trouble:
            raise self.trouble
        return f"id-{key}" if key in self.made else None

    def create(self, silence: Silence) -> str:
        assert silence.key not in self.made
        self.made[silence.key] = silence
        if self.lost:
            raise self.lost
        return f"id-{silence.key}"

    def check(self) -> str:
        return "0.25"


@pytest.fixture
def inbox(migrated_url: str) -> Iterator[Inbox]:
    with inbox_at(migrated_url) as one:
        one.hear(firing())
        silence = Silence(
            key="k1",
            matchers={"alertname": "Down"},
            starts_at=minute(0),
            ends_at=minute(60),
            created_by="slack:U1",
            comment="known",
        )
        with one.db.write() as tx:
            silences.want(tx, silence, 1)
        yield one


def turned(inbox: Inbox, vendor: Vendor) -> None:
    loop = SilenceLoop(inbox.db, vendor, lambda: inbox.desk.at, lambda: None)
    loop.turn()
    loop.stop()


def states(inbox: Inbox) -> list[object]:
    return [row["state"] for row in inbox.desk.silences()]


def test_it_is_made_once_and_told(inbox: Inbox) -> None:
    vendor = Vendor()
    for _ in range(2):
        turned(inbox, vendor)

    assert list(vendor.made) == ["k1"]
    assert states(inbox) == ["made"]
    assert inbox.kinds(1).count(Kind.SILENCE) == 1
    assert inbox.incident(1).version == 2


def test_a_lost_answer_makes_no_second_one(inbox: Inbox) -> None:
    vendor = Vendor(lost=Unavailable("cut off"))
    turned(inbox, vendor)
    assert states(inbox) == ["wanted"]

    vendor.lost = None
    inbox.desk.at += timedelta(minutes=2)
    turned(inbox, vendor)

    assert states(inbox) == ["made"]
    assert len(vendor.made) == 1


def test_it_is_tried_for_as_long_as_alertmanager_is_away(inbox: Inbox) -> None:
    vendor = Vendor(trouble=Unavailable("away"))
    for _ in range(80):
        turned(inbox, vendor)
        inbox.desk.at += timedelta(minutes=1)
    (row,) = inbox.desk.silences()
    assert row["failures"] == 80

    vendor.trouble = None
    turned(inbox, vendor)

    assert states(inbox) == ["made"]


def test_it_waits_between_its_tries(inbox: Inbox) -> None:
    vendor = Vendor(trouble=Unavailable("away"))
    for _ in range(5):
        turned(inbox, vendor)

    (row,) = inbox.desk.silences()
    assert row["failures"] == 1


def test_what_alertmanager_refuses_is_told_and_not_tried_again(inbox: Inbox) -> None:
    turned(inbox, Vendor(trouble=GiveUp("Alertmanager refused it (400).")))

    assert states(inbox) == ["failed"]
    assert "was not made" in inbox.texts(1)


def test_it_says_what_keeps_a_silence_from_being_made(inbox: Inbox) -> None:
    vendor = Vendor(trouble=Unavailable("Alertmanager does not answer."))
    loop = SilenceLoop(inbox.db, vendor, lambda: inbox.desk.at, lambda: None)
    loop.turn()
    assert loop.problem == "Alertmanager does not answer."

    vendor.trouble = None
    inbox.desk.at += timedelta(minutes=1)
    loop.turn()

    assert loop.problem is None


def test_who_does_not_lead_any_more_has_no_problem(inbox: Inbox) -> None:
    vendor = Vendor(trouble=Unavailable("Alertmanager does not answer."))
    loop = SilenceLoop(inbox.db, vendor, lambda: inbox.desk.at, lambda: None)
    loop.turn()
    inbox.desk.at += timedelta(minutes=1)
    assert Leader(inbox.db, "silences", lambda: inbox.desk.at, "another").leads()
    loop.turn()

    assert loop.problem is None
