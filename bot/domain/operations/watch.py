"""How long an operation that went well is still watched, and can be reverted from its card."""

from datetime import datetime

from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Kind
from bot.domain.operations.revert import leads_back
from bot.domain.ops_data.policy import Policy
from bot.domain.verification.verification import PASSED


def watched(one: Operation, policy: Policy, now: datetime) -> bool:
    """What moved no traffic, or was kept whatever it did, is not."""
    passed = one.state is State.SUCCEEDED and one.verdict in PASSED
    seen = one.plan is not None and one.plan.verify and one.switched_at is not None
    return passed and seen and _lately(one, policy, now)


def shows_the_way_back(one: Operation, policy: Policy, now: datetime) -> bool:
    """On its card: what is watched, and for as long what is not but can be put back."""
    unwatched = one.state is State.SUCCEEDED and one.kind is Kind.SCALE and leads_back(one)
    return watched(one, policy, now) or (unwatched and _lately(one, policy, now))


def _lately(one: Operation, policy: Policy, now: datetime) -> bool:
    return one.finished_at is not None and now <= one.finished_at + policy.watch_after
