"""Shows an explicit earlier deploy of a site, and keeps it there.

Locked first, so that no build in flight goes out in between; restored; locked again, as
publishing a deploy by its id takes the lock off. A build that still slips through is put back.
"""

import msgspec

from bot.actions.parts.deeds import again, call, deed, still_ours
from bot.actions.parts.doors import sites
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.domain.errors import GiveUp
from bot.domain.releases.deploy import SiteDeploy
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.sites import Sites
from bot.ports.trouble import Overtaken
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is where visitors go; empty where nobody has said."""

    site: str
    before: str
    after: str
    url: str = ""


class RestoreDeploy:
    name = "restore_deploy"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Publishes deploy {args.after} of {args.site} again, and locks it",
            touches=f"what visitors of {args.site} see; it shows deploy {args.before} now",
            check="Netlify has it published and locked, and the site serves that build",
            undo=f"publish deploy {args.before} again, and lock it",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        return _published(sites(world), args)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = sites(world)
        _must_be_ready(door, args.after)
        if (found := _published(door, args)).standing is Standing.CONFLICT:
            raise GiveUp(found.seen)
        again(lambda: _restore(world, door, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = sites(world)
        found = _published(door, args)
        if found.standing is not Standing.DONE or world.visits is None or not args.url:
            return found
        served = world.visits.get(args.url).version
        if served in _marks(door.deploy(args.after)):
            return done(f"{found.seen}, and {args.url} serves it")
        if served in _marks(door.deploy(args.before)):
            return not_done(f"{found.seen}, but {args.url} still serves the one before")
        return done(f"{found.seen}; {args.url} does not say which of the two it serves")

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """Netlify has no dry run: what can be asked is whether both deploys are there and ready."""
        door = sites(world)
        _must_be_ready(door, args.after)
        if (found := _published(door, args)).standing is Standing.CONFLICT:
            raise GiveUp(found.seen)

    def undo(self, args: Args) -> Call | None:
        back = msgspec.structs.replace(args, before=args.after, after=args.before)
        return call(self.name, back)


def _published(door: Sites, args: Args) -> Found:
    live = door.site(args.site).published
    if live is None:
        return conflict(f"{args.site} has published nothing")
    if live.id == args.after and live.locked:
        return done(f"{args.site} shows deploy {args.after}, locked")
    if live.id == args.after:
        return not_done(f"{args.site} shows deploy {args.after} and is not locked", partly=True)
    if live.id == args.before:
        return not_done(f"{args.site} still shows deploy {args.before}")
    return conflict(
        f"{args.site} shows deploy {_named(live)}: neither {args.before}, as planned from, "
        f"nor {args.after}"
    )


def _restore(world: World, door: Sites, args: Args) -> None:
    still_ours(world)
    live = door.site(args.site).published
    if live is not None and live.id != args.after:
        door.lock(live.id)
        still_ours(world)
        door.restore(args.site, args.after)
        still_ours(world)
    door.lock(args.after)
    now = door.site(args.site).published
    if now is None or now.id != args.after:
        raise Overtaken(f"A build of {args.site} went out while it was being restored.")


def _must_be_ready(door: Sites, deploy: str) -> None:
    found = door.deploy(deploy)
    if not found.ready:
        raise GiveUp(f"Deploy {_named(found)} is {found.state}: only a ready one can be published.")


def _marks(deploy: SiteDeploy) -> set[str]:
    """What a page may say that it was built from."""
    return {deploy.build, deploy.id, deploy.commit} - {""}


def _named(deploy: SiteDeploy) -> str:
    return f"{deploy.id} ({deploy.title})" if deploy.title else deploy.id


ACTION: Action[Args] = RestoreDeploy()
