"""The account's sites under one lock, and what visitors are served at each moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import RLock

from sandbox.netlify.deploy import Context, Deploy, health_of, object_id
from sandbox.netlify.publishing import finished, started
from sandbox.netlify.site import NoSuchDeploy, Site

DOMAIN = ".netlify.app"
Act = Callable[[Site], Site]


class NoSuchSite(Exception):
    """No site has this id or name."""


@dataclass(frozen=True, kw_only=True)
class Published:
    at: datetime
    deploy: Deploy


class Account:
    """`edge_delay` is how long visitors still get the old deploy after another is published."""

    def __init__(self, sites: Iterable[Site], clock: Callable[[], datetime]) -> None:
        self.edge_delay = timedelta()
        self.lock = RLock()
        self._clock = clock
        self._sites = {site.id: site for site in sites}
        self._published: dict[str, list[Published]] = {
            site.id: [Published(at=datetime.min.replace(tzinfo=UTC), deploy=site.live)]
            for site in self._sites.values()
            if site.live
        }
        self._builds = 0

    def now(self) -> datetime:
        return self._clock()

    def sites(self) -> list[Site]:
        with self.lock:
            return list(self._sites.values())

    def site(self, name: str) -> Site:
        """By its id, or by its address at Netlify."""
        with self.lock:
            found = self._sites.get(name.removesuffix(DOMAIN))
        if found is None:
            raise NoSuchSite(name)
        return found

    def holding(self, deploy_id: str) -> Site:
        """The site that this deploy belongs to."""
        for site in self.sites():
            if any(each.id == deploy_id for each in site.deploys):
                return site
        raise NoSuchDeploy(deploy_id)

    def apply(self, site_id: str, act: Act) -> bool:
        """Lets `act` happen to the site, and says whether it changed anything."""
        with self.lock:
            before = self.site(site_id)
            after = act(before)
            self._sites[before.id] = after
            if after.live is not None and after.published != before.published:
                entry = Published(at=self.now(), deploy=after.live)
                self._published.setdefault(before.id, []).append(entry)
            return after != before

    def start_build(
        self, site_id: str, title: str, *, context: Context = Context.PRODUCTION, branch: str = ""
    ) -> Deploy:
        """A build in flight, until `finish_build`; its health goes by its title."""
        with self.lock:
            self._builds += 1
            site, now = self.site(site_id), self.now()
            deploy = Deploy(
                id=object_id("deploy", site.id, title, len(site.deploys), self._builds),
                title=title,
                commit=object_id("commit", site.id, title, self._builds).ljust(40, "0"),
                created_at=now,
                updated_at=now,
                context=context,
                branch=branch or "main",
                health=health_of(title),
            )
            self.apply(site.id, lambda before: started(before, deploy))
            return deploy

    def finish_build(self, deploy_id: str, *, error: str = "") -> Deploy:
        """A good production build goes live here, unless a lock holds the site."""
        with self.lock:
            site = self.holding(deploy_id)
            self.apply(site.id, lambda now: finished(now, deploy_id, self.now(), error=error))
            return self.site(site.id).deploy(deploy_id)

    def served(self, site_id: str) -> Deploy | None:
        """What a visitor of the site gets now."""
        with self.lock:
            site = self.site(site_id)
            until = self.now() - self.edge_delay
            history = self._published.get(site.id, [])
            past = [each.deploy for each in history if each.at <= until]
            return past[-1] if past else None
