"""Approved operations, and the first step of their run."""

from bot.domain.operations.check import Check
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Plan
from bot.flows.operations.beginning import PATIENCE, Beginning
from bot.flows.operations.rights import Rights
from tests.domain.operations.made import plan
from tests.flows.operations.office import ADA, Drawn, Office


def beginning(office: Office, *plans: Plan | Exception, found: tuple[Check, ...] = ()) -> Beginning:
    return Beginning(
        record=office.record,
        catalogue=lambda: office.catalogue,
        planner=Drawn(plans=list(plans or (plan(),)), found=found),
        rights=Rights(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at),
    )


def approved(office: Office, **fields: object) -> Operation:
    said = {"approved_by": ADA, "approved_at": office.at, **fields}
    return office.add(State.APPROVED, **said)


def begin(
    office: Office, one: Operation, *plans: Plan | Exception, last: bool = False,
    found: tuple[Check, ...] = (),
) -> str:  # fmt: skip
    since = office.at - PATIENCE if last else None
    return str(beginning(office, *plans, found=found).begin(one.run_id, one.id, since)["way"])
