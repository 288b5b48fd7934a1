"""A restore point by the policy: what counts as one, what is waited for, what a person decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions.take_restore_point import ACTION, Args
from bot.domain.errors import GiveUp
from bot.domain.ops_data.restore_point import Provider
from bot.ports.action import Standing
from bot.ports.trouble import DoneWithout
from bot.ports.world import World
from sandbox.kubernetes.kinds import PVC, VOLUMESNAPSHOT
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.kubernetes_scenes import SCENES
from tests.actions.rig import Rig
from tests.actions.scene import KEY, Scene

CLAIM = "postgresql-data"


@pytest.fixture
def posed(rig: Rig) -> Scene:
    return SCENES["take_restore_point"](rig)


def snapshot(rig: Rig, name: str, **status: Any) -> None:
    raw = {
        "metadata": {"name": name, "namespace": PRODUCTION},
        "spec": {"source": {"persistentVolumeClaimName": CLAIM}, "volumeSnapshotClassName": "csi"},
    }
    created = rig.twin.store.create(VOLUMESNAPSHOT, raw)
    rig.twin.store.update_status(VOLUMESNAPSHOT, created | {"status": status})


def regular(rig: Rig, *, ago: timedelta) -> None:
    """A backup that somebody's schedule made."""
    cut = (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
    snapshot(rig, "hourly", readyToUse=True, creationTime=cut)


def probe(posed: Scene, **args: Any) -> tuple[Standing, str]:
    wanted = posed.args if not args else with_args(posed.args, **args)
    found = ACTION.probe(posed.world, wanted, KEY)
    return found.standing, found.seen


def with_args(args: Args, **changed: Any) -> Args:
    plain = {name: getattr(args, name) for name in Args.__struct_fields__}
    return Args(**plain | changed)


def test_a_snapshot_is_made_and_not_waited_out(rig: Rig, posed: Scene) -> None:
    ACTION.act(posed.world, posed.args, KEY)

    found = ACTION.verify(posed.world, posed.args, KEY)
    made = rig.twin.store.get(VOLUMESNAPSHOT, PRODUCTION, "cf-rb-7")
    assert found.standing is Standing.DONE
    assert "is being made" in found.seen
    assert found.going_on
    assert made["metadata"]["labels"]["candlefish.ai/operation"] == "op-7-1"


def test_one_that_is_running_already_counts(rig: Rig, posed: Scene) -> None:
    snapshot(rig, "nightly", readyToUse=False)

    standing, seen = probe(posed)
    assert standing is Standing.DONE
    assert "counts as one" in seen


def test_one_that_nobody_finishes_does_not(rig: Rig, posed: Scene) -> None:
    snapshot(rig, "abandoned")
    later = replace(posed.world, now=lambda: datetime.now(UTC) + timedelta(days=60))
    assert ACTION.probe(later, posed.args, KEY).standing is Standing.NOT_DONE

    ACTION.act(later, posed.args, KEY)

    assert rig.twin.store.get(VOLUMESNAPSHOT, PRODUCTION, "cf-rb-7")
    assert "postgresql-data is being made" in ACTION.verify(later, posed.args, KEY).seen


def test_a_fresh_one_is_enough_though_none_can_be_added(rig: Rig, posed: Scene) -> None:
    regular(rig, ago=timedelta(minutes=4))
    posed.forbidden()

    with pytest.raises(DoneWithout, match=r"is restorable to .*; no snapshot beside it: .*refuses"):
        ACTION.act(posed.world, posed.args, KEY)

    found = ACTION.verify(posed.world, posed.args, KEY)
    assert found.standing is Standing.DONE
    assert "no snapshot beside it" in found.seen


def test_how_fresh_is_what_ops_people_say(rig: Rig, posed: Scene) -> None:
    regular(rig, ago=timedelta(minutes=20))
    posed.forbidden()

    with pytest.raises(DoneWithout):
        ACTION.act(posed.world, with_args(posed.args, fresh_seconds=1800.0), KEY)
    with pytest.raises(GiveUp):
        ACTION.act(posed.world, posed.args, KEY)


def test_one_that_failed_is_no_restore_point(rig: Rig, posed: Scene) -> None:
    snapshot(rig, "cf-rb-7", readyToUse=False, error={"message": "no space"})

    for look in (ACTION.probe, ACTION.verify):
        found = look(posed.world, posed.args, KEY)
        assert found.standing is Standing.CONFLICT
        assert "has failed" in found.seen


def test_a_store_that_can_make_none_is_for_a_person(rig: Rig, posed: Scene) -> None:
    claim = rig.twin.store.get(PVC, PRODUCTION, CLAIM)
    rig.twin.store.update_status(PVC, claim | {"status": {"phase": "Lost"}})

    assert probe(posed)[0] is Standing.NOT_DONE
    with pytest.raises(GiveUp, match="lost"):
        ACTION.act(posed.world, posed.args, KEY)
    assert rig.effects() == 0


@pytest.mark.parametrize("look", [ACTION.probe, ACTION.verify])
def test_a_provider_that_is_not_set_up_is_unknown(
    posed: Scene, look: Callable[[World, Args, str], Any]
) -> None:
    bare = replace(posed.world, snapshots={})
    elsewhere = with_args(posed.args, provider=Provider.RDS)

    assert look(bare, posed.args, KEY).standing is Standing.UNKNOWN
    assert "rds" in look(posed.world, elsewhere, KEY).seen
