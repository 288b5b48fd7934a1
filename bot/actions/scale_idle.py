"""Gives an idle colour as many pods as the live one has, before it may take the traffic.

Without load its autoscaler holds it at its minimum, and ten pods' work would fall on three. The
live load is read when it acts; what the count was before stands in an annotation.
"""

from dataclasses import dataclass

import msgspec

from bot.actions.parts.counting import asked_of, scaler_of, touched
from bot.actions.parts.deeds import call, deed, still_ours
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.rolling import rolled_out
from bot.actions.restore_minimum import Args as Back
from bot.domain.cluster.hold import IDLE
from bot.domain.cluster.load import Wanted, load_of, wanted_idle
from bot.domain.cluster.workload import Deployment, Scaler
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`scaler` and `live_scaler` are autoscalers, empty where there are none.

    `service` is the Service between the two: with it, the undo may also take pods away that no
    autoscaler would.
    """

    namespace: str
    deployment: str
    scaler: str = ""
    live_deployment: str
    live_scaler: str = ""
    service: str = ""


class ScaleIdle:
    name = "scale_idle"
    args = Args
    seconds = 40

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Gives {args.deployment} as many pods as {args.live_deployment} has",
            touches=f"{touched(args.namespace, args.scaler)}; no traffic moves",
            check="as many pods are ready as the live colour has",
            undo="the count before is noted on the object, and put back",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        state = _read(cluster(world), args)
        return done(state.seen) if state.raised else not_done(state.seen, partly=state.held)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        _raise(world, door, _read(door, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        """By what was wanted when it acted: the live load may have grown since."""
        door = cluster(world)
        state = _read(door, args)
        if not (state.raised or state.held):
            return conflict(f"somebody put {args.deployment} back: {state.seen}")
        found = rolled_out(world, state.idle)
        return done(f"{found.seen}; {state.seen}") if found.standing is Standing.DONE else found

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        door = cluster(world)
        _raise(world, door, _read(door, args), dry_run=True)

    def undo(self, args: Args) -> Call | None:
        back = Back(
            namespace=args.namespace,
            deployment=args.deployment,
            scaler=args.scaler,
            service=args.service,
        )
        return call("restore_minimum", back)


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    idle: Deployment
    scaler: Scaler | None
    wanted: Wanted

    @property
    def low(self) -> bool:
        """Whether the autoscaler would take pods away again."""
        return self.scaler is not None and self.scaler.minimum < self.wanted.pods

    @property
    def few(self) -> bool:
        return self.idle.replicas < self.wanted.pods

    @property
    def raised(self) -> bool:
        return not (self.low or self.few)

    @property
    def held(self) -> bool:
        marked = self.idle if self.scaler is None else self.scaler
        return IDLE.on(marked.annotations)

    @property
    def seen(self) -> str:
        note = f"; {self.wanted.note}" if self.wanted.note else ""
        return f"{asked_of(self.idle, self.scaler)}; wanted are {self.wanted.pods}{note}"


def _read(door: Cluster, args: Args) -> _State:
    live = door.deployment(args.namespace, args.live_deployment)
    load = load_of(live, scaler_of(door, args.namespace, args.live_scaler))
    scaler = scaler_of(door, args.namespace, args.scaler)
    idle = door.deployment(args.namespace, args.deployment)
    return _State(idle=idle, scaler=scaler, wanted=wanted_idle(load, scaler))


def _raise(world: World, door: Cluster, state: _State, *, dry_run: bool = False) -> None:
    """The count is raised by hand too: the autoscaler may take its time, and rests at 0."""
    idle, scaler, pods = state.idle, state.scaler, state.wanted.pods
    if scaler is not None and state.low:
        before = IDLE.original(scaler.annotations, scaler.minimum)
        marks = IDLE.marks(before, pods)
        door.set_minimum(scaler.namespace, scaler.name, pods, marks, dry_run=dry_run)
        still_ours(world)
    if not state.few:
        return
    if scaler is None or idle.replicas == 0:
        before = IDLE.original(idle.annotations, idle.replicas)
        door.annotate(idle.namespace, idle.name, IDLE.marks(before, pods), dry_run=dry_run)
        still_ours(world)
    door.scale(idle.namespace, idle.name, pods, dry_run=dry_run)


ACTION: Action[Args] = ScaleIdle()
