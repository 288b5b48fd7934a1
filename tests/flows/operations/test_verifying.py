"""A component is watched after its switch: what a run keeps, when it ends, and who hears of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.operations.operation import Stop
from bot.store import operations
from tests.databases import SqliteMaker
from tests.flows.operations.watching_stage import Here, Steps, answers, restoring, switched


@pytest.fixture
def here(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Here]:
    with restoring(sqlite_maker, tmp_path) as found:
        yield found


class Killed(Exception):
    """The process ended."""


def _die_after(run: Steps, sleeps: int) -> None:
    if len(run.slept) == sleeps:
        raise Killed


def test_what_does_well_passes_after_its_bake(here: Here) -> None:
    answers(here.stage, errors=0.3)
    subject = here.subject()
    assert (subject["before"]["errors"], subject["usual"]) == (0.3, 0.3)
    here.restore()
    switched(here.stage, ago=4)
    answers(here.stage, errors=0.0005)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert (found["component"], found["verdict"]) == ("docs-site", "pass")
    assert (found["worse"], found["stopped"]) == (False, False)
    assert found["said"].startswith("it does well (0.05% of 3,000 requests failed, 99.0% were fast")
    # Four seconds were over; no colours, so the first five looks' numbers did not count.
    assert run.slept == [11.0, *[15.0] * 11]


def test_a_run_that_is_done_again_reads_what_was_and_says_the_same(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)
    asked = len(here.stage.prometheus.asked)
    answers(here.stage, errors=1)

    assert here.verdict(replace(run, between=pytest.fail), subject) == found
    assert len(here.stage.prometheus.asked) == asked


def test_a_run_that_was_killed_goes_on_from_its_last_look(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)

    run = Steps(stage=here.stage, between=lambda: _die_after(run, 6))
    with pytest.raises(Killed):
        here.verdict(run, subject)
    again = Steps(stage=here.stage, kept=run.kept)

    assert here.verdict(again, subject)["verdict"] == "pass"
    assert len(run.slept) + len(again.slept) == 12


def test_a_stack_that_took_long_to_switch_is_watched_as_long_as_any(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=120)
    run = Steps(stage=here.stage)

    assert here.verdict(run, subject)["verdict"] == "pass"
    assert run.slept == [0.0, *[15.0] * 7]


def test_the_deadline_stays_where_it_was_when_the_process_was_away(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=120)
    run = Steps(stage=here.stage, between=lambda: _die_after(run, 4))
    with pytest.raises(Killed):
        here.verdict(run, subject)
    here.stage.desk.at += timedelta(minutes=5)
    again = Steps(stage=here.stage, kept=run.kept)

    assert here.verdict(again, subject)["verdict"] == "pass_synthetic"
    assert again.slept == []


def test_a_wish_to_stop_ends_the_watching(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)

    def stop() -> None:
        if len(run.slept) == 3:
            with here.stage.desk.db.write() as tx:
                found = operations.find(tx, 1)
                assert found is not None
                wish = Stop(actor="slack:U1", at=here.stage.desk.at)
                operations.replace(
                    tx,
                    replace(found, stop=wish, version=found.version + 1),
                    decided_on=found.version,
                )

    run = Steps(stage=here.stage, between=stop)
    found = here.verdict(run, subject)

    assert (found["stopped"], found["verdict"]) == (True, "inconclusive")
    assert len(run.slept) == 3


def test_the_card_hears_of_every_look(here: Here) -> None:
    answers(here.stage, errors=0.0005)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    heard: list[str] = []

    def listen() -> None:
        with here.stage.desk.db.read() as tx:
            found = operations.find(tx, 1)
        if found is not None and found.results:
            heard.append(found.results["docs-site"])

    here.verdict(Steps(stage=here.stage, between=listen), subject)

    assert len(heard) == 11
    assert heard[0].startswith("0.05% of 3,000 requests failed, 99.0% were fast, 5 of 5 probes")
