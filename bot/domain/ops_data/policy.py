"""How operations go about their work: times and thresholds that ops people set."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.ops_data.questions import Questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """Rules of operations.md 1.8.

    Looked at every `every` from `settle` after the switch; `passes` good looks in a row are a
    PASS; `window` is the range of the queries; at `deadline` after the switch, or after the watch
    could begin, what is not known stays unknown. Ratios are 0 to 1. `probes` GETs a service over
    `probe_seconds` stand in for traffic. Where colours cannot be told apart the numbers count from
    `window` and one `scrape` after the switch: earlier they hold the old release's requests.
    """

    settle: timedelta = timedelta(seconds=15)
    every: timedelta = timedelta(seconds=15)
    passes: int = 8
    window: timedelta = timedelta(seconds=60)
    scrape: timedelta = timedelta(seconds=15)
    deadline: timedelta = timedelta(seconds=195)
    good_ratio: float = 0.001
    good_requests: int = 3000
    upper_bound: float = 0.01
    bound_requests: int = 300
    bad_ratio: float = 0.01
    bad_requests: int = 100
    unready: timedelta = timedelta(seconds=60)
    fast_seconds: float = 0.5
    fast_share: float = 0.95
    old_share: float = 0.01
    usual_factor: float = 2.0
    probes: int = 20
    probe_seconds: float = 60.0
    worse_factor: float = 1.5
    worse_points: float = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """`proven_after` is how long a release serves well before it is known to be good.

    `warm_again` is when a scaled idle colour's minimum is put back. `contract_tested` says that
    neighbouring versions get on with each other, so that tiers need not wait for each other.
    What is stuck or undecided calls again `remind_waiting_after` it began to wait, and from then on
    every `remind_waiting_every`.
    """

    verification: Verification = Verification()
    questions: Questions = field(default_factory=Questions)
    approval_lasts: timedelta = timedelta(minutes=10)
    checks_within: timedelta = timedelta(seconds=8)
    budget: timedelta = timedelta(minutes=5)
    proven_after: timedelta = timedelta(minutes=30)
    warm_again: timedelta = timedelta(minutes=30)
    remind_frozen_after: timedelta = timedelta(hours=1)
    review_frozen_after: timedelta = timedelta(hours=24)
    remind_waiting_after: timedelta = timedelta(minutes=15)
    remind_waiting_every: timedelta = timedelta(hours=1)
    watch_after: timedelta = timedelta(minutes=15)
    again_within: timedelta = timedelta(minutes=10)
    switches: int = 2
    switches_within: timedelta = timedelta(minutes=30)
    force_every: timedelta = timedelta(minutes=30)
    restore_point_fresh: timedelta = timedelta(minutes=10)
    restore_points_kept: timedelta = timedelta(days=14)
    contract_tested: bool = False
