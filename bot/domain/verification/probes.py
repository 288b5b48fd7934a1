"""What synthetic probes say where Prometheus cannot tell, and what speaks against them."""

from collections.abc import Sequence

from bot.domain.ops_data.policy import Verification
from bot.domain.verification.look import Look
from bot.domain.verification.statistics import wilson


def probes_speak(counting: Sequence[Look], rules: Verification) -> bool:
    """Whether the newest probes were all fine, and nothing that is known speaks against them."""
    if not counting or counting[-1].ready is not True or counting[-1].troubles:
        return False
    tried = 0
    for look in reversed(counting):
        if look.fine < look.tried or _contradicts(look, rules):
            return False
        tried += look.tried
        if tried >= rules.probes:
            return True
    return False


def _contradicts(look: Look, rules: Verification) -> bool:
    """Real requests that say otherwise: probes stand in for what is missing.

    Where there are few it takes as many failures as chance does not explain.
    """
    if look.requests is None:
        return False
    if look.errors is not None:
        lowest, _ = wilson(look.errors * look.requests, look.requests)
        if lowest > rules.bad_ratio:
            return True
    if look.requests < rules.bad_requests:
        return False
    failing = look.errors is not None and look.errors > rules.good_ratio
    slow = look.fast is not None and look.fast < rules.fast_share
    return failing or slow
