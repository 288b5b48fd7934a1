"""The releases a component could go back to, each with the places where it still is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.cluster.essence import essence
from bot.domain.cluster.workload import Template, image_of, version_of
from bot.domain.operations.plan import SHOWN
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Workload, serving
from bot.domain.releases.deploy import SiteDeploy
from bot.domain.releases.ledger import LedgerRelease

_NEVER = datetime.min.replace(tzinfo=UTC)


class Held(StrEnum):
    """Where a release still is, the quickest to use first."""

    CURRENT = "stands ready"
    HISTORY = "in the history"
    LEDGER = "in the ledger"
    HOST = "kept by the host"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """`identity` is the template's hash as the workload has it, or the deploy's id."""

    workload: str
    color: str
    identity: str
    held: Held
    template: Template | None = None
    revision: int = 0
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One release, known by what it is; without `places` nobody can bring it back."""

    essence: str
    version: str
    image: str = ""
    places: Sequence[Place] = ()
    rows: Sequence[LedgerRelease] = ()

    @property
    def identities(self) -> frozenset[str]:
        return frozenset(
            {place.identity for place in self.places} | {row.identity for row in self.rows}
        )

    @property
    def order(self) -> tuple[datetime, int]:
        """By when it was last brought out, then by revision."""
        times = [place.seen_at for place in self.places if place.seen_at]
        times += [row.live_at or row.deployed_at for row in self.rows]
        revision = max((place.revision for place in self.places), default=0)
        return max(times, default=_NEVER), revision


def live_of(survey: ClusterSurvey) -> str:
    """The essence of what serves now."""
    live = serving(survey)
    return essence(live.deployment.template, live.color, live.deployment.name)


def of_cluster(survey: ClusterSurvey) -> tuple[Candidate, ...]:
    """Everything known, what serves now included; the newest first."""
    container = survey.rollout.container
    places: dict[str, list[Place]] = {}
    by_identity: dict[str, str] = {}
    for place in _places(survey):
        if place.template is not None:
            what = essence(place.template, place.color, place.workload)
            places.setdefault(what, []).append(place)
            by_identity[place.identity] = what
    rows: dict[str, list[LedgerRelease]] = {}
    for row in survey.records:
        rows.setdefault(_essence_of(row, by_identity, survey), []).append(row)
    found = [
        _candidate(what, places.get(what, ()), rows.get(what, ()), container)
        for what in dict.fromkeys([*places, *rows])
    ]
    return newest_first(found)


def of_site(survey: SiteSurvey) -> tuple[Candidate, ...]:
    """Deploys that were public or are of the branch that is; previews of others never."""
    rows: dict[str, list[LedgerRelease]] = {}
    for row in survey.records:
        rows.setdefault(row.identity, []).append(row)
    known = {deploy.id: deploy for deploy in survey.deploys}
    if survey.site.published is not None:
        known.setdefault(survey.site.published.id, survey.site.published)
    found = []
    for name in dict.fromkeys([*known, *rows]):
        mine, deploy = rows.get(name, []), known.get(name)
        if mine or (deploy is not None and _public(deploy, survey)):
            found.append(_deployed(name, deploy, mine, survey))
    return newest_first(found)


def newest_first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda one: one.order, reverse=True))


def _places(survey: ClusterSurvey) -> Iterable[Place]:
    standing = [place for one in survey.workloads.values() for place in _standing(one)]
    yield from standing
    there = {(place.workload, place.identity) for place in standing}
    deployments = {one.deployment.name: one for one in survey.workloads.values()}
    for row in survey.records:
        owner = deployments.get(row.workload)
        forgotten = (row.workload, row.identity) not in there
        if owner is not None and row.template is not None and forgotten:
            yield Place(
                workload=row.workload,
                color=owner.color,
                identity=row.identity,
                held=Held.LEDGER,
                template=row.template,
            )


def _standing(workload: Workload) -> Iterable[Place]:
    deployment = workload.deployment
    created = {one.template_hash: one.created_at for one in reversed(workload.history)}
    yield Place(
        workload=deployment.name,
        color=workload.color,
        identity=deployment.template_hash,
        held=Held.CURRENT,
        template=deployment.template,
        revision=max((one.revision for one in workload.history), default=0),
        seen_at=created.get(deployment.template_hash),
    )
    for one in workload.history:
        if one.template_hash != deployment.template_hash:
            yield Place(
                workload=deployment.name,
                color=workload.color,
                identity=one.template_hash,
                held=Held.HISTORY,
                template=one.template,
                revision=one.revision,
                seen_at=one.created_at,
            )


def _essence_of(row: LedgerRelease, by_identity: Mapping[str, str], survey: ClusterSurvey) -> str:
    if row.identity in by_identity:
        return by_identity[row.identity]
    if row.template is None:
        return row.identity
    colors = {name: color for color, name in survey.rollout.deployments.items()}
    return essence(row.template, colors.get(row.workload, ""), row.workload)


def _candidate(
    what: str, places: Sequence[Place], rows: Sequence[LedgerRelease], container: str
) -> Candidate:
    template = next((place.template for place in places if place.template is not None), None)
    if template is None:
        return Candidate(essence=what, version=rows[0].version, image=rows[0].image, rows=rows)
    return Candidate(
        essence=what,
        version=version_of(template, container),
        image=image_of(template, container),
        places=tuple(places),
        rows=rows,
    )


def _public(deploy: SiteDeploy, survey: SiteSurvey) -> bool:
    published = survey.site.published
    if published is None:
        return False
    return deploy.id == published.id or (deploy.ready and deploy.branch == published.branch)


def _deployed(
    name: str, deploy: SiteDeploy | None, rows: Sequence[LedgerRelease], survey: SiteSurvey
) -> Candidate:
    version = rows[0].version if rows else ""
    if deploy is not None:
        version = version or deploy.title.strip() or deploy.commit[:SHOWN]
    places: tuple[Place, ...] = ()
    if deploy is not None and deploy.ready:
        places = (
            Place(
                workload=survey.site.id,
                color="",
                identity=name,
                held=Held.HOST,
                seen_at=deploy.published_at or deploy.created_at,
            ),
        )
    return Candidate(essence=name, version=version, places=places, rows=rows)
