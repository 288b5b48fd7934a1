"""Who is asked about at Prometheus, and for how long."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.adapters.prometheus import Prometheus
from bot.domain.ops_data.component import Metrics
from bot.flows.examining.finding import Result
from bot.flows.examining.questions import questions
from tests.flows.examining.test_operating import ANSWERS, JUDGED, SHARE, catalogue
from tests.prometheus_twin import Twin, prometheus_twin, vector


@pytest.fixture
def prometheus() -> Iterator[Twin]:
    with prometheus_twin() as twin:
        twin.values = {SHARE: vector("0.002"), **ANSWERS}
        yield twin


def test_a_component_that_only_probes_judge_needs_no_series(prometheus: Twin) -> None:
    mine = catalogue()
    parts = dict(mine.components)
    parts["graphql-api"] = replace(parts["graphql-api"], metrics=Metrics())
    found = list(questions(Prometheus(prometheus.url), replace(mine, components=parts)))
    assert not [one for one in found if "graphql-api" in one.name]

    rollout = parts["graphql-api"].rollout
    assert rollout is not None
    parts["graphql-api"] = replace(parts["graphql-api"], rollout=replace(rollout, probes={}))
    found = list(questions(Prometheus(prometheus.url), replace(mine, components=parts)))
    (lacking,) = [one for one in found if one.result is Result.BAD]
    assert lacking.fix == "Give graphql-api metrics.requests and .duration."


def test_a_prometheus_that_hangs_takes_no_longer_than_it_may(
    prometheus: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.prometheus.TIMEOUT", 60)
    prometheus.hangs = True
    began = time.monotonic()

    found = list(questions(Prometheus(prometheus.url), catalogue(), within=0.5))

    assert time.monotonic() - began < 20
    assert [one.name for one in found] == [f"prometheus, questions of {one}" for one in JUDGED]
    assert {one.says for one in found} == {"it did not answer all of them within 0.5 s"}
    prometheus.wake.set()
