"""Plans a rollback from what was asked, the catalogue, and what was read of the world.

The target of each component is resolved once, to a template's hash or a deploy's id; what runs is
then driven there. A plan without steps says that everything asked for is already there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.cluster.workload import image_of, version_of
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations import lane, room
from bot.domain.operations.asking import Asking
from bot.domain.operations.candidate import Candidate, live_of, of_cluster, of_site
from bot.domain.operations.groundwork import groundwork
from bot.domain.operations.plan import Kind, Leg, Mechanism, Origin, Plan, Release, Step
from bot.domain.operations.scope import command
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Survey, Unseen, serving
from bot.domain.operations.target import Known, Target, exact, good, may_stay, of_version
from bot.domain.operations.way import needed, way_to
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.component import Kind as ComponentKind
from bot.domain.releases.changes import between
from bot.domain.releases.ledger import LedgerRelease, newest_first


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lane:
    """`takes` is what it adds to the quotas of its namespace."""

    leg: Leg
    steps: Sequence[Step]
    takes: room.Amounts = room.NOTHING
    notes: Sequence[str] = ()
    link: str = ""


def plan(asking: Asking, surveys: Sequence[Survey | Unseen]) -> Plan:
    """Raises `Refused` with the next move; for one component what was raised on reading it.

    Where nothing would move and something could not, that is no plan: all is not well.
    """
    lanes: list[_Lane] = []
    told: list[str] = []
    troubles: list[Refused | Unavailable | GiveUp] = []
    taken: dict[str, room.Amounts] = {}
    for survey in surveys:
        home = survey.namespace if isinstance(survey, ClusterSurvey) else ""
        beside = taken.get(home, room.NOTHING)
        try:
            found = _lane(asking, survey, beside)
        except (Refused, Unavailable, GiveUp) as error:
            if not asking.whole or _must_wait(survey, error):
                raise
            told.append(f"{survey.component.name} is left as it is: {error}")
            troubles.append(error)
        else:
            lanes.append(found)
            told += found.notes
            taken[home] = room.together([beside, found.takes])
    if troubles and not any(one.steps for one in lanes):
        raise troubles[0] if len(troubles) == 1 else _nothing_moves(told)
    return _plan(asking, lanes, told)


def _nothing_moves(told: Sequence[str]) -> Refused:
    return Refused("Nothing can be rolled back. " + " ".join(told))


def _must_wait(survey: Survey | Unseen, error: Exception) -> bool:
    """The sites' host may be away while services go back; a cluster that is away comes back."""
    return isinstance(error, Unavailable) and survey.component.kind is not ComponentKind.NETLIFY


def known(asking: Asking, survey: Survey) -> Known:
    """What there is to choose from for one component."""
    if isinstance(survey, ClusterSurvey):
        candidates, live = of_cluster(survey), live_of(survey)
    else:
        candidates, live = of_site(survey), _published(survey)
    return Known(
        component=survey.component.name,
        command=command(asking.operation, survey.component.name, asking.catalogue),
        candidates=candidates,
        live=live,
        began=asking.began,
        now=asking.now,
        proven_after=asking.catalogue.policy.proven_after,
        beyond=asking.operation.request.beyond.get(survey.component.name, ""),
    )


def _lane(asking: Asking, survey: Survey | Unseen, beside: room.Amounts) -> _Lane:
    if isinstance(survey, Unseen):
        raise survey.why
    choice = known(asking, survey)
    if (
        asking.whole
        and not asking.operation.request.to_version
        and may_stay(choice, troubled=choice.component in asking.troubled)
    ):
        return _stays(survey, choice.running, "it is known to be good")
    target = _target(asking, choice)
    if target.release.essence == choice.live:
        return _stays(survey, target.release, "that is the target", target.notes)
    if isinstance(survey, ClusterSurvey):
        return _traced(_moved(asking, survey, target, beside), choice, target)
    return _traced(_restored(asking, survey, target), choice, target)


def _traced(found: _Lane, choice: Known, target: Target) -> _Lane:
    """With where both of its releases came from, and where to read what changed."""
    came, made = choice.brought, next(iter(newest_first(target.release.rows)), None)
    leg = replace(found.leg, came=_origin(came), made=_origin(made))
    if came is None or not came.change_url:
        return replace(found, leg=leg)
    return replace(found, leg=leg, link=between(made.change_url if made else "", came.change_url))


