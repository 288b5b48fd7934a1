"""How long an operation that went well is still watched, and can be reverted from its card."""

from datetime import datetime

from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.policy import Policy
from bot.domain.verification.verification import PASSED


def watched(one: Operation, policy: Policy, now: datetime) -> bool:
    """What moved no traffic, or was kept whatever it did, is not."""
    passed = one.state is State.SUCCEEDED and one.verdict in PASSED
    seen = one.plan is not None and one.plan.verify and one.switched_at is not None
    since = one.finished_at
    return passed and seen and since is not None and now <= since + policy.watch_after
