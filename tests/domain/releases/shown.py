"""A component as the world shows it, Deployments or a site, and the ledger that learns of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.domain.cluster.workload import VERSION, Deployment, ReplicaSet
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.releases.learning import learnt
from bot.domain.releases.ledger import LedgerRelease, key
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
    colors = {name: name for name in by_name} if len(workloads) > 1 else {}
    return of_cluster("production", "api", by_name, live, code=code, colors=colors)


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


class Ledger:
    """Rows as the store would keep them."""

    def __init__(self) -> None:
        self.rows: list[LedgerRelease] = []
        self._numbers = count(1)

    def learn(self, sighting: Sighting, now: datetime) -> list[LedgerRelease]:
        """Notes as well that what serves was seen to do so."""
        changed = learnt(self.rows, sighting, now)
        for row in changed:
            if row.id is None:
                self.rows.append(replace(row, id=next(self._numbers)))
            else:
                self.rows = [row if row.id == one.id else one for one in self.rows]
        if sighting.live is not None:
            self.rows = [replace(row, seen_at=now) if row.serves else row for row in self.rows]
        keys = [key(row) for row in self.rows]
        assert len(keys) == len(set(keys))
        return changed

    def told(self) -> list[tuple[str, float | None, float | None]]:
        """Version, and minutes from noon of its service."""
        return [
            (row.version, _minutes(row.live_at), _minutes(row.superseded_at)) for row in self.rows
        ]


def _minutes(at: datetime | None) -> float | None:
    return None if at is None else round((at - NOON) / MINUTE, 3)
