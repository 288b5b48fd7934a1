"""P9 of a plan: whether the database can be put back to where it was."""

from dataclasses import replace

import pytest

from bot.domain.operations.check import Code, Result
from bot.domain.operations.plan import Kind, Plan
from bot.domain.ops_data.restore_point import Provider, Store, StoreState
from bot.flows.operations.checks import checks
from tests.flows.operations.planning_stage import Stage, by_code


def test_a_database_that_cannot_be_restored_blocks_and_one_that_is_silent_warns(
    still: Stage, made: Plan
) -> None:
    still.vault.now = StoreState(status="available", restorable_at=None, stalls=True)
    asked = by_code(still.checks(made), "postgresql")[Code.RESTORE_POINT]
    still.vault.now = None
    silent = by_code(still.checks(made), "postgresql")[Code.RESTORE_POINT]

    assert asked.result is Result.BLOCK
    assert (silent.result, silent.blocks) == (Result.UNKNOWN, False)


def test_a_person_may_choose_that_it_stalls(still: Stage, made: Plan) -> None:
    still.vault.now = StoreState(status="available", restorable_at=None, stalls=True)
    asked = still.operation(Kind.ROLLBACK, "graphql-api", may_stall=True)

    found = checks(
        still.world, still.catalogue, asked, made, still.rows, began=still.began, held={}
    )

    check = by_code(found, "postgresql")[Code.RESTORE_POINT]
    assert check.result is Result.WARN
    assert "as was chosen" in check.seen


@pytest.mark.parametrize("told", [True, False], ids=["none", "no store"])
def test_where_no_restore_point_is_made_it_is_said(
    still: Stage, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    """Where the catalogue says `none`, and where it has no store of this environment."""
    parts = dict(still.catalogue.components)
    database = parts["postgresql"]
    assert database.rollout is not None
    none = Store(component="postgresql", provider=Provider.NONE)
    stores = {"production": none} if told else {"staging": none}
    parts["postgresql"] = replace(database, rollout=replace(database.rollout, stores=stores))
    monkeypatch.setattr(still, "catalogue", replace(still.catalogue, components=parts))
    made = still.way_back("graphql-api")

    check = by_code(still.checks(made), "postgresql")[Code.RESTORE_POINT]

    assert (check.result, check.blocks) == (Result.WARN, False)
    assert check.seen == "no restore point: postgresql has no store here that makes one"
    assert not [step for step in made.steps if step.action == "take_restore_point"]
