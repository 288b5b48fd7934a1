"""operations.yaml: strict, sensible as a whole, and shipped as the rules have it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.catalogue.promql import OF_RELEASES, faults
from bot.domain.ops_data.policy import Policy, Verification
from bot.domain.ops_data.questions import Questions
from tests.catalogue.desk import Desk
from tests.catalogue.test_ops_data import ROUTES, RUNBOOKS

GOOD = """\
approval_lasts: 5m
switches: 3
contract_tested: true
verification:
  settle: 1s
  every: 1s
  passes: 3
  deadline: 5s
  good_ratio: 0.002
  probe_seconds: 2.5
questions:
  requests: sum(increase($requests{$which}[$window]))
"""


def test_what_the_file_says_is_what_the_catalogue_holds(desk: Desk) -> None:
    desk.write("operations.yaml", GOOD)

    assert desk.check() == []
    second = timedelta(seconds=1)
    assert desk.load().policy == Policy(
        approval_lasts=timedelta(minutes=5),
        switches=3,
        contract_tested=True,
        verification=replace(
            Verification(),
            settle=second,
            every=second,
            passes=3,
            deadline=5 * second,
            good_ratio=0.002,
            probe_seconds=2.5,
        ),
        questions=replace(Questions(), requests="sum(increase($requests{$which}[$window]))"),
    )


def test_without_the_file_all_is_as_usual(desk: Desk) -> None:
    assert desk.load().policy == Policy()


def test_what_ships_is_what_the_rules_say() -> None:
    shipped = Desk(routes=ROUTES, runbooks=RUNBOOKS).load().policy

    assert replace(shipped, questions=Questions()) == Policy()
    for name in ("errors", "fast", "requests", "share"):
        text = getattr(shipped.questions, name)
        assert " ".join(text.split()) == " ".join(getattr(Questions(), name).split())
        assert list(faults(text, OF_RELEASES)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("switches:", "swiches:", "2: operations.yaml: unknown key swiches; did you mean"),
        ("settle:", "setle:", "5: verification: unknown key setle; did you mean settle?"),
        ("5m", "5 minutes", "1: approval_lasts must be a duration such as 15s, 10m or 1h30m"),
        ("5m", "0s", "1: approval_lasts must be a duration such as 15s"),
        ("5m", "9999d", "1: approval_lasts must be a duration such as 15s"),
        ("5m", "5", "1: approval_lasts must be text"),
        ("switches: 3", "switches: 0", "2: switches must be a whole number from 1, not 0"),
        ("passes: 3", "passes: 2.5", "7: verification.passes must be a whole number from 1"),
        ("true", "maybe", "3: contract_tested must be true or false"),
        ("0.002", "1.5", "9: verification.good_ratio must be a ratio above 0, at most 1, not 1.5"),
        ("0.002", "0.02", "5: verification: good_ratio is above bad_ratio"),
        ("2.5", "0", "10: verification.probe_seconds must be more than 0, not 0"),
        (
            "deadline: 5s",
            "deadline: 2s",
            "5: verification: 3 good looks take 3s, and the deadline is 2s: nothing could pass",
        ),
        (
            "switches: 3",
            "remind_waiting_every: 10m",
            "2: remind_waiting_every is shorter than remind_waiting_after",
        ),
        ("switches: 3", "restore_points_kept: 23h", "2: restore_points_kept: a day at least"),
        (
            "switches: 3",
            "remind_waiting_after: 2h",
            "2: remind_waiting_every is shorter than remind_waiting_after",
        ),
        ("settle: 1s", "window: 2h", "5: verification.window: an hour at most"),
        ("[$window]", "[2h]", "12: questions.requests looks back 2h: an hour at most"),
        ("{$which}", "", "12: questions.requests must pick each series by {$which}"),
        ("$which", "$wich", "12: questions.requests has an unknown hole $wich: there are ago, all"),
        ("  requests:", "  request:", "12: questions: unknown key request; did you mean requests?"),
    ],
)
def test_a_mistake_is_told_with_its_line(desk: Desk, old: str, new: str, said: str) -> None:
    desk.write("operations.yaml", GOOD)
    desk.edit("operations.yaml", old, new)

    assert any(line.startswith(f"operations.yaml:{said}") for line in desk.check()), desk.check()


def test_holes_of_releases_are_none_of_a_card_s_numbers(desk: Desk) -> None:
    desk.write("queries.yaml", "queries: {x: {unit: x, query: 'rate($requests{$old}[$window])'}}\n")

    assert any("unknown hole $old" in line for line in desk.check())
