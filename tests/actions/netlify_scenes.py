"""One scene for each action on a site."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.actions import lock_site, restore_deploy, unlock_site
from bot.adapters.netlify import Netlify
from bot.adapters.visits import HttpVisits
from bot.ports.world import World
from bot.secret import Secret
from sandbox.netlify.publishing import locked
from sandbox.netlify.server import NetlifyTwin
from tests.actions.scene import Scene

SITE = "candlefish-docs-site"


@dataclass(frozen=True, kw_only=True)
class SiteRig:
    """The Netlify twin, and the adapters that the bot has to it and to its sites."""

    twin: NetlifyTwin
    sites: Netlify
    visits: HttpVisits

    @property
    def world(self) -> World:
        return World(now=lambda: datetime.now(UTC), sites=self.sites, visits=self.visits)

    @property
    def live(self) -> str:
        return self.twin.site(SITE).published

    def deploy(self, title: str) -> str:
        return next(each.id for each in self.twin.site(SITE).deploys if each.title == title)

    def restoring(self, title: str = "v1.4.0") -> restore_deploy.Args:
        url = self.twin.site_url(SITE)
        return restore_deploy.Args(site=SITE, before=self.live, after=self.deploy(title), url=url)


@contextmanager
def site_rigged() -> Iterator[SiteRig]:
    with (
        NetlifyTwin() as twin,
        closing(HttpVisits()) as visits,
        closing(Netlify(Secret(twin.token), twin.api_url)) as sites,
    ):
        yield SiteRig(twin=twin, sites=sites, visits=visits)


def scene(rig: SiteRig, args: Any, names: str, **more: Any) -> Scene:
    twin = rig.twin
    return Scene(
        world=rig.world,
        args=args,
        names=names,
        effects=lambda: len(twin.effects()),
        requests=lambda: sum(each.method != "GET" for each in twin.journal.requests()),
        lose=lambda: twin.faults.lose_answer("POST", "."),
        away=lambda: twin.faults.drop("*", ".", times=1_000),
        forbidden=lambda: twin.faults.status("POST", ".", 403, times=1_000),
        **more,
    )


def _lock(rig: SiteRig) -> Scene:
    return scene(rig, lock_site.Args(site=SITE), SITE)


def _unlock(rig: SiteRig) -> Scene:
    rig.twin.account.apply(SITE, lambda site: locked(site, rig.live, on=True))
    return scene(rig, unlock_site.Args(site=SITE), SITE)


def _restore(rig: SiteRig) -> Scene:
    return scene(rig, rig.restoring(), SITE, state=lambda: rig.live, writes=3)


SCENES: Mapping[str, Callable[[SiteRig], Scene]] = {
    "lock_site": _lock,
    "unlock_site": _unlock,
    "restore_deploy": _restore,
}
