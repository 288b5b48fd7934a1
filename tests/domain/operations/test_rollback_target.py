"""Which release a rollback goes to, and the words where none can be chosen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cluster.workload import template_hash
from bot.domain.errors import Refused
from bot.domain.operations.plan import Mechanism
from bot.domain.verification.verification import Verdict
from tests.domain.operations.release_scene import (
    Story,
    actions,
    blue_again,
    planned,
    served,
    survey,
)
from tests.domain.operations.workloads import NOW, template, workload

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def test_two_bad_releases_in_a_row_are_skipped() -> None:
    good, bad, worse = (
        template("v1.2.0", "blue"), template("v1.3.0", "green"), template("v1.4.0", "blue"),
    )  # fmt: skip
    rows = (
        served(good, version="v1.2.0", workload="api-blue", since=DAY, until=HOUR,
               verdict=Verdict.PASS),
        served(bad, version="v1.3.0", workload="api-green", since=HOUR, until=11 * MINUTE),
        served(worse, version="v1.4.0", workload="api-blue", since=11 * MINUTE),
    )  # fmt: skip

    made = planned(
        survey("blue", workload("blue", good, worse), workload("green", bad), records=rows)
    )

    (leg,) = made.legs
    assert leg.mechanism is Mechanism.TEMPLATE
    assert leg.after is not None
    assert (leg.after.version, leg.after.workload) == ("v1.2.0", "api-blue")
    assert actions(made)[2:] == [(1, "restore_template"), (1, "converge")]
    assert [step.action for step in made.steps if step.decisive] == ["restore_template"]


def test_of_a_switch_that_nobody_saw_the_new_release_is_the_suspect() -> None:
    """The bot was down as a bad release came: the one before is not skipped for it."""
    oldest, story = template("v1.1.0", "green"), Story()
    rows = (
        served(oldest, version="v1.1.0", workload="api-green", since=9 * DAY, until=3 * DAY,
               verdict=Verdict.PASS),
        replace(story.records[0], superseded_at=NOW - 40 * MINUTE),
        replace(story.records[1], live_at=NOW - 40 * MINUTE, live_by=NOW - 2 * MINUTE),
    )  # fmt: skip

    made = planned(story.survey(records=rows), began=NOW - 10 * MINUTE)

    (leg,) = made.legs
    assert leg.after is not None
    assert leg.after.version == "v1.2.0"


def test_rolled_back_it_is_already_there_and_does_not_return_to_the_bad_one() -> None:
    story = Story()
    rows = (
        *story.records[:1],
        replace(story.records[1], superseded_at=NOW - 2 * MINUTE),
        served(story.good, version="v1.2.0", workload="api-blue", since=2 * MINUTE),
    )

    made = planned(blue_again(story, rows), began=NOW - 10 * MINUTE)

    assert made.steps == ()
    assert not made.verify
    assert "api is already on v1.2.0" in " ".join(made.notes)


@pytest.mark.parametrize("verdict", [None, Verdict.INCONCLUSIVE, Verdict.FAIL])
def test_on_from_what_was_gone_to_is_the_good_one_before_it(verdict: Verdict | None) -> None:
    """However its verification ended, or where nobody wrote that down."""
    oldest, story = template("v1.1.0", "blue"), Story()
    rows = (
        served(oldest, version="v1.1.0", workload="api-blue", since=9 * DAY, until=3 * DAY,
               verdict=Verdict.PASS),
        story.records[0],
        replace(story.records[1], superseded_at=NOW - 2 * MINUTE),
        served(story.good, version="v1.2.0", workload="api-blue", since=2 * MINUTE,
               verdict=verdict),
    )  # fmt: skip
    again = blue_again(story, rows, oldest)

    made = planned(again, began=NOW - 10 * MINUTE, beyond={"api": template_hash(story.good)})

    (leg,) = made.legs
    assert leg.after is not None
    assert leg.after.version == "v1.1.0"
    only = blue_again(story, rows[1:], oldest)
    with pytest.raises(Refused, match="No earlier release of api is known to be good"):
        planned(only, began=NOW - 10 * MINUTE, beyond={"api": template_hash(story.good)})


def test_a_release_that_passed_and_was_left_later_is_not_returned_to() -> None:
    """Slow rot: it proved itself, went bad, was rolled back; then the older one breaks too."""
    oldest = template("v1.1.0", "blue")
    story = Story()
    rows = (
        served(oldest, version="v1.1.0", workload="api-blue", since=9 * DAY, until=5 * DAY,
               verdict=Verdict.PASS),
        served(story.good, version="v1.2.0", workload="api-blue", since=5 * DAY, until=2 * DAY,
               verdict=Verdict.PASS),
        served(story.bad, version="v1.3.0", workload="api-green", since=2 * DAY, until=HOUR,
               verdict=Verdict.PASS),
        served(story.good, version="v1.2.0", workload="api-blue", since=HOUR),
    )  # fmt: skip

    made = planned(blue_again(story, rows, oldest))

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.1.0"


@pytest.mark.parametrize("color", ["blue", "green"])
def test_what_failed_its_verification_is_no_target_again(color: str) -> None:
    """A rollback to it was undone; under whichever colour it had failed, it is the same release."""
    story = Story()
    rows = (
        story.records[0],
        served(story.bad, version="v1.3.0", workload="api-green", since=12 * MINUTE,
               until=6 * MINUTE),
        served(template("v1.2.0", color), version="v1.2.0", workload=f"api-{color}",
               since=6 * MINUTE, until=4 * MINUTE, verdict=Verdict.FAIL),
        served(story.bad, version="v1.3.0", workload="api-green", since=4 * MINUTE),
    )  # fmt: skip

    with pytest.raises(Refused, match="known to be good") as no:
        planned(story.survey(records=rows))

    assert "failed before" in no.value.next_move


def test_what_did_well_again_after_it_had_failed_is_a_target() -> None:
    story = Story()
    failed = replace(
        story.records[0], occurrence="1", live_at=NOW - 9 * DAY, superseded_at=NOW - 8 * DAY,
        verdict=Verdict.FAIL,
    )  # fmt: skip

    (leg,) = planned(story.survey(records=(failed, *story.records))).legs

    assert leg.after is not None
    assert leg.after.version == "v1.2.0"


def test_a_restart_of_the_bad_release_is_no_target() -> None:
    story = Story()
    restarted = template(
        "v1.3.0", "green", annotations={"kubectl.kubernetes.io/restartedAt": "2026-03-01T02:55:00Z"}
    )
    rows = (
        story.records[0],
        served(story.bad, version="v1.3.0", workload="api-green", since=5 * HOUR, until=HOUR,
               verdict=Verdict.PASS),
        served(restarted, version="v1.3.0", workload="api-green", since=HOUR),
    )  # fmt: skip

    made = planned(story.survey(green=workload("green", story.bad, restarted), records=rows))

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.2.0"


def test_the_same_release_on_the_other_colour_is_no_target() -> None:
    same = template("v1.3.0", "blue")
    rows = (
        served(same, version="v1.3.0", workload="api-blue", since=DAY, until=HOUR,
               verdict=Verdict.PASS),
        served(Story().bad, version="v1.3.0", workload="api-green", since=HOUR),
    )  # fmt: skip

    with pytest.raises(Refused, match="known to be good"):
        planned(Story().survey(blue=workload("blue", same), records=rows))


def test_where_none_is_known_the_candidates_are_offered_ready_to_copy() -> None:
    rows = (replace(Story().records[0], verdict=None), Story().records[1])

    with pytest.raises(Refused) as no:
        planned(Story().survey(records=rows))

    assert "No earlier release of api is known to be good" in no.value.fact
    assert "v1.2.0 (3 d old): `rollback --component api --to-version v1.2.0`" in no.value.next_move


def test_a_release_that_served_too_short_is_not_known_to_be_good() -> None:
    rows = (
        replace(Story().records[0], live_at=NOW - 20 * MINUTE),
        Story().records[1],
    )

    with pytest.raises(Refused, match="known to be good"):
        planned(Story().survey(records=rows))


@pytest.mark.parametrize("said", ["v1.2.0", "1.2.0", template_hash(Story().good)[:12]])
def test_a_version_may_be_named_with_and_without_its_v_or_by_its_template(said: str) -> None:
    made = planned(Story().survey(records=()), to_version=said)

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.2.0"


def test_a_version_that_runs_is_already_there() -> None:
    made = planned(Story().survey(), to_version="v1.3.0")

    assert (made.steps, made.verify) == ((), False)


def test_what_failed_is_offered_last_though_it_is_the_newest() -> None:
    story = Story()
    worse = template("v1.2.9", "blue")
    failed = served(worse, version="v1.2.9", workload="api-blue", since=timedelta(hours=2),
                    until=timedelta(hours=1), verdict=Verdict.FAIL)  # fmt: skip
    blue = workload("blue", story.good, worse, minimum=3)

    with pytest.raises(Refused) as no:
        planned(story.survey(blue=blue, records=(*story.records, failed)), to_version="v9.9.9")

    offered = str(no.value)
    assert offered.index("v1.2.0 (") < offered.index("v1.2.9 (")


def test_an_unknown_version_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as no:
        planned(Story().survey(), to_version="v9.9.9")

    assert str(no.value).startswith("api has no release v9.9.9. Name one: v1.2.0 (")


def test_of_several_templates_of_one_version_the_newest_is_taken_and_told() -> None:
    first, second = template("v1.2.0", "blue", config="a"), template("v1.2.0", "blue", config="b")

    made = planned(
        Story().survey(blue=workload("blue", first, second), records=()), to_version="v1.2.0"
    )

    assert made.legs[0].after is not None
    assert made.legs[0].after.identity == template_hash(second)
    assert "2 different templates" in made.notes[0]
    assert template_hash(first)[:12] in made.notes[0]


def test_it_asks_where_an_older_template_of_the_version_is_the_good_one() -> None:
    first, second = template("v1.2.0", "blue", config="a"), template("v1.2.0", "blue", config="b")
    rows = (
        served(first, version="v1.2.0", workload="api-blue", since=20 * DAY, until=15 * DAY,
               verdict=Verdict.PASS),
    )  # fmt: skip

    with pytest.raises(Refused) as no:
        planned(
            Story().survey(blue=workload("blue", first, second), records=rows), to_version="v1.2.0"
        )

    assert f"--to-version {template_hash(first)[:12]}" in no.value.next_move
    assert f"--to-version {template_hash(second)[:12]}" in no.value.next_move


def test_what_nobody_keeps_is_no_target() -> None:
    gone = replace(Story().records[0], template=None)

    with pytest.raises(Refused) as no:
        planned(
            Story().survey(
                blue=workload("blue", template("v1.2.9", "blue")),
                records=(gone, Story().records[1]),
            )
        )

    assert "v1.2.9" in no.value.next_move
    assert "v1.2.0" not in no.value.next_move


def test_a_revert_goes_to_the_very_release_it_came_from() -> None:
    story = Story()
    came_from = template_hash(story.bad)

    made = planned(blue_again(story, story.records), target={"api": came_from})

    assert made.legs[0].after is not None
    assert made.legs[0].after.identity == came_from
