"""One look at a release: its numbers, its probes, and how it did before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.operations.plan import Leg, Mechanism
from bot.domain.operations.subject import Subject, subject_of
from bot.domain.ops_data.policy import Policy, Verification
from bot.domain.verification.look import Look
from bot.engine.serializer import stored
from bot.flows.operations.bearing import Bearing, bearing
from bot.flows.operations.looking import Looking, probes_a_look
from tests.databases import SqliteMaker
from tests.flows.operations.looking_stage import GOOD, measured, release, site, switch
from tests.flows.releases.ledger_stage import API, Stage
from tests.prometheus_twin import error, vector


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with measured(sqlite_maker, tmp_path) as one:
        yield one


@pytest.fixture
def looking(stage: Stage) -> Iterator[Looking]:
    one = Looking(stage.world, lambda: stage.catalogue)
    yield one
    one.stop()


def settled(stage: Stage) -> None:
    """Traffic is on green, and its pods are all there."""
    stage.switch("green")
    subject = switch(stage)
    stage.until(lambda: _all_there(bearing(stage.world, subject)))


def _all_there(found: Bearing) -> bool:
    """As many as blue had: until then the autoscaler still adds some."""
    return bool(found.ready) and "6 pods" in found.seen


def test_a_good_look(stage: Stage, looking: Looking) -> None:
    settled(stage)
    look = looking.look(switch(stage))

    assert (look.ready, look.troubles) == (True, ())
    assert (look.requests, look.errors, look.fast) == (3000, 0.0005, 0.99)
    assert look.old_share == 0.004
    assert (look.tried, look.at) == (0, stage.desk.at)
    assert set(look.restarts.values()) == {0}
    assert look.seen == f"{API}-green: 6 pods ready"


def test_it_asks_about_the_target_s_colour_alone(stage: Stage, looking: Looking) -> None:
    looking.look(switch(stage))

    asked = stage.prometheus.queries()
    assert len(asked) == 4
    (share,) = [query for query in asked if "[30s]" in query]
    assert 'color="blue"}[30s]' in share
    assert all('color="green"' in query for query in asked if query != share)


def test_in_place_the_numbers_are_of_all(stage: Stage, looking: Looking) -> None:
    blue = release(stage, "blue")
    leg = Leg(component=API, mechanism=Mechanism.TEMPLATE, before=blue, after=blue)
    subject = subject_of(stage.catalogue.components[API], leg, "production")
    assert subject is not None
    look = looking.look(subject)

    assert not subject.scoped
    assert look.old_share is None
    assert look.ready is True
    assert not any("color=" in query for query in stage.prometheus.queries())


def test_how_it_did_before_and_what_was_usual(stage: Stage, looking: Looking) -> None:
    stage.prometheus.values = {
        "offset": vector("0.0004"), 'color="blue",code=~': vector("0.3"), **GOOD,
    }  # fmt: skip
    began = stage.desk.at - timedelta(minutes=5)
    (found,) = looking.beforehand([switch(stage)], began)

    assert found.before is not None
    assert (found.before.errors, found.before.requests) == (0.3, 3000)
    assert found.usual == 0.0004
    (usual,) = [query for query in stage.prometheus.queries() if "offset" in query]
    assert "offset 315s" in usual


def test_beforehand_all_are_asked_at_once_and_who_is_late_is_unknown(
    stage: Stage, looking: Looking
) -> None:
    """One after the other they would hold up the switch, for as long as Prometheus hangs."""
    stage.prometheus.hangs = True
    found = looking.beforehand([switch(stage), switch(stage)], stage.desk.at)

    assert stage.prometheus.most_at_once == 8
    assert [(one.before, one.usual) for one in found] == [(Look(at=stage.desk.at), None)] * 2


@pytest.mark.parametrize(
    "answer", [error(503, "unavailable"), vector(), vector("NaN"), error(422, "bad_data")]
)
def test_without_numbers_there_are_none(
    stage: Stage, looking: Looking, answer: tuple[int, dict[str, object]]
) -> None:
    stage.prometheus.values = {"": answer}
    look = looking.look(switch(stage))

    assert (look.requests, look.errors, look.fast, look.old_share) == (None, None, None, None)
    assert look.words.startswith("no numbers from Prometheus")


def test_prometheus_off_and_other_environments_are_not_asked(stage: Stage) -> None:
    off = Looking(replace(stage.world, metrics=None), lambda: stage.catalogue)
    assert off.look(switch(stage)).errors is None
    off.stop()

    elsewhere = Looking(stage.world, lambda: stage.catalogue)
    look = elsewhere.look(replace(switch(stage), environment="staging"))
    elsewhere.stop()
    assert look.errors is None
    assert stage.prometheus.queries() == []


def test_probes_that_fail_are_counted(stage: Stage, looking: Looking) -> None:
    gone = replace(site(stage), probes=(f"{stage.netlify.url}/served/nowhere/",))
    look = looking.look(gone)

    assert (look.tried, look.fine) == (5, 0)


def test_probes_are_spread_over_the_looks_of_their_time() -> None:
    rules = Verification()
    assert (
        probes_a_look(rules) * (rules.probe_seconds / rules.every.total_seconds()) == rules.probes
    )
    quick = replace(rules, every=timedelta(seconds=0.1), probe_seconds=1.0)
    assert probes_a_look(quick) == 2
    assert Policy().verification == rules


def test_a_subject_survives_the_durable_run(stage: Stage, looking: Looking) -> None:
    (seen,) = looking.beforehand([switch(stage)], stage.desk.at)
    subject = replace(seen, probes=("x",))

    assert Subject.of(stored(subject.plain())) == subject
    bare = site(stage)
    assert Subject.of(stored(bare.plain())) == replace(bare, probes=tuple(bare.probes))


def test_a_leg_that_brings_nothing_is_not_watched(stage: Stage) -> None:
    leg = Leg(component=API, mechanism=Mechanism.NONE)

    assert subject_of(stage.catalogue.components[API], leg, "production") is None
