"""Sites, and everything at once: what goes, in which order, and what is left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.cluster.workload import Quota
from bot.domain.errors import Refused, Unavailable
from bot.domain.operations.plan import Mechanism
from bot.domain.operations.survey import Survey, Unseen
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.policy import Policy
from bot.domain.verification.verification import Verdict
from tests.domain.operations.release_scene import (
    NOW,
    SITE,
    Story,
    actions,
    blue_again,
    catalogue,
    component,
    deploy,
    planned,
    served,
    site_survey,
    survey,
)
from tests.domain.operations.workloads import template, workload

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def _docs(**changes: Any) -> Survey:
    good, bad = deploy("d-good", days=3), deploy("d-bad", days=0.007)
    rows = (
        served("d-good", version="abc", workload="site-docs", since=3 * DAY, until=10 * MINUTE,
               verdict=Verdict.PASS, component="docs"),
        served("d-bad", version="def", workload="site-docs", since=10 * MINUTE, component="docs"),
    )  # fmt: skip
    return site_survey(bad, *changes.get("deploys", (good,)), records=rows)


def test_a_site_goes_back_to_an_explicit_deploy() -> None:
    made = planned(_docs(), only=("docs",))

    assert actions(made) == [(0, "lock_site"), (1, "restore_deploy")]
    assert made.steps[1].args == {
        "site": "site-docs",
        "before": "d-bad",
        "after": "d-good",
        "url": "https://docs.example",
    }
    assert made.legs[0].mechanism is Mechanism.SITE
    assert made.steps[1].decisive


def test_a_deploy_of_another_branch_is_no_candidate() -> None:
    preview = deploy("d-preview", days=1, branch="feature")

    with pytest.raises(Refused, match="has no release d-preview"):
        planned(_docs(deploys=(preview,)), only=("docs",), to_version="d-preview")


def test_a_deploy_that_is_gone_is_no_target() -> None:
    with pytest.raises(Refused, match="known to be good"):
        planned(_docs(deploys=()), only=("docs",))


def test_everything_goes_back_consumers_first_after_all_stands_still() -> None:
    made = planned(Story().survey(), _docs(), only=())

    assert actions(made) == [
        (0, "freeze_deploys"),
        (0, "lock_site"),
        (0, "take_restore_point"),
        (1, "restore_deploy"),
        (2, "scale_idle"),
        (2, "switch_service"),
        (2, "converge"),
    ]
    assert made.components == ("api", "docs")
    assert len({step.name for step in made.steps}) == len(made.steps)


@pytest.mark.parametrize(
    ("left", "mechanisms"),
    [(6, [Mechanism.SWITCH, Mechanism.SWITCH]), (5, [Mechanism.SWITCH, Mechanism.TEMPLATE])],
)
def test_components_share_the_room_of_their_namespace(
    left: int, mechanisms: list[Mechanism]
) -> None:
    """Either colour is to be brought from three pods to six; a wave in place takes two."""
    quotas = (Quota(name="compute", hard={"pods": str(left)}, used={"pods": "0"}),)
    first, second = (_twice_good(name, quotas) for name in ("api", "web"))

    made = planned(first, second, only=("api", "web"), known=catalogue(component("web")))

    assert [leg.mechanism for leg in made.legs] == mechanisms
    told = [note for note in made.notes if "beside 3 for the others" in note]
    assert len(told) == mechanisms.count(Mechanism.TEMPLATE)


def _twice_good(name: str, quotas: Sequence[Quota]) -> Survey:
    """The good release stands on blue, and in the history of green, where a bad one serves."""
    blue, green = (template("v1.2.0", color, app=name) for color in ("blue", "green"))
    bad = template("v1.3.0", "green", app=name)
    return survey(
        "green",
        workload("blue", blue, app=name, minimum=3),
        workload("green", green, bad, app=name, replicas=6, minimum=3),
        of=component(name),
        quotas=quotas,
        records=(
            served(blue, version="v1.2.0", workload=f"{name}-blue", component=name,
                   since=3 * DAY, until=12 * MINUTE, verdict=Verdict.PASS),
            served(bad, version="v1.3.0", workload=f"{name}-green", component=name,
                   since=12 * MINUTE),
        ),
    )  # fmt: skip


def test_tiers_need_not_wait_where_neighbours_were_tested_together() -> None:
    tested = catalogue(policy=Policy(contract_tested=True))

    made = planned(Story().survey(), _docs(), only=(), known=tested)

    assert {stage for stage, _ in actions(made)} == {0, 1}


def test_a_full_rollback_that_moves_nothing_because_nothing_can_is_refused() -> None:
    """A tick for having done nothing would be the worst answer while everything burns."""
    burning = replace(Story().survey(), records=())
    fine = blue_again(
        Story(),
        (served(Story().good, version="v1.2.0", workload="api-blue", since=3 * DAY,
                verdict=Verdict.PASS),),
    )  # fmt: skip

    with pytest.raises(Refused, match="known to be good"):
        planned(burning, fine, only=())


def test_in_a_full_rollback_what_is_good_already_is_left_out_and_told() -> None:
    story = Story()
    rows = (
        served(story.good, version="v1.2.0", workload="api-blue", since=3 * DAY,
               verdict=Verdict.PASS),
    )  # fmt: skip

    made = planned(blue_again(story, rows), _docs(), only=())

    assert made.components == ("docs",)
    assert made.notes == ("api is already on v1.2.0: it is known to be good.",)


@pytest.mark.parametrize(
    ("troubled", "came", "goes"),
    [
        (("api",), {"live_at": NOW - 40 * MINUTE}, True),
        (("api",), {"live_at": NOW - 5 * HOUR, "live_by": NOW - 40 * MINUTE}, True),
        (("api",), {"live_at": NOW - 3 * HOUR}, False),
        ((), {"live_at": NOW - 40 * MINUTE}, False),
    ],
)
def test_what_passed_and_came_just_before_its_trouble_is_not_left_out(
    troubled: tuple[str, ...], came: dict[str, datetime], *, goes: bool
) -> None:
    """It may have passed while it was breaking: a mean over half an hour is slow."""
    story = Story()
    good, bad = story.records
    passed = {"verdict": Verdict.PASS, "verified_at": NOW - 11 * MINUTE}
    rows = (replace(good, superseded_at=came["live_at"]), replace(bad, **came, **passed))  # type: ignore[arg-type]  # a test names the fields

    made = planned(story.survey(records=rows), _docs(), only=(), troubled=troubled)

    assert made.components == (("api", "docs") if goes else ("docs",))


def test_what_somebody_went_back_to_since_the_trouble_began_is_left_out() -> None:
    story = Story()
    good, bad = story.records
    before = replace(good, superseded_at=NOW - 9 * MINUTE)
    again = replace(good, occurrence="again", live_at=NOW - 5 * MINUTE, superseded_at=None)
    left = replace(bad, live_at=NOW - 9 * MINUTE, superseded_at=NOW - 5 * MINUTE)
    served_well = blue_again(story, (again, left, before))

    made = planned(served_well, _docs(), only=(), troubled=("api",), began=NOW - 8 * MINUTE)

    assert made.components == ("docs",)


def test_in_a_full_rollback_what_cannot_go_stays_and_is_told() -> None:
    away = Unseen(component=SITE, why=Unavailable("Netlify does not answer."))

    made = planned(Story().survey(), away, only=())

    assert made.components == ("api",)
    assert made.notes == ("docs is left as it is: Netlify does not answer.",)


def test_a_version_of_everything_goes_where_there_is_one() -> None:
    made = planned(Story().survey(), _docs(), only=(), to_version="v1.2.0")

    assert made.components == ("api",)
    assert made.notes[0].startswith("docs is left as it is: docs has no release v1.2.0.")


def test_a_cluster_that_is_away_is_waited_for() -> None:
    away = Unseen(component=component(), why=Unavailable("Kubernetes does not answer."))

    with pytest.raises(Unavailable, match="Kubernetes"):
        planned(away, _docs(), only=())


def test_a_component_of_a_kind_with_nothing_to_roll_back_is_not_in_a_full_rollback() -> None:
    redis = Component(name="redis", kind=Kind.REDIS, environments=("production",))

    made = planned(Story().survey(), only=(), known=catalogue(redis))

    assert made.components == ("api",)
