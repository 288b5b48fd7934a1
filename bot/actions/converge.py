"""Waits until the data plane follows: endpoints, and what a user's GET is answered by."""

from collections.abc import Mapping, Sequence

import msgspec

from bot.actions.parts import traffic
from bot.actions.parts.builds import of_build
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import done, look, not_done
from bot.domain.cluster.workload import Pod
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.cluster import Cluster
from bot.ports.visits import Visit
from bot.ports.world import World

_VISITS = 5


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`labels` are the target pods'; `template` their template's hash, where it matters.

    `deployment` is needed to know a template's pods; `version` is what an answer to each of
    `probes` names; each may be empty.
    """

    namespace: str
    service: str
    labels: Mapping[str, str]
    template: str = ""
    version: str = ""
    probes: tuple[str, ...] = ()
    deployment: str = ""


class Converge:
    name = "converge"
    args = Args
    seconds = 60

    def words(self, args: Args) -> Words:
        asked = ", and users are answered by it" if args.probes else ""
        return Words(
            does=f"Waits until all traffic of {args.service} is on {args.version or 'the target'}",
            touches="nothing",
            check=f"the endpoints of {args.service} are the target's pods only{asked}",
            undo="none: it changes nothing",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        getting = traffic.getting(door, args.namespace, args.service)
        found = traffic.only_to(args.service, getting, _target_pods(door, args))
        if found.standing is not Standing.DONE or world.visits is None:
            return found
        for url in args.probes:
            for _ in range(_VISITS):
                if wrong := _wrong(world.visits.get(url), args.version):
                    return not_done(f"{url} {wrong}")
        return done(f"{found.seen}, and its probes are answered" if args.probes else found.seen)

    def act(self, world: World, args: Args, key: str) -> None:
        """There is nothing to do but wait."""

    def verify(self, world: World, args: Args, key: str) -> Found:
        return self.probe(world, args, key)

    def rehearse(self, world: World, args: Args) -> None:
        """Nothing is written."""

    def undo(self, args: Args) -> Call | None:
        return None


def _target_pods(door: Cluster, args: Args) -> Sequence[Pod]:
    pods = door.pods(args.namespace, args.labels)
    if not (args.template and args.deployment):
        return pods
    deployment = door.deployment(args.namespace, args.deployment)
    return of_build(door, deployment, args.template, pods)


def _wrong(visit: Visit, version: str) -> str:
    """What is wrong with the answer; one that names no version cannot name a wrong one."""
    if not visit.fine:
        return (
            "does not answer"
            if not visit.status
            else (f"answers {visit.status} after {visit.seconds:.1f} s")
        )
    if version and visit.version and visit.version != version:
        return f"is still answered by {visit.version}"
    return ""


ACTION: Action[Args] = Converge()
