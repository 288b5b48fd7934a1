"""Moves traffic from one colour to the other where an Istio VirtualService decides it.

Its rules name the colours as subsets; all their weight goes to one of them.
"""

import msgspec

from bot.actions.parts import traffic
from bot.actions.parts.builds import of_build, other_build
from bot.actions.parts.deeds import again, call, deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.subset_known import subset_known
from bot.actions.parts.switching import Colours, outage, stayed, to_do
from bot.domain.cluster.route_split import Split, pointed, split
from bot.domain.cluster.unmoved import unmoved
from bot.domain.cluster.workload import Deployment, Route
from bot.domain.errors import GiveUp, Unavailable
from bot.domain.wording import count
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World


class Args(Colours, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before` and `after` are subsets.

    `leaves` lets stay what a switch does not move: the plan told of it, or it was so before the
    switch that is undone.
    """

    namespace: str
    route: str
    leaves: bool = False


class SwitchRoute:
    name = "switch_route"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        usual = "usual " if args.leaves else ""
        return Words(
            does=f"Switches the {usual}traffic of {args.route} from {args.before} to {args.after}",
            touches=f"the weights of VirtualService {args.route} in {args.namespace}: all its "
            f"{usual}traffic goes to {args.after_deployment}",
            check=f"a DestinationRule has subset {args.after}; every {usual}rule sends everything "
            "there, and its pods are ready",
            undo=f"switch back to {args.before}",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        route = door.route(args.namespace, args.route)
        found = _standing(route, args)
        return _target(door, route, args) if found.standing is Standing.NOT_DONE else found

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        again(lambda: _switch(door, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        found = stayed(_standing(door.route(args.namespace, args.route), args), args.route, args)
        if found.standing is Standing.CONFLICT:
            return found
        ready = door.deployment(args.namespace, args.after_deployment).available
        if not ready:
            return not_done(f"{found.seen}, but no pod of {args.after_deployment} is ready")
        return done(f"{found.seen}; {count(ready, 'pod')} of {args.after_deployment} ready")

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """Without a look at the pods: an idle colour may only be scaled in the step before."""
        door = cluster(world)
        route = door.route(args.namespace, args.route)
        if to_do(_standing(route, args)):
            known = subset_known(door, route, args.before, args.after)
            if known.standing is Standing.CONFLICT:
                raise GiveUp(known.seen)
            door.reroute(route, pointed(route.http, args.before, args.after), dry_run=True)
            if known.standing is Standing.UNKNOWN:
                raise Unavailable(known.seen)

    def undo(self, args: Args) -> Call | None:
        return call(self.name, msgspec.structs.replace(args.swapped(), leaves=True))


def _standing(route: Route, args: Args) -> Found:
    left = "" if args.leaves else unmoved(route, args.before, args.after)
    if left:
        return conflict(f"{left}: nobody was told of that")
    match split(route.http, args.before, args.after):
        case Split.AFTER:
            return done(f"{args.route} sends everything to {args.after}")
        case Split.LEFT:
            return done(
                f"{args.route} sends everything to {args.after} but what goes by the request to "
                f"{args.before}"
            )
        case Split.BEFORE:
            return not_done(f"{args.route} still sends everything to {args.before}")
        case Split.BOTH:
            return conflict(f"{args.route} splits traffic between {args.before} and {args.after}")
        case Split.NEITHER:
            return conflict(f"{args.route} names neither {args.before} nor {args.after}")


def _target(door: Cluster, route: Route, args: Args) -> Found:
    """A subset of which nobody can tell stops nothing here: it was told when it was planned."""
    known = subset_known(door, route, args.before, args.after)
    if known.standing is Standing.CONFLICT:
        return known
    deployment = door.deployment(args.namespace, args.after_deployment)
    if other := other_build(deployment, args.after_template):
        return other
    ready = _ready(door, deployment, args)
    if not ready:
        return outage(args.route, args)
    return not_done(
        f"{args.route} still sends everything to {args.before}; {count(ready, 'pod')} of "
        f"{args.after} ready"
    )


def _ready(door: Cluster, deployment: Deployment, args: Args) -> int:
    if not args.after_template:
        return deployment.available
    pods = traffic.ready_pods(door, args.namespace, deployment.selector)
    return len(of_build(door, deployment, args.after_template, pods))


def _switch(door: Cluster, args: Args) -> None:
    route = door.route(args.namespace, args.route)
    if to_do(_standing(route, args)) and to_do(_target(door, route, args)):
        door.reroute(route, pointed(route.http, args.before, args.after))


ACTION: Action[Args] = SwitchRoute()
