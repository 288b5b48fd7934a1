"""A call for a person is made once, however often it is wanted or tried."""

import threading
from dataclasses import dataclass, field

import pytest

from bot.domain.errors import GiveUp, Unavailable
from bot.flows.calls import CallLoop
from bot.flows.leader import Leader
from bot.flows.mentions import Mentions
from bot.store import calls
from tests.flows.operations.office import Office


@dataclass
class Pager:
    troubles: list[Exception] = field(default_factory=list)
    called: list[tuple[int, int, str, str]] = field(default_factory=list)

    def call(self, incident: int, level: int, text: str, key: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.called.append((incident, level, text, key))


def mentions(office: Office) -> Mentions:
    return Mentions(
        db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at,
        changed=lambda: None,
    )  # fmt: skip


def want(office: Office, incident: int, level: int = 3) -> bool:
    with office.db.write() as tx:
        return calls.want(
            tx, key="op:1:1:stuck", incident=incident, level=level, text="OP-1 is stuck.",
            now=office.at,
        )  # fmt: skip


def escalations(office: Office, incident: int) -> list[dict[str, object]]:
    story = office.desk.story(f"INC-{incident}")
    return [dict(one.data) for one in story if one.text == "OP-1 is stuck."]


def test_the_level_s_people_are_named_under_the_card_once(office: Office) -> None:
    incident = office.incident()
    assert want(office, incident)
    assert not want(office, incident)
    loop = CallLoop(office.db, mentions(office), lambda: office.at)
    for _ in range(3):
        loop.turn()
    assert escalations(office, incident) == [{"level": 3, "people": ["U1", "U2"], "groups": []}]
    assert [row.receipt for row in office.calls()] == [f"INC-{incident} level 3"]


def test_of_two_who_call_at_once_one_does(office: Office) -> None:
    incident = office.incident()
    want(office, incident)
    pager = mentions(office)
    racers = [
        threading.Thread(target=pager.call, args=(incident, 3, "OP-1 is stuck.", "op:1:1:stuck"))
        for _ in range(4)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(escalations(office, incident)) == 1


def test_above_the_top_of_the_ladder_the_top_is_called(office: Office) -> None:
    incident = office.incident()
    want(office, incident, level=9)
    CallLoop(office.db, mentions(office), lambda: office.at).turn()
    assert escalations(office, incident)[0]["people"] == ["U4"]


@pytest.mark.parametrize("trouble", [Unavailable("The pager is away."), GiveUp("No such service.")])
def test_a_pager_that_fails_is_tried_again_later_and_told(
    office: Office, trouble: Exception
) -> None:
    incident = office.incident()
    want(office, incident)
    pager = Pager(troubles=[trouble])
    loop = CallLoop(office.db, pager, lambda: office.at)
    loop.turn()
    loop.turn()
    assert (pager.called, loop.problem) == ([], str(trouble))
    office.later(seconds=3)
    for _ in range(2):
        loop.turn()
    assert pager.called == [(incident, 3, "OP-1 is stuck.", "op:1:1:stuck")]
    assert loop.problem is None


def test_who_does_not_lead_any_more_has_no_problem(office: Office) -> None:
    want(office, office.incident())
    loop = CallLoop(office.db, Pager(troubles=[GiveUp("No such service.")]), lambda: office.at)
    loop.turn()
    assert loop.problem
    office.later(minutes=1)
    assert Leader(office.db, "calls", lambda: office.at, "another").leads()
    loop.turn()
    assert loop.problem is None
