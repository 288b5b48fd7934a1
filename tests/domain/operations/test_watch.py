"""Which operations are still watched after they went well."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.operations.operation import State
from bot.domain.operations.watch import watched
from bot.domain.ops_data.policy import Policy
from bot.domain.verification.verification import Verdict
from tests.domain.operations.made import NOW, operation, plan

POLICY = Policy(watch_after=timedelta(minutes=15))
WELL = {
    "switched_at": NOW, "finished_at": NOW, "closed_at": NOW, "verdict": Verdict.PASS_SYNTHETIC,
}  # fmt: skip


def test_it_is_watched_for_a_while_and_no_longer() -> None:
    one = operation(State.SUCCEEDED, **WELL)
    assert watched(one, POLICY, NOW + timedelta(minutes=15))
    assert not watched(one, POLICY, NOW + timedelta(minutes=15, seconds=1))


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        (State.SUCCEEDED, {"verdict": Verdict.FAIL}),
        (State.SUCCEEDED, {"verdict": None}),
        (State.SUCCEEDED, {"switched_at": None}),
        (State.SUCCEEDED, {"plan": plan(verify=False)}),
        (State.UNDONE, {}),
        (State.RUNNING, {"finished_at": None}),
    ],
)
def test_what_was_only_kept_or_moved_nothing_is_not(state: State, fields: dict[str, Any]) -> None:
    assert not watched(operation(state, **(WELL | fields)), POLICY, NOW)
