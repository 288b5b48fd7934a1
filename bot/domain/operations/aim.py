"""A leg of a plan beside what is read of the world now: what its checks look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.cluster.rollout_status import Rollout, of_template, pods_of, rollout_status
from bot.domain.cluster.workload import images_of
from bot.domain.operations.candidate import Candidate, Place
from bot.domain.operations.plan import Leg, Release
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Survey, Workload, serving
from bot.domain.operations.target import Known, exact
from bot.domain.releases.contracts import Contracts, contracts_of
from bot.domain.releases.ledger import LedgerRelease, is_dated
from bot.domain.releases.suspects import LOOK_BACK


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """`release` is the leg's target, found again by its identity."""

    leg: Leg
    after: Release
    survey: Survey
    known: Known
    release: Candidate

    @property
    def place(self) -> Place | None:
        """Where the plan takes it from; `None` where it is not there any more."""
        wanted = (self.after.workload, self.after.identity)
        found = [one for one in self.release.places if (one.workload, one.identity) == wanted]
        return found[0] if found else None

    @property
    def ready(self) -> int:
        """Pods of the target that serve, or could."""
        if isinstance(self.survey, SiteSurvey):
            return 0
        workload = self.survey.workloads.get(self.after.color)
        newest = of_template(workload.history, self.after.identity) if workload else None
        if workload is None or newest is None:
            return 0
        return sum(pod.ready and not pod.terminating for pod in pods_of(newest, workload.pods))

    @property
    def images(self) -> tuple[str, ...]:
        """All that its pods pull; only the main one where no template tells of others."""
        if self.place is not None and self.place.template is not None:
            return images_of(self.place.template)
        return (self.after.image,) if self.after.image else ()

    @property
    def running(self) -> frozenset[str]:
        """Images that ready pods of the component run now, of whichever release."""
        if isinstance(self.survey, SiteSurvey):
            return frozenset()
        return frozenset(
            image
            for workload in self.survey.workloads.values()
            for one in workload.history
            if any(pod.ready and not pod.terminating for pod in pods_of(one, workload.pods))
            for image in images_of(one.template)
        )

    @property
    def contracts(self) -> Contracts:
        """What the target declares."""
        if self.place is not None and self.place.template is not None:
            return contracts_of(self.place.template)
        return self.release.rows[0].contracts if self.release.rows else Contracts()

    @property
    def written_since(self) -> tuple[Contracts, ...]:
        """The contracts of the live release and of all that served after the target did."""
        mine = [row.live_at for row in self.release.rows if row.live_at]
        last = max(mine, default=None)
        since = [
            row.contracts
            for row in self.known.services
            if row not in self.release.rows and (last is None or (row.live_at or last) > last)
        ]
        if isinstance(self.survey, ClusterSurvey):
            since.append(contracts_of(serving(self.survey).deployment.template))
        return tuple(since)

    @property
    def brought(self) -> LedgerRelease | None:
        """By which the present release came; restarts since then do not count.

        `None` where nobody knows when, as it served already when the ledger began a short time ago.
        """
        brought = self.known.brought
        if brought is None or brought.live_at is None:
            return None
        long_ago = self.known.began - brought.live_at > LOOK_BACK
        return brought if long_ago or is_dated(brought, self.known.services) else None


def aim(leg: Leg, survey: Survey, known: Known) -> Aim:
    """Raises `Refused` where the target is nowhere any more."""
    if leg.after is None:
        raise ValueError(f"{leg.component} goes nowhere in this plan")
    release = exact(known, leg.after.identity).release
    return Aim(leg=leg, after=leg.after, survey=survey, known=known, release=release)


def rolling(workloads: Sequence[Workload]) -> tuple[str, ...]:
    """Rollouts that somebody else began and that are not at their end.

    One whose pods are in trouble is what a rollback is for.
    """
    said = [rollout_status(one.deployment, one.history, one.pods) for one in workloads]
    return tuple(
        f"a rollout is under way: {one.seen}"
        for one in said
        if one.rollout is Rollout.UNDER_WAY and not one.in_trouble
    )
