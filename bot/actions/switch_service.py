"""Moves the traffic of a Service from one colour to the other.

The API takes a selector that matches nothing, and that is an outage: so the target's ready pods
are counted with the whole new selector before, and the endpoints are looked at after.
"""

from bot.actions.parts import traffic
from bot.actions.parts.builds import of_build, other_build
from bot.actions.parts.deeds import again, call, deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.switching import Colours, outage, stayed, to_do
from bot.domain.cluster.workload import Service
from bot.domain.wording import count
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.world import World


class Args(Colours, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`key` is the selector's key that holds the colour; `before` and `after` are its values."""

    namespace: str
    service: str
    key: str


class SwitchService:
    name = "switch_service"
    args = Args
    seconds = 30

    def words(self, args: Args) -> Words:
        return Words(
            does=f"Switches the traffic of {args.service} from {args.before} to {args.after}",
            touches=f"the selector of Service {args.service} in {args.namespace}: all its traffic "
            f"goes to {args.after_deployment}",
            check=f"only ready pods of {args.after} are behind the Service",
            undo=f"switch back to {args.before}",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        service = door.service(args.namespace, args.service)
        found = _standing(service, args)
        return _target(door, service, args) if found.standing is Standing.NOT_DONE else found

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        door = cluster(world)
        again(lambda: _switch(door, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        service = door.service(args.namespace, args.service)
        found = stayed(_standing(service, args), args.service, args)
        if found.standing is Standing.CONFLICT:
            return found
        getting = traffic.getting(door, args.namespace, args.service)
        pods = door.pods(args.namespace, service.selector)
        return traffic.only_to(args.service, getting, pods)

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        """Without a look at the pods: an idle colour may only be scaled in the step before."""
        door = cluster(world)
        service = door.service(args.namespace, args.service)
        if to_do(_standing(service, args)):
            door.select(service, args.key, args.before, args.after, dry_run=True)

    def undo(self, args: Args) -> Call | None:
        return call(self.name, args.swapped())


def _standing(service: Service, args: Args) -> Found:
    value = service.selector.get(args.key)
    if value == args.after:
        return done(f"{args.service} selects {args.key}={value}")
    if value == args.before:
        return not_done(f"{args.service} still selects {args.key}={value}")
    said = f"{args.key}={value}" if value else f"no {args.key}"
    return conflict(f"{args.service} selects {said}: neither {args.before} nor {args.after}")


def _target(door: Cluster, service: Service, args: Args) -> Found:
    labels = {**service.selector, args.key: args.after}
    deployment = door.deployment(args.namespace, args.after_deployment)
    if other := other_build(deployment, args.after_template):
        return other
    ready = traffic.ready_pods(door, args.namespace, labels)
    pods = of_build(door, deployment, args.after_template, ready)
    if not pods:
        return outage(args.service, args)
    return not_done(
        f"{args.service} still selects {args.key}={args.before}; {count(len(pods), 'pod')} of "
        f"{args.after} ready"
    )


def _switch(door: Cluster, args: Args) -> None:
    service = door.service(args.namespace, args.service)
    if to_do(_standing(service, args)) and to_do(_target(door, service, args)):
        door.select(service, args.key, args.before, args.after)


ACTION: Action[Args] = SwitchService()
