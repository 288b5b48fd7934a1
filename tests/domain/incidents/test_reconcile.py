"""When an alert that left Alertmanager's list is over, and when its absence says nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incidents import reconcile as rules
from bot.domain.incidents.alert import Episode, Status, StoredAlert
from bot.domain.incidents.reconcile import Listed, Memory, Outcome

NOW = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
OLD, YOUNG = timedelta(days=9), timedelta(minutes=5)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def listed(*fingerprints: str, since: datetime = NOW, up: timedelta = OLD) -> Listed:
    return Listed(fingerprints=frozenset(fingerprints), up_since=since, up_for=up)


def episode(number: int = 7, fingerprint: str = "a") -> Episode:
    key = f"alertmanager:{fingerprint}"
    return Episode(id=number, key=key, status=Status.FIRING, starts_at=NOW, ends_at=None)


def looks(*told: tuple[float, Listed], of: tuple[Episode, ...] = (episode(),)) -> Outcome:
    """What the last of these looks says."""
    memory: Memory = {}
    outcome = Outcome(memory=memory, over={})
    for seconds, one in told:
        outcome = rules.look(outcome.memory, one, of, at(seconds))
    return outcome


SEEN = (0, listed("a", "b"))
RESTARTED = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("told", "over"),
    [
        ([(0, listed()), (30, listed()), (60, listed())], {}),  # never seen: not its alert
        ([SEEN, (30, listed("b"))], {}),
        ([SEEN, (30, listed("b")), (59, listed("b"))], {}),
        ([SEEN, (30, listed("b")), (60, listed("b"))], {7: at(0)}),
        ([SEEN, (30, listed("a")), (60, listed()), (90, listed())], {7: at(30)}),
        ([SEEN, (30, listed()), (60, listed("a")), (90, listed())], {}),  # not in a row
        ([SEEN, (30, listed()), (60, listed()), (90, listed())], {7: at(0)}),  # until it is stored
    ],
)
def test_it_takes_two_looks_in_a_row(
    told: list[tuple[float, Listed]], over: dict[int, datetime]
) -> None:
    assert looks(*told).over == over


@pytest.mark.parametrize(
    ("since", "up", "over"),
    [
        (NOW, YOUNG, {7: at(0)}),  # it had the alert in this very life
        (RESTARTED, YOUNG, {}),
        (RESTARTED, YOUNG + timedelta(seconds=1), {7: at(0)}),
    ],
)
def test_a_restarted_one_has_forgotten(
    since: datetime, up: timedelta, over: dict[int, datetime]
) -> None:
    without = listed(since=since, up=up)

    assert looks(SEEN, (30, without), (60, without)).over == over


def test_looks_at_a_restarted_one_count_for_none_after_them() -> None:
    young, settled = listed(since=RESTARTED, up=YOUNG), listed(since=RESTARTED)

    assert looks(SEEN, (30, listed()), (60, young), (90, settled)).over == {}
    assert looks(SEEN, (30, listed()), (60, young), (90, settled), (120, settled)).over


def test_an_alert_that_began_anew_between_two_looks_is_missed_anew() -> None:
    memory = rules.look({}, listed("a"), (), at(0)).memory
    memory = rules.look(memory, listed(), [episode(7)], at(30)).memory
    second = rules.look(memory, listed(), [episode(8)], at(60))

    assert second.over == {}
    assert rules.look(second.memory, listed(), [episode(8)], at(90)).over == {8: at(0)}


def test_a_webhook_that_came_late_is_still_of_an_alert_that_was_seen() -> None:
    early = looks(SEEN, (30, listed()), (60, listed()), of=())

    outcome = rules.look(early.memory, listed(), [episode()], at(90))
    assert outcome.over == {}
    assert rules.look(outcome.memory, listed(), [episode()], at(120)).over == {7: at(0)}


def test_what_is_gone_and_not_open_is_forgotten() -> None:
    assert looks(SEEN, (599, listed()), of=()).memory
    assert not looks(SEEN, (600, listed()), of=()).memory


def test_its_memory_is_bounded_and_keeps_what_may_have_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MOST", 2)

    memory = looks((0, listed("a")), (30, listed("b", "c", "d"))).memory

    assert len(memory) == 2
    assert "alertmanager:a" in memory


def test_an_end_is_never_before_its_beginning() -> None:
    stored = StoredAlert(
        id=7, source="alertmanager", fingerprint="a", status=Status.FIRING,
        labels={"alertname": "Down"}, annotations={}, starts_at=at(5), ends_at=None,
        generator_url="",
    )  # fmt: skip

    assert rules.told(stored, at(0)).ends_at == at(5)
    assert rules.told(stored, at(9)).ends_at == at(9)
    assert rules.told(stored, at(9)).key == episode().key
