"""Lets the delivery pipeline ship again."""

import msgspec

from bot.actions.parts import freezing
from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import done, look, not_done
from bot.ports.action import Action, Call, Found, Words
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    namespace: str
    deployments: tuple[str, ...]


class UnfreezeDeploys:
    name = "unfreeze_deploys"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        them = " and ".join(args.deployments)
        return Words(
            does=f"Lets deploys to {them} go again",
            touches=f"one annotation of each Deployment in {args.namespace}",
            check="no Deployment carries the freeze's mark",
            undo="freeze again",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        found = freezing.marks(cluster(world), args.namespace, args.deployments)
        if frozen := [f"{name} is frozen by {by}" for name, by in found.items() if by]:
            return not_done(", ".join(frozen))
        return done(f"deploys to {' and '.join(args.deployments)} are free")

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        found = freezing.marks(door, args.namespace, args.deployments)
        frozen = [name for name, by in found.items() if by]
        freezing.mark(door, args.namespace, frozen, None)

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        door = cluster(world)
        found = freezing.marks(door, args.namespace, args.deployments)
        freezing.mark(door, args.namespace, found, None, dry_run=True)

    def undo(self, args: Args) -> Call | None:
        """A freeze names the operation that wants it; this one wanted none."""
        return None


ACTION: Action[Args] = UnfreezeDeploys()
