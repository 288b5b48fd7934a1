"""How one component gets to its target: the fastest mechanism that there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.cluster.load import load_of, wanted_idle
from bot.domain.cluster.unmoved import unmoved
from bot.domain.cluster.workload import Template
from bot.domain.errors import Refused
from bot.domain.operations import room
from bot.domain.operations.candidate import Candidate, Held, Place
from bot.domain.operations.plan import Mechanism
from bot.domain.operations.setback import Setback, against
from bot.domain.operations.survey import ClusterSurvey, Workload, serving


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """`place` is where the target is, `workload` the Deployment that will carry it.

    `lacking` says which quota stands against it, `setback` where its idle colour did not come up,
    `left` what a mesh would go on sending elsewhere;
    `otherwise` is what could be restored in place instead; `notes` are for a person to read.
    """

    mechanism: Mechanism
    place: Place
    live: Workload
    workload: Workload
    lacking: tuple[str, ...] = ()
    setback: Setback | None = None
    left: str = ""
    otherwise: str = ""
    notes: tuple[str, ...] = ()

    @property
    def switches(self) -> bool:
        return self.workload is not self.live

    @property
    def restores(self) -> bool:
        return self.place.held is not Held.CURRENT


def way_to(
    target: Candidate,
    survey: ClusterSurvey,
    beside: room.Amounts = room.NOTHING,
    setbacks: Sequence[Setback] = (),
) -> Way:
    """`Refused` where no mechanism leads there, whatever the room.

    `beside` is what the plan takes for other components from the same quotas.
    """
    ways = sorted(_ways(target, survey, beside, setbacks), key=_pace)
    usable = [one for one in ways if not _obstacle(one, survey)]
    if not usable:
        raise _refusal(target, ways, survey)
    best = min(usable, key=_obstructed)
    in_place = [one for one in usable if not (one.switches or one.lacking)]
    if best.switches and in_place:
        best = replace(best, otherwise=in_place[0].workload.deployment.name)
    return _noted(best, ways[0], target, survey)


def way_by(place: Place, survey: ClusterSurvey) -> Way:
    """The one that a plan took from that place; `Refused` where it leads nowhere any more."""
    way = _way(place, survey)
    if obstacle := _obstacle(way, survey):
        raise obstacle
    return way


def needed(way: Way) -> room.Amounts:
    """What it adds to the quotas of its namespace, at most."""
    template = way.place.template or way.workload.deployment.template
    if way.switches:
        return room.to_scale(way.workload, way.live, template)
    return room.to_roll(way.workload, template)


def _ways(
    target: Candidate, survey: ClusterSurvey, beside: room.Amounts, setbacks: Sequence[Setback]
) -> list[Way]:
    found = [_way(place, survey) for place in target.places]
    return [
        replace(
            way,
            lacking=room.lacking(survey.quotas or (), needed(way), beside),
            setback=against(way.workload.deployment.name, target.identities, setbacks)
            if way.switches
            else None,
        )
        for way in found
        if way.switches or way.restores
    ]


def _way(place: Place, survey: ClusterSurvey) -> Way:
    live, route = serving(survey), survey.route
    return Way(
        mechanism=_mechanism(place, survey),
        place=place,
        live=live,
        workload=survey.workloads[place.color],
        left=unmoved(route, live.color, place.color) if route and place.color != live.color else "",
    )


def _mechanism(place: Place, survey: ClusterSurvey) -> Mechanism:
    match place.held:
        case Held.CURRENT:
            return Mechanism.ROUTE if survey.route is not None else Mechanism.SWITCH
        case Held.HISTORY:
            return Mechanism.TEMPLATE
        case _:
            return Mechanism.REDEPLOY


def _pace(way: Way) -> tuple[int, bool]:
    """The idle colour first: it is made ready while nothing is asked of it."""
    return list(Held).index(way.place.held), not way.switches


def _obstructed(way: Way) -> tuple[bool, bool, bool]:
    """Without room it leads nowhere, and one that leaves users behind mends only a part.

    What did not come up just now may come up after all.
    """
    return bool(way.lacking), bool(way.left), way.setback is not None


def _obstacle(way: Way, survey: ClusterSurvey) -> Refused | None:
    deployment = way.workload.deployment
    if way.restores and deployment.paused:
        return Refused(
            f"{deployment.name} is paused: it would take the template and roll nothing.",
            f"`{deployment.to_resume}`, then ask again.",
        )
    if way.switches and (unmatched := _unmatched(way, survey)):
        return Refused(
            f"The pods of {deployment.name} do not carry {unmatched}: switched to them, the "
            f"Service {survey.rollout.service} would find nobody.",
            "Give the pod template the label, or choose a release that has it.",
        )
    return None


def _unmatched(way: Way, survey: ClusterSurvey) -> str:
    if survey.service is None or survey.route is not None:
        return ""
    wanted = {**survey.service.selector, survey.rollout.selector: way.workload.color}
    labels = _labels(way.place.template or way.workload.deployment.template)
    return ", ".join(f"{key}={value}" for key, value in wanted.items() if labels.get(key) != value)


def _labels(template: Template) -> dict[str, str]:
    return dict(template.get("metadata", {}).get("labels") or {})


def _refusal(target: Candidate, ways: Sequence[Way], survey: ClusterSurvey) -> Refused:
    found = next((why for one in ways if (why := _obstacle(one, survey))), None)
    name = survey.component.name
    return found or Refused(f"No template of {target.version} is left for {name}.")


def _noted(best: Way, fastest: Way, target: Candidate, survey: ClusterSurvey) -> Way:
    notes = []
    if best.place is not fastest.place:
        deployment = best.workload.deployment
        notes.append(
            f"{survey.component.name}: {_why_not(fastest, survey)}. So {target.version} is "
            f"restored in place on {deployment.name}, {deployment.max_surge} at a time."
        )
    if best.setback is not None:
        notes.append(
            f"{survey.component.name}: {best.setback.said}, and there is no other way to "
            f"{target.version} now. It is tried again."
        )
    if best.left:
        notes.append(f"{best.left}. Move it or drop it, or mind who still gets what is left.")
    if best.switches and best.workload.scaler is not None:
        load = load_of(best.live.deployment, best.live.scaler)
        notes += filter(None, [wanted_idle(load, best.workload.scaler).note])
    if best.restores and not best.workload.deployment.history_limit:
        notes.append(
            f"{best.workload.deployment.name} keeps no history (revisionHistoryLimit 0): the "
            "template comes from the release ledger."
        )
    return replace(best, notes=tuple(notes))


def _why_not(way: Way, survey: ClusterSurvey) -> str:
    if obstacle := _obstacle(way, survey):
        return obstacle.fact.rstrip(".")
    if way.lacking:
        name = way.workload.deployment.name
        return f"no room to bring {name} to the live load ({'; '.join(way.lacking)})"
    return way.left or (way.setback.said if way.setback else "")
