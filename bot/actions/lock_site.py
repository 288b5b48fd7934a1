"""Keeps a site at what it shows now: builds that finish are not published while it is locked."""

import msgspec

from bot.actions.parts.deeds import again, deed
from bot.actions.parts.doors import sites
from bot.actions.parts.looks import done, look, not_done
from bot.domain.errors import GiveUp
from bot.ports.action import Action, Call, Found, Words
from bot.ports.sites import Sites
from bot.ports.trouble import Overtaken
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    site: str


class LockSite:
    name = "lock_site"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Locks {args.site} at the deploy that it shows now",
            touches=f"the lock of {args.site} at Netlify; what visitors see stays as it is",
            check="the published deploy is locked",
            undo="stays until a person lifts it with unfreeze",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        site = sites(world).site(args.site)
        if site.published is None:
            return not_done(f"{args.site} has published nothing")
        if site.published.locked:
            return done(f"{args.site} is locked at deploy {site.published.id}")
        return not_done(f"{args.site} shows deploy {site.published.id} and is not locked")

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        again(lambda: _lock(sites(world), args.site))

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """Netlify has no dry run: that the site can be read says that it is there, and ours."""
        sites(world).site(args.site)

    def undo(self, args: Args) -> Call | None:
        """As a freeze: only a person knows when builds may go out again."""
        return None


def _lock(door: Sites, site: str) -> None:
    published = door.site(site).published
    if published is None:
        raise GiveUp(f"{site} has published nothing that could be locked.")
    if published.locked:
        return
    door.lock(published.id)
    now = door.site(site).published
    if now is None or now.id != published.id:
        raise Overtaken(f"A build of {site} went out while it was being locked.")


ACTION: Action[Args] = LockSite()
