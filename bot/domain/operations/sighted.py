"""What a survey shows of a component's releases, as the ledger keeps them."""

from bot.domain.errors import Refused
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Survey, serving
from bot.domain.releases.sighting import Sighting, of_cluster, of_site

_CODE = "Code"  # the link of a component that leads to its repository


def sighted(survey: Survey) -> Sighting:
    environment, name = survey.environment, survey.component.name
    code = survey.component.links.get(_CODE, "")
    if isinstance(survey, SiteSurvey):
        return of_site(environment, name, survey.site, survey.deploys, code=code)
    workloads = {
        one.deployment.name: (one.deployment, one.history) for one in survey.workloads.values()
    }
    rollout = survey.rollout
    colors = {one: color for color, one in rollout.deployments.items()} if rollout.coloured else {}
    return of_cluster(
        environment,
        name,
        workloads,
        _live(survey),
        container=rollout.container,
        code=code,
        colors=colors,
    )


def _live(survey: ClusterSurvey) -> str:
    """Empty while nobody can say which has the traffic."""
    try:
        return serving(survey).deployment.name
    except Refused:
        return ""
