"""Who knows which releases run, part by part: a cluster, the sites' host, or the platform alone."""

import asyncio
import contextlib
from collections.abc import Sequence

from sandbox.platform.cluster_api import ClusterAddress
from sandbox.platform.cluster_releases import ClusterReleases
from sandbox.platform.component import Component, Kind
from sandbox.platform.releases import Joined, OwnReleases, Releases
from sandbox.platform.site_releases import SiteReleases

_PATIENCE = 30.0


class Following:
    def __init__(
        self, parts: Sequence[Component], cluster: ClusterAddress | None, sites_url: str
    ) -> None:
        self._cluster = ClusterReleases(cluster) if cluster else None
        self._sites = SiteReleases(sites_url) if sites_url else None
        own = OwnReleases(parts)
        if self._cluster is None and self._sites is None:
            self.releases: Releases = own
            return
        by_kind = {Kind.KUBERNETES: self._cluster or own, Kind.SITE: self._sites or own}
        self.releases = Joined({one.name: by_kind.get(one.kind, own) for one in parts})

    async def run(self) -> None:
        """Keep them up to date until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in (self._cluster, self._sites):
                if one is not None:
                    group.create_task(one.run())

    async def ready(self) -> None:
        """Until all is known once; one that does not answer is not waited for for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                for one in (self._cluster, self._sites):
                    if one is not None:
                        await one.known.wait()
