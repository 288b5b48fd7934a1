"""Traps of putting a template back: kubernetes.md, section 1."""

from dataclasses import replace

import pytest

from bot.actions import restore_template
from bot.actions.restore_template import ACTION
from bot.domain.cluster.workload import FREEZE, Template, image_of, template_hash
from bot.domain.errors import GiveUp
from bot.ports.action import Found, Standing
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, QUOTA, REPLICASET
from sandbox.kubernetes.seed.platform import PRODUCTION
from sandbox.twin.faults import Moment
from tests.actions.rig import GREEN, LABELS, NAME, UNKNOWN_FIELD, Rig
from tests.actions.scene import KEY, until, until_done


def planned(rig: Rig) -> restore_template.Args:
    live = rig.deployment(GREEN)
    return restore_template.Args(
        environment="production",
        component=NAME,
        namespace=PRODUCTION,
        deployment=GREEN,
        before=live.template_hash,
        after=rig.cluster.replica_sets(live)[-1].template_hash,
    )


def standing(rig: Rig, args: restore_template.Args) -> Standing:
    return ACTION.verify(rig.world, args, KEY).standing


def test_only_the_template_changes(rig: Rig) -> None:
    rig.cluster.annotate(PRODUCTION, GREEN, {FREEZE: "OP-7"})
    before = rig.deployment(GREEN)
    args = planned(rig)

    ACTION.act(rig.world, args, KEY)
    until_done(lambda: ACTION.verify(rig.world, args, KEY))

    after = rig.deployment(GREEN)
    assert after.annotations[FREEZE] == "OP-7"
    assert after.replicas == before.replicas
    assert "v1.3.9" in image_of(after.template)


def test_fields_that_no_client_knows_come_along(rig: Rig) -> None:
    live = rig.deployment(GREEN)
    oldest = rig.cluster.replica_sets(live)[-1]
    with rig.twin.store.lock:
        raw = rig.twin.store.get(REPLICASET, PRODUCTION, oldest.name)
        raw["spec"]["template"]["spec"][UNKNOWN_FIELD] = {"kept": True}
        rig.twin.store.update(REPLICASET, raw)
    args = planned(rig)

    ACTION.act(rig.world, args, KEY)

    assert rig.deployment(GREEN).template["spec"][UNKNOWN_FIELD] == {"kept": True}


def test_a_paused_deployment_is_refused_with_the_fix(rig: Rig) -> None:
    rig.change(DEPLOYMENT, GREEN, paused=True)

    with pytest.raises(GiveUp, match="rollout resume deployment/"):
        ACTION.act(rig.world, planned(rig), KEY)
    with pytest.raises(GiveUp, match="paused"):
        ACTION.rehearse(rig.world, planned(rig))
    assert rig.effects() == 0


def test_a_generation_that_moves_meanwhile_is_read_again(rig: Rig) -> None:
    """Somebody's annotation between our reading and our patch; the template is still before."""
    args = planned(rig)

    def annotate() -> None:
        with rig.twin.store.lock:
            raw = rig.twin.store.get(DEPLOYMENT, PRODUCTION, GREEN)
            raw["metadata"]["annotations"]["somebody/else"] = "was here"
            rig.twin.store.update(DEPLOYMENT, raw)

    rig.twin.faults.at(Moment.SEEN, "PATCH", f"/{GREEN}$", annotate)
    ACTION.act(rig.world, args, KEY)

    until_done(lambda: ACTION.verify(rig.world, args, KEY))
    assert rig.deployment(GREEN).annotations["somebody/else"] == "was here"


def test_somebody_elses_deploy_is_a_conflict_and_stays(rig: Rig) -> None:
    args = planned(rig)
    rig.twin.faults.at(Moment.SEEN, "PATCH", f"/{GREEN}$", lambda: rig.ship(GREEN, "app:v9"))

    with pytest.raises(GiveUp, match="new plan"):
        ACTION.act(rig.world, args, KEY)

    assert ACTION.probe(rig.world, args, KEY).standing is Standing.CONFLICT
    assert image_of(rig.deployment(GREEN).template) == "app:v9"


def test_put_back_by_somebody_afterwards_is_a_conflict(rig: Rig) -> None:
    args = planned(rig)
    before = image_of(rig.deployment(GREEN).template)
    ACTION.act(rig.world, args, KEY)
    undo = replace_args(args)
    ACTION.act(rig.world, undo, KEY)

    assert image_of(rig.deployment(GREEN).template) == before
    assert standing(rig, args) is Standing.CONFLICT


