"""Stops deploys: the delivery pipeline ships nothing to a Deployment that carries the mark."""

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
    operation: str


class FreezeDeploys:
    name = "freeze_deploys"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        them = " and ".join(args.deployments)
        return Words(
            does=f"Freezes deploys to {them}, in the name of {args.operation}",
            touches=f"one annotation of each Deployment in {args.namespace}",
            check="each Deployment carries the mark",
            undo="stays until a person lifts it with unfreeze",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        """Frozen by another operation is frozen too: its mark stays, to say who was first."""
        found = freezing.marks(cluster(world), args.namespace, args.deployments)
        frozen = ", ".join(f"{name} is frozen by {by}" for name, by in found.items() if by)
        free = [name for name, by in found.items() if not by]
        if not free:
            return done(frozen)
        seen = f"deploys to {' and '.join(free)} are not frozen"
        partly = args.operation in found.values()
        return not_done(f"{frozen}; {seen}" if frozen else seen, partly=partly)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        found = freezing.marks(door, args.namespace, args.deployments)
        free = [name for name, by in found.items() if not by]
        freezing.mark(door, args.namespace, free, args.operation)

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        door = cluster(world)
        found = freezing.marks(door, args.namespace, args.deployments)
        freezing.mark(door, args.namespace, found, args.operation, dry_run=True)

    def undo(self, args: Args) -> Call | None:
        return None


ACTION: Action[Args] = FreezeDeploys()
