"""What the page offers to do, by state."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.incidents.incident import Incident, State
from bot.domain.severity import Category, Severity
from bot.domain.verbs.parsing import parse
from handlers.web.moves import moves

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
OPEN = Incident(
    id=7,
    severity=Severity.SEV2,
    category=Category.CRITICAL,
    title="down",
    component=None,
    environment="production",
    open_key="x",
    opened_at=NOW,
    started_at=NOW,
    newest_started_at=NOW,
)


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ({}, ["Acknowledge", "Escalate", "Mitigated", "Resolve", "Note"]),
        (
            {"state": State.ACKNOWLEDGED, "acknowledged_at": NOW},
            ["Escalate", "Mitigated", "Resolve", "Note"],
        ),
        ({"state": State.MITIGATED}, ["Acknowledge", "Escalate", "Resolve", "Note"]),
        ({"level": 4}, ["Acknowledge", "Mitigated", "Resolve", "Note"]),
        ({"state": State.RESOLVED}, ["Reopen", "Note"]),
        (
            {"state": State.RESOLVED, "merged_into": 3},
            ["Show the one it is part of"],
        ),
    ],
)
def test_only_what_can_be_done_now(state: dict[str, Any], offered: list[str]) -> None:
    found = moves(replace(OPEN, **state))
    assert [move.label for move in found] == offered
    name = "INC-3" if state.get("merged_into") else "INC-7"
    assert all(name in move.words for move in found)


def test_a_rollback_is_planned_where_one_can_be() -> None:
    one = replace(OPEN, component="graphql-api", environment="staging")
    last = moves(one, can_roll_back=True)[-1]
    assert last == ("Plan a rollback", "rollback staging --component graphql-api INC-7")
    assert parse(last.words).incidents == (7,)
    over = replace(one, state=State.RESOLVED)
    assert "Plan a rollback" not in [move.label for move in moves(over, can_roll_back=True)]
