"""How well a target does after a switch, by three values: pass, fail, or nobody can tell.

The rules are those of operations.md 1.8. What is not known never passes, one bad look never
fails, and where Prometheus cannot tell, synthetic probes speak, under a name of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from bot.domain.ops_data.policy import Verification
from bot.domain.verification.look import Look
from bot.domain.verification.probes import probes_speak
from bot.domain.verification.readiness import unready
from bot.domain.verification.statistics import trials_for, wilson

_RESTARTS_WITHIN = timedelta(minutes=2)
_FAILS_AFTER = 2  # looks in a row
_SLACK = 0.9  # looks are not to the millisecond apart


class Verdict(StrEnum):
    """What the API calls it."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    PASS_SYNTHETIC = "pass_synthetic"  # noqa: S105 - as above
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


PASSED = (Verdict.PASS, Verdict.PASS_SYNTHETIC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What the looks are held against.

    `scoped` says that the numbers are the target's alone from the first request on, by its
    colour. `before` is a look at what served before the switch; `usual` is the share of errors
    from before the incident. `watched_from` is when looking began, where that was later than it
    could have: other components may still have been on their way.
    """

    switched_at: datetime
    scoped: bool
    watched_from: datetime | None = None
    before: Look | None = None
    usual: float | None = None

    def deadline(self, rules: Verification) -> datetime:
        """When it has to be known: a late beginning leaves as much time to look as any other."""
        begun = self.watched_from - rules.settle if self.watched_from else self.switched_at
        return max(self.switched_at, begun) + rules.deadline


def judge(looks: Sequence[Look], rules: Verification, start: Start) -> Verdict | None:
    """`None`: keep looking. The looks are in their order, the newest last."""
    if not looks:
        return None
    counting = settled(looks, rules, start)
    if failure(counting, rules, start):
        return Verdict.FAIL
    if _passes(counting, rules, start):
        return Verdict.PASS
    if looks[-1].at < start.deadline(rules):
        return None
    return Verdict.PASS_SYNTHETIC if probes_speak(counting, rules) else Verdict.INCONCLUSIVE


def settled(looks: Sequence[Look], rules: Verification, start: Start) -> list[Look]:
    """Those that count, with the numbers that are the target's alone."""
    return [
        _cleared(look, rules, start)
        for look in looks
        if look.at >= start.switched_at + rules.settle
    ]


def failure(counting: Sequence[Look], rules: Verification, start: Start) -> str:
    """Why it fails, in words; empty where it does not."""
    return _ill(counting, rules, start) or unready(counting, rules)


def to_blame(counting: Sequence[Look], rules: Verification, start: Start) -> bool:
    """Whether what fails is the release's own doing: then no later rollback is to go to it.

    Where it answers well and only pods are missing, what they wait for is another's to give.
    """
    own = its_own(counting)
    if _ill(own, rules, start):
        return True
    known = [look for look in own[-_FAILS_AFTER:] if look.errors is not None]
    answers = bool(known) and all(_well(look, rules, start) for look in known)
    return bool(unready(own, rules)) and not answers


def _ill(counting: Sequence[Look], rules: Verification, start: Start) -> str:
    newest = counting[-_FAILS_AFTER:]
    if len(newest) < _FAILS_AFTER:
        return ""
    if all(_erring(look, rules) for look in newest):
        return f"more than {rules.bad_ratio:.2%} of its requests fail"
    if all(_worse(look, rules, start) for look in newest):
        return "more of its requests fail than before the switch"
    if all(look.troubles for look in newest):
        return f"its pods do not run: {newest[-1].troubles[0]}"
    return ""


def its_own(counting: Sequence[Look]) -> list[Look]:
    """What tells of the release itself: the looks since somebody else's last had its place."""
    return list(takewhile(lambda look: not look.elsewhere, reversed(counting)))[::-1]


def doubt(counting: Sequence[Look], rules: Verification) -> str:
    """What keeps it from being known, for the person who has to decide."""
    if not counting:
        return "nothing was seen of it in time"
    newest = counting[-1]
    if newest.ready is not True:
        return f"it is not known to be ready: {newest.seen}"
    if newest.errors is None or newest.requests is None:
        return "Prometheus cannot tell"
    if newest.requests < rules.good_requests and newest.errors <= rules.good_ratio:
        enough = trials_for(rules.good_ratio)
        return (
            f"{newest.requests:,.0f} requests a look are too few to claim that less than "
            f"{rules.good_ratio:.1%} fail: {enough:,.0f} without a failure would do"
        )
    if newest.requests < rules.bad_requests and newest.errors > rules.bad_ratio:
        return f"{newest.requests:,.0f} requests a look are too few to call their failures bad"
    return "it did neither well nor badly all the while"


def clearly_worse(before: Look | None, after: Look | None, rules: Verification) -> bool:
    """Bad enough to go back without asking (1.9): half as many errors again, and a point more.

    What hung before answered few requests, and without a failure: that was not doing well.
    """
    if before is None or after is None or before.errors is None or after.errors is None:
        return False
    if min(before.requests or 0, after.requests or 0) < rules.bad_requests:
        return False
    more = after.errors - before.errors
    return after.errors >= before.errors * rules.worse_factor and more >= rules.worse_points


def _cleared(look: Look, rules: Verification, start: Start) -> Look:
    """Without the numbers that still hold the old release's requests."""
    if start.scoped or look.at >= start.switched_at + rules.window + rules.scrape:
        return look
    return replace(look, requests=None, errors=None, fast=None, old_share=None)


def _passes(counting: Sequence[Look], rules: Verification, start: Start) -> bool:
    newest = counting[-rules.passes :]
    if len(newest) < rules.passes:
        return False
    # Looks that came too close together would be one look, counted again and again.
    if newest[-1].at - newest[0].at < rules.every * (rules.passes - 1) * _SLACK:
        return False
    return all(_good(look, rules, start) and not _restarted(look, counting) for look in newest)


def _good(look: Look, rules: Verification, start: Start) -> bool:
    if look.ready is not True or look.troubles:
        return False
    if look.fast is None or look.fast < rules.fast_share:
        return False
    if look.old_share is not None and look.old_share >= rules.old_share:
        return False
    return _few_errors(look, rules, start)


def _few_errors(look: Look, rules: Verification, start: Start) -> bool:
    if look.errors is None or look.requests is None:
        return False
    if look.requests >= rules.good_requests and look.errors <= rules.good_ratio:
        return True
    _, highest = wilson(look.errors * look.requests, look.requests)
    return (
        look.requests >= rules.bound_requests
        and highest <= rules.upper_bound
        and start.usual is not None
        and look.errors <= start.usual * rules.usual_factor
    )


def _well(look: Look, rules: Verification, start: Start) -> bool:
    """By as many requests as it takes to call them bad."""
    if look.errors is None or look.requests is None:
        return False
    enough = look.requests >= rules.bad_requests and look.errors <= rules.good_ratio
    return enough or _few_errors(look, rules, start)


def _erring(look: Look, rules: Verification) -> bool:
    if look.errors is None or look.requests is None:
        return False
    return look.requests >= rules.bad_requests and look.errors > rules.bad_ratio


def _worse(look: Look, rules: Verification, start: Start) -> bool:
    """Beyond what chance explains, and beyond what is promised anyway."""
    before = start.before
    if look.errors is None or look.requests is None or before is None or before.errors is None:
        return False
    if min(look.requests, before.requests or 0) < rules.bad_requests:
        return False
    lowest, _ = wilson(look.errors * look.requests, look.requests)
    _, highest = wilson(before.errors * (before.requests or 0), before.requests or 0)
    return lowest > highest and look.errors > rules.good_ratio


def _restarted(look: Look, counting: Sequence[Look]) -> bool:
    """Whether a pod's count rose in the two minutes before."""
    recent = [one for one in counting if look.at - _RESTARTS_WITHIN <= one.at <= look.at]
    return any(
        count > next(one.restarts[pod] for one in recent if pod in one.restarts)
        for pod, count in look.restarts.items()
    )