def _origin(row: LedgerRelease | None) -> Origin | None:
    if row is None:
        return None
    return Origin(at=row.live_at or row.deployed_at, by=row.deployed_by, until=row.live_by)


def _target(asking: Asking, choice: Known) -> Target:
    request = asking.operation.request
    if identity := request.target.get(choice.component):
        return exact(choice, identity)
    return of_version(choice, request.to_version) if request.to_version else good(choice)


def _stays(survey: Survey, release: Candidate, why: str, notes: Sequence[str] = ()) -> _Lane:
    name = survey.component.name
    now = _running(survey)
    return _Lane(
        leg=Leg(component=name, mechanism=Mechanism.NONE, before=now, after=now),
        steps=(),
        notes=(f"{name} is already on {release.version}: {why}.", *notes),
    )


def _moved(asking: Asking, survey: ClusterSurvey, target: Target, beside: room.Amounts) -> _Lane:
    way = way_to(target.release, survey, beside, asking.setbacks)
    after = Release(
        version=target.release.version,
        identity=way.place.identity,
        workload=way.workload.deployment.name,
        color=way.workload.color,
        image=target.release.image,
    )
    stage = _stage(asking, survey.component)
    return _Lane(
        leg=Leg(
            component=survey.component.name,
            mechanism=way.mechanism,
            before=_running(survey),
            after=after,
            otherwise=way.otherwise,
        ),
        steps=lane.moves(way, survey, after.version, stage),
        takes=needed(way),
        notes=(*target.notes, *way.notes, *_missing(survey)),
    )


def _missing(survey: ClusterSurvey) -> list[str]:
    name = survey.component.name
    return [f"{name} goes without {color}: {why}" for color, why in survey.missing.items()]


def _restored(asking: Asking, survey: SiteSurvey, target: Target) -> _Lane:
    before = _running(survey)
    place = target.release.places[0]
    after = Release(
        version=target.release.version, identity=place.identity, workload=survey.site.id
    )
    args = {
        "site": survey.component.sites[asking.operation.environment],
        "before": before.identity,
        "after": after.identity,
        "url": survey.site.url,
    }
    name = survey.component.name
    return _Lane(
        leg=Leg(component=name, mechanism=Mechanism.SITE, before=before, after=after),
        steps=lane.restored_deploy(survey.component, args, _stage(asking, survey.component)),
        notes=target.notes,
    )


def _plan(asking: Asking, lanes: Sequence[_Lane], notes: Sequence[str]) -> Plan:
    moving = [one for one in lanes if one.steps]
    components = [asking.catalogue.components[one.leg.component] for one in moving]
    return Plan(
        kind=Kind.ROLLBACK,
        environment=asking.operation.environment,
        legs=tuple(one.leg for one in moving or lanes),
        steps=(
            *groundwork(asking, components),
            *_in_stages(step for one in moving for step in one.steps),
        ),
        notes=tuple(notes),
        verify=bool(moving),
        links={one.leg.component: one.link for one in moving if one.link},
    )


def _in_stages(steps: Iterable[Step]) -> list[Step]:
    """By tier, and the tiers that there are counted from one; what goes on beside comes last."""
    found: dict[tuple[bool, int], list[Step]] = {}
    for step in steps:
        found.setdefault((step.beside, 0 if step.beside else step.stage), []).append(step)
    return [
        replace(step, stage=stage)
        for stage, tier in enumerate(sorted(found), start=lane.FIRST + 1)
        for step in found[tier]
    ]


def _stage(asking: Asking, component: Component) -> int:
    """Consumers first, unless neighbouring versions are known to get on with each other."""
    tier = component.rollout.tier if component.rollout else 1
    return 1 if asking.catalogue.policy.contract_tested else max(tier, 1)


def _running(survey: Survey) -> Release:
    if isinstance(survey, SiteSurvey):
        identity = _published(survey)
        version = next(one.version for one in of_site(survey) if one.essence == identity)
        return Release(version=version, identity=identity, workload=survey.site.id)
    live, container = serving(survey), survey.rollout.container
    return Release(
        version=version_of(live.deployment.template, container),
        identity=live.deployment.template_hash,
        workload=live.deployment.name,
        color=live.color,
        image=image_of(live.deployment.template, container),
    )


def _published(survey: SiteSurvey) -> str:
    if survey.site.published is None:
        raise Refused(
            f"{survey.component.name} has never published a deploy.",
            "Publish one at its host; there is nothing to go back from.",
        )
    return survey.site.published.id
