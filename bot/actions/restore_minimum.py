"""Puts back the count that something was held at for a while, from the object's own annotations.

What somebody else has changed since is left. Pods are taken away by hand only where they are
known to be idle: by the time it runs, the colour that was idle may carry all the traffic.
"""

from dataclasses import dataclass

import msgspec

from bot.actions.parts.counting import scaler_of, touched
from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import done, look, not_done
from bot.domain.cluster.hold import ASKED, IDLE, Hold
from bot.domain.cluster.workload import Deployment, Scaler
from bot.domain.errors import GiveUp
from bot.domain.wording import count
from bot.ports.action import Action, Call, Found, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`service` is the one that must not select the Deployment for its pods to be taken away.

    `asked` puts back what a person asked for with `scale`, wherever the traffic is.
    """

    namespace: str
    deployment: str
    scaler: str = ""
    service: str = ""
    asked: bool = False


class RestoreMinimum:
    name = "restore_minimum"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Puts {args.deployment} back to the count that it had before",
            touches=touched(args.namespace, args.scaler),
            check="nothing holds it up any more",
            undo="none: its autoscaler goes by the load",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        state = _read(cluster(world), args)
        if state.on_scaler or state.on_deployment:
            return not_done(f"{args.deployment} is still held: {_seen(state)}")
        return done(f"nothing holds {args.deployment}: {_seen(state)}")

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        _release(door, args, _read(door, args))

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        door = cluster(world)
        _release(door, args, _read(door, args), dry_run=True)

    def undo(self, args: Args) -> Call | None:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    hold: Hold
    deployment: Deployment
    scaler: Scaler | None

    @property
    def on_scaler(self) -> bool:
        return self.scaler is not None and self.hold.on(self.scaler.annotations)

    @property
    def on_deployment(self) -> bool:
        return self.hold.on(self.deployment.annotations)


def _read(door: Cluster, args: Args) -> _State:
    return _State(
        hold=ASKED if args.asked else IDLE,
        deployment=door.deployment(args.namespace, args.deployment),
        scaler=scaler_of(door, args.namespace, args.scaler),
    )


def _seen(state: _State) -> str:
    least = f", minimum {state.scaler.minimum}" if state.scaler else ""
    return f"{count(state.deployment.replicas, 'pod')}{least}"


def _release(door: Cluster, args: Args, state: _State, *, dry_run: bool = False) -> None:
    hold, deployment, scaler = state.hold, state.deployment, state.scaler
    if scaler is not None and state.on_scaler:
        before = hold.original(scaler.annotations, scaler.minimum)
        door.set_minimum(scaler.namespace, scaler.name, before, hold.gone, dry_run=dry_run)
    if not state.on_deployment:
        return
    before = hold.original(deployment.annotations, deployment.replicas)
    if before != deployment.replicas and (args.asked or _idle(door, args, deployment)):
        _count(door, args, before, dry_run=dry_run)
    door.annotate(args.namespace, args.deployment, hold.gone, dry_run=dry_run)


def _count(door: Cluster, args: Args, pods: int, *, dry_run: bool) -> None:
    """A cluster may forbid the bot to scale to nothing; idle pods that stay harm nobody."""
    try:
        door.scale(args.namespace, args.deployment, pods, dry_run=dry_run)
    except GiveUp:
        if args.asked:
            raise


def _idle(door: Cluster, args: Args, deployment: Deployment) -> bool:
    if not args.service:
        return False
    labels = deployment.template.get("metadata", {}).get("labels") or {}
    selector = door.service(args.namespace, args.service).selector
    return any(labels.get(name) != value for name, value in selector.items())


ACTION: Action[Args] = RestoreMinimum()
