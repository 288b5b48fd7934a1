"""An operation: what somebody asked for, its plan, who approved it, and how far it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.operations.check import Check
from bot.domain.operations.plan import Kind, Plan
from bot.domain.ops_data.people import Role
from bot.domain.verification.verification import Verdict


class State(StrEnum):
    PLANNING = "planning"
    BLOCKED = "blocked"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    RUNNING = "running"
    AWAITING_DECISION = "awaiting_decision"
    UNDOING = "undoing"
    SUCCEEDED = "succeeded"
    UNDONE = "undone"
    FAILED = "failed"
    STUCK = "stuck"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DRY_RUN = "dry_run"

    @property
    def spoken(self) -> str:
        return self.value.replace("_", " ")

    @property
    def told(self) -> str:
        """How it goes on from "it is"."""
        words = {
            State.PLANNING: "being planned",
            State.AWAITING_DECISION: "undecided",
            State.UNDOING: "being undone",
            State.SUCCEEDED: "done",
        }
        return words.get(self, self.spoken)


READ = (State.AWAITING_APPROVAL, State.BLOCKED, State.DRY_RUN)  # its plan is there to be read
ENDED = frozenset(
    {
        State.SUCCEEDED, State.UNDONE, State.FAILED, State.STUCK, State.CANCELLED,
        State.EXPIRED, State.BLOCKED, State.DRY_RUN,
    }
)  # fmt: skip
# The world may be changed in these: they hold the locks of their components (and STUCK until
# somebody closes it).
HOLDING = frozenset({State.APPROVED, State.RUNNING, State.AWAITING_DECISION, State.UNDOING})


class Mode(StrEnum):
    """Which way its run goes."""

    FORWARD = "forward"
    UNDO = "undo"


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What was asked for; `components` empty means all that can be rolled back.

    `force` is the reason given for break-glass, `replicas` what `scale` wants, or gave where its
    way back is asked for, `target` an exact identity by component (a revert names where it came
    from). `may_stall` lets a restore point hold up the database where there is no other. What goes
    on from an earlier rollback `follows` that, and goes `beyond` where that went, by component.
    """

    components: tuple[str, ...] = ()
    to_version: str = ""
    dry_run: bool = False
    force: str = ""
    replicas: int | None = None
    why: str = ""
    target: Mapping[str, str] = field(default_factory=dict)
    may_stall: bool = False
    follows: int | None = None
    beyond: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Somebody wants it to stop: before the switch that ends it, after it that undoes it."""

    actor: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A step as far as it came; `seen` is what was observed last, `ending` the engine's word."""

    name: str
    component: str
    state: StepState
    text: str
    seen: str = ""
    ending: str = ""
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """`run` counts its durable runs, `said` is the last word about it for a person.

    `switched_at` is when the first decisive step was done; `results` is what became of each
    component, in words.
    """

    id: int
    version: int = 1
    kind: Kind
    state: State = State.PLANNING
    environment: str
    incident: int
    request: Request
    plan: Plan | None = None
    plan_hash: str | None = None
    checks: Sequence[Check] = ()
    approvals_needed: int = 0
    approver_role: Role = Role.OPERATOR
    requested_by: str
    requested_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    run: int = 0
    mode: Mode = Mode.FORWARD
    stop: Stop | None = None
    started_at: datetime | None = None
    switched_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    verdict: Verdict | None = None
    said: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    reverts: int | None = None

    @property
    def name(self) -> str:
        return f"OP-{self.id}"

    @property
    def run_id(self) -> str:
        """What its present durable run is called: never used twice."""
        return f"op:{self.id}:{self.run}"

    @property
    def key_root(self) -> str:
        """The keys of its run's steps begin so, unlike those of a lost database's same number."""
        return f"{self.run_id}:{self.asked_stamp}"

    @property
    def asked_stamp(self) -> str:
        """When it was asked for, in UTC and digits only, as any vendor's names may hold them."""
        return f"{self.requested_at:%Y%m%d%H%M%S}"

    @property
    def switches(self) -> int:
        """How often it moved the traffic: there, and back."""
        return (self.switched_at is not None) * (2 if self.mode is Mode.UNDO else 1)

    @property
    def why(self) -> str:
        """What it says, less the state's own word where that stands before it anyway."""
        state, comma, rest = self.said.partition(", ")
        return rest.removeprefix("and ") if comma and state == self.state.spoken else self.said

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @property
    def size(self) -> str:
        """After what is scaled: ` to 5`, or ` back from 5`; empty for what is not."""
        if self.request.replicas is None:
            return ""
        way = "to" if self.reverts is None else "back from"
        return f" {way} {self.request.replicas}"

    @property
    def components(self) -> tuple[str, ...]:
        return self.plan.components if self.plan else self.request.components