def test_pods_that_crash_are_told_at_once(rig: Rig) -> None:
    rig.controllers.fates.for_image(":v1.3.9", Fate.CRASH)
    args = planned(rig)
    ACTION.act(rig.world, args, KEY)

    until(lambda: standing(rig, args) is Standing.CONFLICT)

    assert "CrashLoopBackOff" in ACTION.verify(rig.world, args, KEY).seen


def test_pods_that_crash_until_something_is_up_are_waited_for(rig: Rig) -> None:
    rig.controllers.fates.for_image(":v1.3.9", Fate.CRASH)
    args = planned(rig)
    ACTION.act(rig.world, args, KEY)
    until(lambda: "CrashLoopBackOff" in ACTION.verify(rig.world, args, KEY).seen)
    assert standing(rig, args) is Standing.NOT_DONE

    rig.controllers.fates.clear()

    until_done(lambda: ACTION.verify(rig.world, args, KEY))


def test_a_full_quota_is_told_at_once(rig: Rig) -> None:
    rig.twin.store.create(
        QUOTA,
        {"metadata": {"name": "full", "namespace": PRODUCTION}, "spec": {"hard": {"pods": "1"}}},
    )
    args = planned(rig)
    ACTION.act(rig.world, args, KEY)

    until(lambda: standing(rig, args) is Standing.CONFLICT)

    assert "exceeded quota" in ACTION.verify(rig.world, args, KEY).seen


def test_a_quota_that_is_full_until_the_old_pods_are_gone_is_waited_for(rig: Rig) -> None:
    """Ended pods count until they are gone: each wave of the surge finds it full for a while."""
    rig.controllers.pace.stop_after = 0.3
    pods = len(rig.cluster.pods(PRODUCTION, LABELS))
    rig.twin.store.create(
        QUOTA,
        {
            "metadata": {"name": "tight", "namespace": PRODUCTION},
            "spec": {"hard": {"pods": str(pods + 1)}},
        },
    )
    args = planned(rig)
    ACTION.act(rig.world, args, KEY)
    seen: list[Found] = []

    def ended() -> bool:
        seen.append(ACTION.verify(rig.world, args, KEY))
        return seen[-1].standing in (Standing.DONE, Standing.CONFLICT)

    until(ended)

    assert seen[-1].standing is Standing.DONE, seen[-1].seen
    assert any("to make room" in found.seen for found in seen)


def test_away_from_a_crashing_release_the_old_pods_do_not_count(rig: Rig) -> None:
    good = rig.deployment(GREEN).template_hash
    rig.ship(GREEN, "app:v2-crash")
    bad = rig.deployment(GREEN).template_hash
    until(lambda: any(pod.trouble for pod in rig.cluster.pods(PRODUCTION, {"app": NAME})))
    args = replace_args(planned(rig), before=bad, after=good)

    ACTION.act(rig.world, args, KEY)

    until_done(lambda: ACTION.verify(rig.world, args, KEY))


def test_what_the_cluster_forgot_comes_from_the_ledger(rig: Rig) -> None:
    args, kept = forgotten(rig)

    with pytest.raises(GiveUp, match="neither in the history"):
        ACTION.act(rig.world, args, KEY)
    world = replace(rig.world, templates=Ledger({args.after: kept}))
    ACTION.act(world, args, KEY)

    until_done(lambda: ACTION.verify(world, args, KEY))


def test_a_ledger_that_keeps_something_else_is_not_believed(rig: Rig) -> None:
    args, kept = forgotten(rig)
    changed = {**kept, "spec": {**kept["spec"], "hostNetwork": True}}
    world = replace(rig.world, templates=Ledger({args.after: changed}))

    with pytest.raises(GiveUp, match="nor in the release ledger"):
        ACTION.act(world, args, KEY)
    assert rig.effects() == 0


class Ledger:
    """A ledger of one component."""

    def __init__(self, kept: dict[str, Template]) -> None:
        self._kept = kept

    def find(self, environment: str, component: str, template_hash: str) -> Template | None:
        here = (environment, component) == ("production", NAME)
        return self._kept.get(template_hash) if here else None


def forgotten(rig: Rig) -> tuple[restore_template.Args, Template]:
    args = planned(rig)
    gone = rig.cluster.replica_sets(rig.deployment(GREEN))[-1]
    rig.twin.store.delete(REPLICASET, PRODUCTION, gone.name)
    assert template_hash(gone.template) == args.after
    return args, gone.template


def replace_args(
    args: restore_template.Args, *, before: str = "", after: str = ""
) -> restore_template.Args:
    """The other way round, or between these two."""
    return restore_template.Args(
        environment=args.environment,
        component=args.component,
        namespace=args.namespace,
        deployment=args.deployment,
        before=before or args.after,
        after=after or args.before,
    )
