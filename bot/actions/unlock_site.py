"""Lets a site's builds publish themselves again."""

import msgspec

from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import sites
from bot.actions.parts.looks import done, look, not_done
from bot.ports.action import Action, Call, Found, Words
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    site: str


class UnlockSite:
    name = "unlock_site"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Lets builds of {args.site} publish themselves again",
            touches=f"the lock of {args.site} at Netlify; what visitors see stays as it is",
            check="the published deploy is not locked",
            undo="freeze again",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        published = sites(world).site(args.site).published
        if published is None or not published.locked:
            return done(f"{args.site} is not locked")
        return not_done(f"{args.site} is locked at deploy {published.id}")

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = sites(world)
        published = door.site(args.site).published
        if published is not None and published.locked:
            door.unlock(published.id)

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """Netlify has no dry run: that the site can be read says that it is there, and ours."""
        sites(world).site(args.site)

    def undo(self, args: Args) -> Call | None:
        return None


ACTION: Action[Args] = UnlockSite()
