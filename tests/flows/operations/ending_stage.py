"""A run that is about to end, and the plan it went through."""

from bot.domain.operations.operation import Operation, State
from bot.flows.operations.ending import Finish
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import Office

SWITCH = "switch graphql-api"
SWITCH_ARGS = {
    "namespace": "production", "service": "graphql-api", "key": "color", "before": "blue",
    "after": "green", "before_deployment": "graphql-api-blue",
    "after_deployment": "graphql-api-green",
}  # fmt: skip
SCALE_ARGS = {
    "namespace": "production", "deployment": "graphql-api-green", "scaler": "graphql-api-green",
    "live_deployment": "graphql-api-blue", "live_scaler": "graphql-api-blue",
}  # fmt: skip
FREEZE = step(
    "freeze", action="freeze_deploys", stage=0, optional=True,
    args={"namespace": "production", "deployments": ["graphql-api-blue"], "operation": "OP-1"},
)  # fmt: skip
SCALE = step("scale idle", action="scale_idle", stage=1, args=SCALE_ARGS)
MOVE = step(args=SWITCH_ARGS, stage=2, decisive=True)
WHOLE = plan(steps=(FREEZE, SCALE, MOVE))


def finish(office: Office) -> Finish:
    return Finish(record=office.record, catalogue=lambda: office.catalogue)


def running(office: Office, **fields: object) -> Operation:
    return office.add(State.RUNNING, **{"started_at": office.at, "plan": WHOLE, **fields})
