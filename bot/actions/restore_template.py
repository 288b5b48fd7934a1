"""Puts an earlier pod template back on a Deployment: that template, and nothing else.

Never "undo": the target is a template's hash, resolved once when it was planned. It is copied raw
from a ReplicaSet that the Deployment owns, or from the release ledger where that is gone.
"""

import msgspec

from bot.actions.parts.deeds import again, call, deed
from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, look, not_done
from bot.actions.parts.rolling import must_roll, rolled_out
from bot.domain.cluster.rollout_status import of_template
from bot.domain.cluster.workload import Deployment, Template, image_of, template_hash, version_of
from bot.domain.errors import GiveUp
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.world import World

_SHORT = 12


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before` and `after` are hashes of pod templates."""

    environment: str
    component: str
    namespace: str
    deployment: str
    before: str
    after: str


class RestoreTemplate:
    name = "restore_template"
    args = Args
    seconds = 150

    def words(self, args: Args) -> Words:
        before, after = args.before[:_SHORT], args.after[:_SHORT]
        return Words(
            does=f"Puts pod template {after} of {args.component} back on {args.deployment}",
            touches=f"the pod template of {args.deployment} in {args.namespace}, {before} now; "
            "no count, no other setting",
            check="every pod is of that template, and ready",
            undo=f"put template {before} back the same way",
        )

    @look
    def probe(self, world: World, args: Args, key: str) -> Found:
        return _standing(cluster(world).deployment(args.namespace, args.deployment), args)

    @deed
    def act(self, world: World, args: Args, key: str) -> None:
        again(lambda: _restore(world, args))

    @look
    def verify(self, world: World, args: Args, key: str) -> Found:
        door = cluster(world)
        deployment = door.deployment(args.namespace, args.deployment)
        found = _standing(deployment, args)
        if found.standing is Standing.DONE:
            return rolled_out(world, deployment)
        if found.standing is Standing.NOT_DONE:
            return conflict(f"somebody put the template before back on {args.deployment}")
        return found

    @deed
    def rehearse(self, world: World, args: Args) -> None:
        again(lambda: _restore(world, args, dry_run=True))

    def undo(self, args: Args) -> Call | None:
        back = msgspec.structs.replace(args, before=args.after, after=args.before)
        return call(self.name, back)


def _standing(deployment: Deployment, args: Args) -> Found:
    what = f"{deployment.name} runs {_named(deployment.template)}"
    if deployment.template_hash == args.after:
        return done(f"{what}, as wanted")
    if deployment.template_hash == args.before:
        return not_done(f"{what}, as before")
    return conflict(f"{what}: neither what was planned from nor what was planned")


def _restore(world: World, args: Args, *, dry_run: bool = False) -> None:
    door = cluster(world)
    deployment = door.deployment(args.namespace, args.deployment)
    found = _standing(deployment, args)
    if found.standing is Standing.DONE:
        return
    if found.standing is Standing.CONFLICT:
        raise GiveUp(f"{found.seen}. Ask for a new plan.")
    must_roll(deployment)
    door.patch_template(
        args.namespace,
        args.deployment,
        _template(world, args, deployment),
        generation=deployment.generation,
        dry_run=dry_run,
    )


def _template(world: World, args: Args, deployment: Deployment) -> Template:
    owned = of_template(cluster(world).replica_sets(deployment), args.after)
    if owned is not None:
        return owned.template
    kept = None
    if world.templates is not None:
        kept = world.templates.find(args.environment, args.component, args.after)
    if kept is None or template_hash(kept) != args.after:
        raise GiveUp(
            f"Template {args.after[:_SHORT]} is neither in the history of {args.deployment} "
            "nor in the release ledger."
        )
    return kept


def _named(template: Template) -> str:
    version, image = version_of(template), image_of(template).partition("@")[0]
    said = f"{version} ({image})" if image and version else image or "a template without an image"
    return f"{said}, template {template_hash(template)[:_SHORT]}"


ACTION: Action[Args] = RestoreTemplate()
