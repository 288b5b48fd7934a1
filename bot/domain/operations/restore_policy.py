"""Whether a rollback waits for a restore point: operations.md 1.7.

An application rollback changes no data; the restore point only guards against what the older code
may do to it. Waiting minutes costs real error budget, so it waits only where nothing else helps.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import StoreState
from bot.domain.wording import span

AVAILABLE = ("available", "storage-optimization")
BACKING_UP = "backing-up"


class Way(StrEnum):
    """What is done about a restore point before the rollback goes on."""

    NOTHING = "there is one already; the database can make no snapshot now"
    SPARED = "there is one already; a snapshot now would stall the database"
    START = "there is one already; a snapshot is started beside it and not waited for"
    UNDER_WAY = "a backup is being made and counts as one"
    WAIT = "a snapshot is started, and waited for until it is being made"
    ASK = "a person must choose: `--may-stall` stalls it for one, `--force` by two goes without"
    IMPOSSIBLE = "the database can make none now"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`restorable_at` is the moment that data can be brought back to, where one is known."""

    way: Way
    why: str
    restorable_at: datetime | None = None

    @property
    def starts(self) -> bool:
        return self.way in (Way.START, Way.WAIT)

    @property
    def needs_none(self) -> bool:
        """Whether all is there or under way without a snapshot of ours."""
        return self.way in (Way.NOTHING, Way.SPARED, Way.UNDER_WAY)

    @property
    def is_one(self) -> bool:
        """Whether there is, or will be, a restore point without anybody's choice."""
        return self.way not in (Way.ASK, Way.IMPOSSIBLE)


def decide(
    state: StoreState, now: datetime, policy: Policy, *, may_stall: bool = False
) -> Decision:
    """`state` is what the provider says now; nothing of this may be in a plan's hash.

    `may_stall` is a person's choice, where there would be none without it.
    """
    state = _with_what_is_made(state, now, policy)
    if state.restorable_at is not None and now - state.restorable_at <= policy.restore_point_fresh:
        return Decision(
            way=_beside(state),
            why=f"it can be restored to {span(now - state.restorable_at)} ago",
            restorable_at=state.restorable_at,
        )
    if state.status == BACKING_UP:
        return Decision(way=Way.UNDER_WAY, why="its regular backup runs now")
    stale = "point-in-time recovery is off"
    if state.restorable_at is not None:
        stale = f"it can be restored only to {span(now - state.restorable_at)} ago"
    if state.status not in AVAILABLE:
        return Decision(way=Way.IMPOSSIBLE, why=f"{stale}, and it is {state.status}")
    if state.stalls and not may_stall:
        return Decision(way=Way.ASK, why=f"{stale}, and a snapshot would hold up its writes")
    held = ", and the snapshot may hold up its writes, as was chosen" if state.stalls else ""
    return Decision(way=Way.WAIT, why=f"{stale}{held}")


def _with_what_is_made(state: StoreState, now: datetime, policy: Policy) -> StoreState:
    """A snapshot that is not done by now may never be: it counts no longer than one that is."""
    since = state.making_since
    if since is None or now - since > policy.restore_point_fresh:
        return state
    return replace(state, status=BACKING_UP)


def _beside(state: StoreState) -> Way:
    if state.status not in AVAILABLE:
        return Way.NOTHING
    return Way.SPARED if state.stalls else Way.START
