"""Takes long-lived connections off an old colour by evicting its pods, a few at a time.

All of them at once would reconnect at once, and be the next incident. What is evicted comes back
empty, so that the old colour stays warm; the Deployment remembers which pods are still to go.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Annotated

import msgspec

from bot.actions.parts.deeds import deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.traffic import getting
from bot.domain.cluster.draining import DRAINING, Draining
from bot.domain.cluster.route_split import Split, split
from bot.domain.errors import GiveUp
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.trouble import Overtaken
from bot.ports.world import World


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before` is the colour to be drained and `after` the target, as the traffic knows them.

    By the `key` of `service`, or by `route`, it is seen whether traffic came back; where both are
    empty nobody looks.
    """

    namespace: str
    deployment: str
    labels: Annotated[Mapping[str, str], msgspec.Meta(min_length=1)]
    percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    every_seconds: Annotated[float, msgspec.Meta(gt=0)]
    service: str = ""
    key: str = ""
    route: str = ""
    before: str = ""
    after: str = ""


class Drain:
    name = "drain"
    args = Args
    seconds = 300

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Evicts the old pods of {args.deployment}, {args.percent} % every "
            f"{args.every_seconds:g} s, so that their connections move to the target",
            touches=f"the pods of {args.deployment} in {args.namespace}, within their disruption "
            "budget; they come back without connections",
            check="none of the pods that stood there at the beginning is left",
            undo="none: the pods are there again, and connections find their way by themselves",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        found = _found(door, args, key, gone=False)
        live = _live(door, args) if found.standing is Standing.NOT_DONE else ""
        return conflict(live) if live else found

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        """One wave after the other; what the budget still keeps at the end is told by verify.

        A pod that still gets the Service's traffic waits: endpoints may follow late.
        """
        door = cluster(world)
        until = world.now() + timedelta(seconds=self.seconds)
        if _mark(door, args, key) is None:
            names = sorted(pod.name for pod in door.pods(args.namespace, args.labels))
            _remember(door, args, Draining(key=key, pods=tuple(names)))
        every = timedelta(seconds=args.every_seconds)
        while world.now() < until:
            mark = _mark(door, args, key)
            if mark is None:
                raise GiveUp(f"Another operation has begun to drain {args.deployment}.")
            left = mark.left(_standing(door, args))
            if not left:
                return
            world.pause(mark.wait(args.percent, every, world.now()).total_seconds())
            if live := _live(door, args):
                raise GiveUp(live)
            _remember(door, args, mark.moved(world.now()))
            _evict(door, args, _spared(door, args, left), mark.wave(args.percent))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        return _found(cluster(world), args, key, gone=True)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """The mark, and one eviction; what a budget keeps now may go when its wave comes.

        Without a pod the API is asked for one that is not there: it looks at the right first.
        """
        door, mark = cluster(world), Draining(key="rehearsal", pods=())
        door.annotate(args.namespace, args.deployment, {DRAINING: mark.text}, dry_run=True)
        pod = next(iter(_standing(door, args)), f"{args.deployment}-rehearsal")
        with suppress(Overtaken):
            door.evict(args.namespace, pod, dry_run=True)

    def undo(self, args: Args) -> Call | None:
        return None


def _found(door: Cluster, args: Args, key: str, *, gone: bool) -> Found:
    mark = _mark(door, args, key)
    if mark is None:
        return not_done(f"{args.deployment} has not been drained")
    left = mark.left(_standing(door, args, terminating=gone))
    if left:
        return not_done(f"{len(left)} of {len(mark.pods)} old pods of {args.deployment} are left")
    return done(f"all {len(mark.pods)} old pods of {args.deployment} are gone")


def _live(door: Cluster, args: Args) -> str:
    """Says so where traffic points at what is to be drained: somebody brought it back."""
    if args.route:
        route = door.route(args.namespace, args.route)
        found = split(route.http, args.before, args.after)
        back = found in (Split.BEFORE, Split.BOTH, Split.LEFT)
    elif args.service:
        selector = door.service(args.namespace, args.service).selector
        back = selector.get(args.key, args.before) == args.before
    else:
        return ""
    if not back:
        return ""
    return (
        f"{args.route or args.service} sends traffic to {args.before} again: the pods of "
        f"{args.deployment} are not evicted"
    )


def _spared(door: Cluster, args: Args, pods: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that users' requests still come to."""
    if not args.service:
        return pods
    serving = getting(door, args.namespace, args.service)
    return tuple(pod for pod in pods if pod not in serving)


def _mark(door: Cluster, args: Args, key: str) -> Draining | None:
    said = door.deployment(args.namespace, args.deployment).annotations.get(DRAINING)
    mark = Draining.of(said)
    return mark if mark is not None and mark.key == key else None


def _remember(door: Cluster, args: Args, mark: Draining) -> None:
    door.annotate(args.namespace, args.deployment, {DRAINING: mark.text})


def _standing(door: Cluster, args: Args, *, terminating: bool = False) -> list[str]:
    pods = door.pods(args.namespace, args.labels)
    return [pod.name for pod in pods if terminating or not pod.terminating]


def _evict(door: Cluster, args: Args, pods: tuple[str, ...], most: int) -> None:
    """Those that a disruption budget keeps wait for the next wave."""
    for pod in pods[:most]:
        try:
            door.evict(args.namespace, pod)
        except Overtaken:
            continue
        except GiveUp:
            if pod in _standing(door, args):
                raise


ACTION: Action[Args] = Drain()
