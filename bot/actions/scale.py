"""Gives a Deployment as many pods as a person asked for.

Under an autoscaler that is its minimum: a count alone would be put back in seconds.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from bot.actions.parts.counting import asked_of, scaler_of, touched
from bot.actions.parts.deeds import call, deed, still_ours
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import done, look, not_done
from bot.actions.parts.rolling import rolled_out
from bot.actions.restore_minimum import Args as Back
from bot.domain.cluster.hold import ASKED, IDLE
from bot.domain.cluster.workload import Deployment, Scaler
from bot.domain.errors import GiveUp
from bot.domain.wording import count
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`scaler` is its autoscaler, empty where there is none."""

    namespace: str
    deployment: str
    scaler: str = ""
    replicas: Annotated[int, msgspec.Meta(ge=0)]


class Scale:
    name = "scale"
    args = Args
    seconds = 120

    def words(self, args: Args) -> Words:
        least = "at least " if args.scaler else ""
        return Words(
            does=f"Scales {args.deployment} to {least}{count(args.replicas, 'pod')}",
            touches=touched(args.namespace, args.scaler),
            check="that many pods are ready",
            undo="the count before is noted on the object, and put back",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        state = _read(cluster(world), args)
        return done(state.seen) if state.as_asked else not_done(state.seen, partly=state.begun)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        _scale(world, door, _read(door, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        state = _read(door, args)
        if not state.as_asked:
            return not_done(state.seen)
        found = rolled_out(world, state.deployment)
        return done(f"{found.seen}; {state.seen}") if found.standing is Standing.DONE else found

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        door = cluster(world)
        _scale(world, door, _read(door, args), dry_run=True)

    def undo(self, args: Args) -> Call | None:
        back = Back(
            namespace=args.namespace, deployment=args.deployment, scaler=args.scaler, asked=True
        )
        return call("restore_minimum", back)


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    deployment: Deployment
    scaler: Scaler | None
    asked: int

    @property
    def as_asked(self) -> bool:
        """An autoscaler may have more pods than the minimum, for the load."""
        if self.scaler is None:
            return self.deployment.replicas == self.asked
        return self.scaler.minimum == self.asked and self.deployment.replicas >= self.asked

    @property
    def begun(self) -> bool:
        """The autoscaler was told, and the pods may never have been."""
        if self.scaler is None or self.scaler.minimum != self.asked:
            return False
        return ASKED.keeps(self.scaler.annotations, self.asked)

    @property
    def seen(self) -> str:
        return asked_of(self.deployment, self.scaler)


def _read(door: Cluster, args: Args) -> _State:
    return _State(
        deployment=door.deployment(args.namespace, args.deployment),
        scaler=scaler_of(door, args.namespace, args.scaler),
        asked=args.replicas,
    )


def _scale(world: World, door: Cluster, state: _State, *, dry_run: bool = False) -> None:
    """A count held up for a rollback is the asker's from now on: nothing puts it back later."""
    deployment, scaler, asked = state.deployment, state.scaler, state.asked
    if scaler is not None:
        _must_fit(scaler, asked)
        if scaler.minimum != asked:
            marks = {**ASKED.marks(scaler.minimum, asked), **IDLE.gone}
            door.set_minimum(scaler.namespace, scaler.name, asked, marks, dry_run=dry_run)
            still_ours(world)
        if deployment.replicas >= asked:
            return
    if deployment.replicas == asked:
        return
    if scaler is None or deployment.replicas == 0:
        marks = {**ASKED.marks(deployment.replicas, asked), **IDLE.gone}
        door.annotate(deployment.namespace, deployment.name, marks, dry_run=dry_run)
        still_ours(world)
    door.scale(deployment.namespace, deployment.name, asked, dry_run=dry_run)


def _must_fit(scaler: Scaler, asked: int) -> None:
    if asked > scaler.maximum:
        raise GiveUp(
            f"Autoscaler {scaler.name} goes to {scaler.maximum} pods at most; raise its maximum, "
            f"or ask for no more than that."
        )
    if asked < 1:
        raise GiveUp(f"Autoscaler {scaler.name} cannot go below 1 pod.")


ACTION: Action[Args] = Scale()
