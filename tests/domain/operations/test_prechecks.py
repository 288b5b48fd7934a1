"""P7 to P10 and P12, judged: room, other work, restore points, who is reached, a rehearsal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cluster.workload import Quota
from bot.domain.operations import prechecks
from bot.domain.operations.aim import rolling
from bot.domain.operations.check import Code, Result
from bot.domain.operations.restore_policy import decide
from bot.domain.operations.room import to_grow
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import Provider, Store, StoreState
from tests.domain.operations.judged import AWAY, MINUTE, told
from tests.domain.operations.release_scene import Story, component
from tests.domain.operations.workloads import NOW, amounts, workload


def test_p7_room() -> None:
    story = Story()
    needed = to_grow(workload("green", story.bad), 5)
    tight = Quota(name="tight", hard={"pods": "10"}, used={"pods": "9"})
    pending = workload("blue", story.good)
    pending = replace(pending, pods=[replace(pending.pods[0], phase="Pending")])

    found = {
        "free": prechecks.has_room(story.survey(), needed),
        "tight": prechecks.has_room(story.survey(quotas=(tight,)), needed),
        "unread": prechecks.has_room(story.survey(quotas=None), needed),
        "crowded": prechecks.has_room(story.survey(blue=pending), needed),
    }

    assert {name: check.result for name, check in found.items()} == {
        "free": Result.PASS,
        "tight": Result.BLOCK,
        "unread": Result.UNKNOWN,
        "crowded": Result.WARN,
    }
    assert not found["unread"].blocks


def test_p7_what_fits_alone_may_not_fit_with_the_rest_of_the_plan() -> None:
    half = Quota(name="half", hard={"pods": "10", "limits.cpu": "9"}, used={"pods": "7"})
    survey = Story().survey(quotas=(half,))
    takes = amounts(pods=2)

    crowded = prechecks.has_room(survey, takes, amounts(pods=2))
    assert crowded.result is Result.BLOCK
    assert crowded.seen == ("quota half has 3 of pods left, and it takes 2 beside 2 for the others")
    assert prechecks.has_room(survey, takes, amounts(pods=1)).result is Result.PASS
    others = amounts(pods=4, **{"limits.cpu": 20})
    assert prechecks.has_room(survey, amounts(pods=0), others).result is Result.PASS


def test_p8_a_lock_blocks_and_a_rollout_warns() -> None:
    green = workload("green", Story().bad, updated=1)

    held = prechecks.other_work("api", "OP-3 has had hold of it for 4 min", ())
    moving = prechecks.other_work("api", "", rolling((green,)))

    assert (held.result, held.seen) == (
        Result.BLOCK,
        "OP-3 has had hold of it for 4 min",
    )
    assert (moving.result, moving.seen) == (
        Result.WARN,
        "a rollout is under way: api-green: 1 of 3 pods are of the new template",
    )
    assert prechecks.other_work("api", "", rolling((workload("green", Story().bad),))).seen


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (StoreState(status="available", restorable_at=NOW - MINUTE, stalls=True), Result.PASS),
        (StoreState(status="backing-up", restorable_at=None, stalls=False), Result.PASS),
        (StoreState(status="available", restorable_at=None, stalls=False), Result.WARN),
        (StoreState(status="available", restorable_at=None, stalls=True), Result.BLOCK),
        (StoreState(status="modifying", restorable_at=None, stalls=False), Result.BLOCK),
    ],
)
def test_p9_a_restore_point(state: StoreState, result: Result) -> None:
    store = Store(component="postgresql", provider=Provider.RDS, name="main")

    check = prechecks.restore_point(store, decide(state, NOW, Policy()), "OP-7")

    assert told(check) == (Code.RESTORE_POINT, result)
    chosen = result is Result.BLOCK and state.stalls
    assert (check.past, "--may-stall" in check.seen) == ("may-stall" if chosen else "", chosen)
    assert check.later == (
        "aws rds create-db-snapshot --db-instance-identifier main "
        "--db-snapshot-identifier main-after-op-7"
        if result is Result.PASS and state.stalls
        else ""
    )
    assert prechecks.restore_point(store, AWAY).result is Result.UNKNOWN


def test_p10_says_who_needs_it_and_who_is_connected() -> None:
    one = component()

    assert prechecks.reach(one, (), None).result is Result.PASS
    found = prechecks.reach(one, ("docs", "pwa"), 412.0)
    assert found.result is Result.WARN
    assert found.seen == "docs and pwa need it; 412 connections will have to reconnect"
    assert "nobody answers" in prechecks.reach(one, (), AWAY).seen


def test_p12_what_the_api_refuses_blocks() -> None:
    assert prechecks.rehearsal("api", {}, {}).result is Result.PASS
    assert prechecks.rehearsal("api", {}, {"switch api": "away"}).result is Result.UNKNOWN
    blocked = prechecks.rehearsal("api", {"switch api": "forbidden"}, {"drain api": "away"})
    assert (blocked.result, blocked.seen) == (Result.BLOCK, "switch api: forbidden")


def test_an_answer_that_is_late_is_unknown() -> None:
    check = prechecks.late(Code.IMAGE, "api", timedelta(seconds=8))

    assert (check.result, check.seen, check.blocks) == (
        Result.UNKNOWN,
        "no answer within 8 s",
        True,
    )
