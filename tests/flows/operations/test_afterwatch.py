"""A release that turns bad after its good verdict is told, and nothing is done by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.operations.operation import Operation, State
from bot.domain.operations.subject import Subject
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.look import Look
from bot.domain.verification.verification import Verdict
from bot.flows.operations.afterwatch import EVERY, AfterWatch
from bot.store import releases
from tests.domain.operations.made import GOOD, plan
from tests.flows.operations.office import Office


@dataclass
class Eyes:
    """Sees what it is told to see, at the office's time."""

    office: Office
    errors: float = 0.0
    serving: int = 3
    asked_for: int = 3
    looks: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    stopped: bool = False

    def look(self, subject: Subject) -> Look:
        self.looks.append(subject.component)
        self.meanwhile()
        return Look(
            at=self.office.at, ready=self.serving == self.asked_for, serving=self.serving,
            requests=3000, errors=self.errors, fast=1.0,
        )  # fmt: skip

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def eyes(office: Office) -> Eyes:
    return Eyes(office)


@pytest.fixture
def minutes(office: Office, eyes: Eyes) -> Callable[[int], None]:
    watch = AfterWatch(office.record, eyes, lambda: office.catalogue)  # type: ignore[arg-type]  # looks like one

    def passing(many: int) -> None:
        for _ in range(many):
            office.later(seconds=EVERY.total_seconds())
            watch.turn()
            watch.turn()

    return passing


def good(office: Office, **fields: object) -> Operation:
    said = {
        "verdict": Verdict.PASS, "switched_at": office.at - timedelta(minutes=3),
        "finished_at": office.at, "closed_at": office.at, **fields,
    }  # fmt: skip
    return office.add(State.SUCCEEDED, **said)


def test_it_is_looked_at_every_minute_for_a_while(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    good(office)
    minutes(20)
    assert eyes.looks == ["graphql-api"] * 15
    assert office.calls() == []


def test_what_turns_bad_is_told_once_and_somebody_is_called(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    one = good(office)
    minutes(2)
    eyes.errors = 0.2
    minutes(1)
    assert office.calls() == []
    minutes(6)

    (call,) = office.calls()
    said = (
        "graphql-api turned bad afterwards: more than 1.00% of its requests fail (20.00% of 3,000 "
        "requests failed, 100.0% were fast). `operation revert OP-1` asks for the way back"
    )
    assert (call.level, call.text) == (3, f"OP-1: {said}.")
    assert office.story(one.incident).count(f"OP-1: {said}") == 1
    assert office.find(one.id) == one
    assert office.say(f"operation revert {one.name}").status == 0


@pytest.mark.parametrize(("serving", "calls"), [(3, 0), (2, 1)])
def test_a_pod_that_waits_for_its_node_is_no_turn_for_the_worse(
    office: Office, eyes: Eyes, minutes: Callable[[int], None], serving: int, calls: int
) -> None:
    good(office)
    minutes(2)
    eyes.serving, eyes.asked_for = serving, 4
    minutes(12)
    assert len(office.calls()) == calls


def test_an_incident_that_was_resolved_is_open_again(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    one = good(office)
    office.say(f"resolve INC-{one.incident}")
    eyes.errors = 0.2
    minutes(2)
    assert office.told(one.incident).is_open


def test_where_its_incident_was_merged_while_it_was_looked_at_the_other_one_hears(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    one, other = good(office), office.incident()
    eyes.errors = 0.2
    minutes(1)
    eyes.meanwhile = lambda: office.say(f"incident merge INC-{one.incident} INC-{other}")
    minutes(1)
    (call,) = office.calls()
    assert call.incident_id == office.find(one.id).incident == other


def test_what_somebody_released_since_is_not_ours_to_watch(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    one = good(office)
    eyes.errors = 0.2
    minutes(1)
    row = LedgerRelease(
        environment="production", component="graphql-api", workload=GOOD.workload, version="v1.5",
        identity="newer", occurrence="1", deployed_at=office.at, live_at=office.at,
    )  # fmt: skip
    with office.db.write() as tx:
        releases.keep(tx, [row])
    minutes(5)
    assert eyes.looks == [one.plan.legs[0].component]  # type: ignore[union-attr]  # it has a plan
    assert office.calls() == []


def test_its_own_release_in_the_ledger_is_watched_on(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    good(office)
    row = LedgerRelease(
        environment="production", component="graphql-api", workload=GOOD.workload,
        version=GOOD.version, identity=GOOD.identity, occurrence="2", deployed_at=office.at,
        live_at=office.at,
    )  # fmt: skip
    with office.db.write() as tx:
        releases.keep(tx, [row])
    minutes(2)
    assert len(eyes.looks) == 2


def test_another_operation_on_it_has_a_watch_of_its_own(
    office: Office, eyes: Eyes, minutes: Callable[[int], None]
) -> None:
    good(office)
    office.add(State.RUNNING)
    minutes(3)
    assert eyes.looks == []


@pytest.mark.parametrize(
    "fields",
    [{"verdict": Verdict.FAIL}, {"verdict": None}, {"plan": plan(verify=False)},
     {"plan": plan("unknown-service")}],
    ids=["kept though it failed", "not judged", "nothing released", "not in the catalogue"],
)  # fmt: skip
def test_what_is_not_watched(
    office: Office, eyes: Eyes, minutes: Callable[[int], None], fields: dict[str, object]
) -> None:
    good(office, **fields)
    minutes(2)
    assert eyes.looks == []
