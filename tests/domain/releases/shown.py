"""A component as the world shows it: Deployments with their histories, or a site."""

from datetime import UTC, datetime, timedelta

from bot.domain.cluster.workload import VERSION, Deployment, ReplicaSet
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.releases.sighting import Sighting, of_cluster, of_site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def template(version: str, **notes: str) -> dict[str, object]:
    said = {f"candlefish.ai/{name.replace('_', '-')}": text for name, text in notes.items()}
    return {
        "metadata": {"labels": {VERSION: version}, "annotations": said},
        "spec": {"containers": [{"name": "main", "image": f"registry/api:{version}"}]},
    }


def workload(
    name: str, *versions: str, first: int = 1, **notes: str
) -> tuple[Deployment, list[ReplicaSet]]:
    """Its revisions in their order, an hour apart, the last one running."""
    history = [
        ReplicaSet(
            name=f"{name}-{version}",
            revision=first + number,
            created_at=NOON - timedelta(hours=10 - number),
            replicas=0,
            ready=0,
            template=template(version, **notes),
        )
        for number, version in enumerate(versions)
    ]
    running = Deployment(
        namespace="production", name=name, uid=name, generation=1, observed_generation=1,
        replicas=1, current=1, updated=1, available=1, selector={"app": name},
        template=template(versions[-1], **notes),
    )  # fmt: skip
    return running, history


def cluster(*workloads: tuple[Deployment, list[ReplicaSet]], live: str, code: str = "") -> Sighting:
    by_name = {found[0].name: found for found in workloads}
    return of_cluster("production", "api", by_name, live, code=code, coloured=len(workloads) > 1)


def deploy(number: int, *, hours: float | None, title: str = "") -> SiteDeploy:
    return SiteDeploy(
        id=f"deploy{number}deploy{number}",
        state="ready",
        created_at=NOON - timedelta(hours=20),
        published_at=None if hours is None else NOON - timedelta(hours=hours),
        title=title,
        commit="0123456789abcdef",
        url=f"https://deploy-{number}.example",
    )


def site(published: SiteDeploy, *others: SiteDeploy, code: str = "") -> Sighting:
    found = Site(id="s1", name="docs", url="https://docs.example", published=published)
    return of_site("production", "docs-site", found, [published, *others], code=code)
