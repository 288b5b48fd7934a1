"""What a watched component comes to after its switch, and how a run says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.operations.plan import Mechanism
from bot.domain.ops_data.policy import Verification
from bot.domain.verification.verification import Verdict
from tests.databases import SqliteMaker
from tests.flows.operations.watching_stage import Here, Steps, answers, restoring, switched
from tests.flows.releases.ledger_stage import API


@pytest.fixture
def here(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Here]:
    with restoring(sqlite_maker, tmp_path) as found:
        yield found


def test_clearly_worse_fails_and_says_that_the_old_one_can_take_it_back(here: Here) -> None:
    answers(here.stage, errors=0.02)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    answers(here.stage, errors=0.5)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["worse"]) == ("fail", True)
    assert found["said"].startswith("more than 1.00% of its requests fail (50.00% of 3,000")


def test_what_somebody_put_in_its_place_is_not_taken_back_unasked(here: Here) -> None:
    answers(here.stage, errors=0.02)
    subject = here.subject()
    switched(here.stage, ago=0)
    answers(here.stage, errors=0.5)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["worse"], found["blamed"]) == ("fail", False, False)


def test_numbers_of_the_old_release_do_not_make_the_new_one_worse(here: Here) -> None:
    """Without colours they are still in the window, when what is not up fails early."""
    impatient = Verification(unready=timedelta(seconds=20))
    policy = replace(here.stage.catalogue.policy, verification=impatient)
    here.stage.catalogue = replace(here.stage.catalogue, policy=policy)
    answers(here.stage, errors=0.02)
    subject = here.subject()
    switched(here.stage, ago=0)
    answers(here.stage, errors=0.5)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert sum(run.slept) < 75
    assert (found["verdict"], found["worse"]) == ("fail", False)


def test_who_cannot_be_watched_is_for_a_person(here: Here) -> None:
    answers(here.stage, errors=0.0)
    plan = here.operation.plan
    assert plan is not None
    moved = replace(plan.legs[0], component=API, mechanism=Mechanism.SWITCH)
    parts = here.stage.catalogue.components
    bare = {**parts, API: replace(parts[API], rollout=None)}
    here.stage.catalogue = replace(here.stage.catalogue, components=bare)
    plan = replace(plan, legs=(moved, replace(moved, component="gone")))
    run = Steps(stage=here.stage)

    subjects = here.watch.subjects(here.operation, plan)
    found = [here.verdict(run, subject) for subject in subjects]
    assert [(one["component"], one["verdict"]) for one in found] == [
        (API, "inconclusive"),
        ("gone", "inconclusive"),
    ]
    assert (run.slept, here.stage.prometheus.asked) == ([], [])


def test_bad_but_no_worse_than_before_is_for_a_person(here: Here) -> None:
    answers(here.stage, errors=0.5)
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["worse"], found["blamed"]) == ("fail", False, True)


def test_without_numbers_the_probes_speak_at_the_deadline(here: Here) -> None:
    subject = here.subject()
    here.restore()
    switched(here.stage, ago=0)
    run = Steps(stage=here.stage)
    found = here.verdict(run, subject)

    assert found["verdict"] == Verdict.PASS_SYNTHETIC
    assert found["said"].startswith(
        "its probes are fine, and that is all there is: Prometheus cannot tell (no numbers"
    )
    assert sum(run.slept) == 195


def test_who_republished_the_old_one_is_noticed(here: Here) -> None:
    subject = here.subject()
    switched(here.stage, ago=0)
    found = here.verdict(Steps(stage=here.stage), subject)

    assert (found["verdict"], found["blamed"]) == ("fail", False)
    assert "is published" in found["said"]
