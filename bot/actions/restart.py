"""A rolling restart. The key stands in the template, so that the same key is one restart."""

import msgspec

from bot.actions.parts.deeds import again, deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.rolling import must_roll, rolled_out
from bot.domain.cluster.workload import RESTARTED, Deployment
from bot.ports.action import Action, Call, Found, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World

KEY = "candlefish.ai/restart-key"


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    namespace: str
    deployment: str


class Restart:
    name = "restart"
    args = Args
    seconds = 300

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Restarts the pods of {args.deployment} one wave after the other",
            touches=f"an annotation of the pod template of {args.deployment} in {args.namespace}; "
            "the release stays the same",
            check="every pod is a new one, and ready",
            undo="none: a restart leaves nothing to put back",
            stays=f"Kubernetes goes on replacing the pods of {args.deployment}",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        deployment = cluster(world).deployment(args.namespace, args.deployment)
        if _has(deployment, key):
            return done(f"{args.deployment} has been told to restart")
        return not_done(f"{args.deployment} has not been told to restart")

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        marks = {RESTARTED: world.now().isoformat(timespec="seconds"), KEY: key}
        door = cluster(world)
        again(lambda: _restart(door, args, marks))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        deployment = door.deployment(args.namespace, args.deployment)
        if not _has(deployment, key):
            return conflict(
                f"somebody gave {args.deployment} another template while it was restarting"
            )
        return rolled_out(world, deployment)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        marks = {RESTARTED: world.now().isoformat(timespec="seconds"), KEY: "rehearsal"}
        door = cluster(world)
        again(lambda: _restart(door, args, marks, dry_run=True))

    def undo(self, args: Args) -> Call | None:
        return None


def _has(deployment: Deployment, key: str) -> bool:
    annotations = deployment.template.get("metadata", {}).get("annotations") or {}
    return bool(annotations.get(KEY) == key)


def _restart(door: Cluster, args: Args, marks: dict[str, str], *, dry_run: bool = False) -> None:
    deployment = door.deployment(args.namespace, args.deployment)
    if _has(deployment, marks[KEY]):
        return
    must_roll(deployment)
    door.annotate_template(
        args.namespace,
        args.deployment,
        marks,
        generation=deployment.generation,
        dry_run=dry_run,
    )


ACTION: Action[Args] = Restart()
