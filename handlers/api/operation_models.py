"""The JSON shapes of operations, so that the API's OpenAPI description is true."""

from typing import Annotated

from pydantic import BaseModel, Field

from bot.domain.operations.check import Result
from bot.domain.operations.operation import State, StepState
from bot.domain.operations.plan import Kind, Mechanism
from bot.domain.ops_data.people import Role
from bot.domain.verification.verification import Verdict
from handlers.api.models import Cursor
from handlers.api.times import Time


class StepModel(BaseModel):
    """A step of the plan, or of its undoing, as far as it came."""

    name: str
    state: StepState
    text: Annotated[str, Field(description="What it does, in words.")]
    component: str
    seen: Annotated[str, Field(description="What was observed last.")]
    attempts: int
    started_at: Time | None
    finished_at: Time | None
    touches: str
    check: str
    undo: str
    seconds: Annotated[int, Field(description="How long it may take.")]
    stage: Annotated[
        int | None, Field(description="Steps of one stage run side by side; null for an undo.")
    ]


class ReleaseModel(BaseModel):
    """Something that ran or will run."""

    version: str
    identity: Annotated[str, Field(description="A template's hash, or a site's deploy id.")]
    workload: str
    color: str
    image: str


class OriginModel(BaseModel):
    """When a release came and who brought it, as the ledger knows."""

    at: Time
    until: Annotated[
        Time | None, Field(description="Where nobody saw it come: between `at` and then.")
    ]
    by: Annotated[str, Field(description="Empty where nobody said.", examples=["OP-7", "ci"])]


class LegModel(BaseModel):
    """One component's way from what runs to what shall run."""

    component: str
    mechanism: Mechanism
    from_: Annotated[ReleaseModel | None, Field(alias="from")]
    to: ReleaseModel | None
    came: Annotated[OriginModel | None, Field(description="Of what runs.")]
    made: Annotated[OriginModel | None, Field(description="Of what shall run.")]
    changes: Annotated[str | None, Field(description="Where to read what came between them.")]


class PlanModel(BaseModel):
    steps: list[StepModel]
    legs: list[LegModel]
    notes: list[str]


class CheckModel(BaseModel):
    """What was looked at before."""

    code: Annotated[str, Field(examples=["P4 schema"])]
    component: str
    result: Result
    seen: str


class OperationModel(BaseModel):
    """One operation as it stands now."""

    id: Annotated[str, Field(examples=["OP-7"])]
    kind: Kind
    state: State
    incident: Annotated[str, Field(examples=["INC-42"])]
    environment: str
    components: list[str]
    plan: PlanModel | None
    plan_hash: Annotated[str | None, Field(description="What an approval is bound to.")]
    checks: list[CheckModel]
    approvals_needed: Annotated[
        int, Field(description="1 where somebody else than the requester must approve it.")
    ]
    approver_role: Role
    requested_by: Annotated[str, Field(examples=["slack:U1", "cli:ada"])]
    requested_at: Time
    approved_by: str | None
    approved_at: Time | None
    expires_at: Annotated[Time | None, Field(description="When the plan runs out.")]
    started_at: Time | None
    switched_at: Annotated[Time | None, Field(description="When traffic moved.")]
    due_at: Annotated[Time | None, Field(description="When it should be done.")]
    finished_at: Time | None
    closed_at: Annotated[Time | None, Field(description="Null while a person must look at it.")]
    verdict: Verdict | None
    dry_run: bool
    forced: Annotated[str | None, Field(description="The reason for break-glass.")]
    stop: Annotated[str | None, Field(description="Who asked it to stop, while it runs.")]
    said: Annotated[str, Field(description="The last word about it, for a person.")]
    results: Annotated[dict[str, str], Field(description="By component, in words.")]
    next_move: Annotated[str, Field(description="What a person can do now, with the command.")]
    reverts: Annotated[str | None, Field(examples=["OP-6"])]
    follows: Annotated[
        str | None, Field(description="The rollback from which it goes on.", examples=["OP-6"])
    ]
    version: Annotated[int, Field(description="Grows with every change.")]


class OperationPage(BaseModel):
    items: list[OperationModel]
    next_cursor: Cursor
