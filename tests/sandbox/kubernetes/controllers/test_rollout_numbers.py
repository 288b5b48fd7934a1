"""The arithmetic of rollouts, quantities and revisions, without a cluster."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kubernetes.controllers.quantity import amount, written
from sandbox.kubernetes.controllers.revision import as_newest
from sandbox.kubernetes.controllers.rollout import (
    Counted,
    Limits,
    limits,
    new_size,
    old_sizes,
    proportional,
)
from sandbox.kubernetes.controllers.template import template_hash, with_hash

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"


def spec(replicas: int, surge: int | str, away: int | str) -> dict[str, object]:
    rolling = {"maxSurge": surge, "maxUnavailable": away}
    return {
        "replicas": replicas,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
    }


@pytest.mark.parametrize(
    ("given_", "surge", "away"),
    [
        (spec(10, "25%", "25%"), 3, 2),
        (spec(3, 1, 0), 1, 0),
        (spec(3, 0, 0), 0, 1),
        ({"replicas": 4}, 1, 1),
        ({"replicas": 4, "strategy": {"type": "Recreate"}}, 0, 0),
    ],
)
def test_percents_round_towards_more_pods(given_: dict[str, object], surge: int, away: int):
    bounds = limits(given_)
    assert (bounds.surge, bounds.away) == (surge, away)


def test_sick_old_pods_go_first():
    bounds = Limits(wanted=3, surge=1, away=1)
    new = Counted(name="new", size=1, available=1)
    old = [Counted(name="sick", size=2, available=0), Counted(name="well", size=1, available=1)]
    assert old_sizes(new, old, bounds) == {"sick": 0}


@given(
    rolling=st.tuples(st.integers(1, 12), st.integers(0, 4), st.integers(0, 4)),
    new=st.integers(0, 12),
    old=st.integers(0, 16),
    data=st.data(),
)
def test_no_step_of_a_rollout_leaves_the_bounds(
    rolling: tuple[int, int, int], new: int, old: int, data: st.DataObject
):
    wanted = rolling[0]
    bounds = limits(spec(*rolling))
    new = min(new, wanted)
    newest = Counted(name="new", size=new, available=data.draw(st.integers(0, new)))
    oldest = Counted(name="old", size=old, available=data.draw(st.integers(0, old)))
    grown = new_size(newest, [oldest], bounds)
    assert new <= grown <= wanted
    assert grown == new or grown + old <= bounds.most
    left = old_sizes(newest, [oldest], bounds).get("old", old)
    assert 0 <= left <= old
    well = newest.available + min(left, oldest.available)
    assert left == old or well >= min(bounds.least, newest.available + oldest.available)


@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=4), wanted=st.integers(0, 30))
def test_scaling_in_a_rollout_hands_out_every_pod_once(sizes: list[int], wanted: int):
    bounds = Limits(wanted=wanted, surge=1, away=0)
    active = [Counted(name=str(i), size=size, available=size) for i, size in enumerate(sizes)]
    active.sort(key=lambda one: -one.size)
    become = proportional(active, bounds)
    assert min(become.values()) >= 0
    assert sum(become.values()) == bounds.most


@pytest.mark.parametrize(
    ("text", "value"),
    [("250m", "0.25"), ("1", "1"), ("512Mi", "536870912"), ("2Gi", "2147483648"), ("1k", "1000")],
)
def test_quantities_are_read(text: str, value: str):
    assert amount(text) == Decimal(value)


def test_what_is_no_quantity_is_refused():
    for text in ("", "Mi", "12Q", "1KiB", "-1", "1K"):
        with pytest.raises(ValueError, match="is no quantity"):
            amount(text)


@pytest.mark.parametrize("text", ["250m", "27", "512Mi", "27Gi", "0", "1536Mi"])
def test_quantities_are_written_as_they_are_read(text: str):
    assert written(amount(text), binary=text.endswith("i")) == text


def test_a_replicaset_that_is_rolled_back_to_keeps_the_numbers_it_had():
    held = {REVISION: "1", "a": "old"}
    third = as_newest(held, {"a": "new", REVISION: "2"}, 3)
    assert third == {REVISION: "3", HISTORY: "1", "a": "new"}
    assert as_newest(third, {}, 5)[HISTORY] == "1,3"
    assert as_newest(third, {}, 3) == third


def test_the_hash_is_of_the_release_alone():
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"image": "a:1"}]}}
    hash_ = template_hash(template)
    assert template_hash(with_hash(template, hash_)) == hash_
    assert template_hash(template | {"spec": {}}) != hash_
    assert set(hash_) <= set("bcdf456789")
