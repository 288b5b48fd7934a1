"""What a rollback plans: the target, the mechanism, the steps, and the words of a refusal."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.component import Component, Kind
from bot.domain.errors import Refused, Unavailable
from bot.domain.plan import Kind as Asked
from bot.domain.plan import Mechanism, Plan
from bot.domain.policy import Policy
from bot.domain.rollback import plan
from bot.domain.rollout import Rollout
from bot.domain.survey import Survey, Unseen
from bot.domain.verification import Verdict
from bot.domain.workload import Quota, template_hash
from tests.domain.release_scene import (
    DRAIN,
    NOW,
    SITE,
    Story,
    asking,
    catalogue,
    component,
    deploy,
    operation,
    served,
    site_survey,
    survey,
    template,
    workload,
)

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def _plan(*surveys: Survey | Unseen, only: tuple[str, ...] = ("api",), **request: Any) -> Plan:
    known = request.pop("known", None)
    began = {"began": request.pop("began")} if "began" in request else {}
    asked = operation(Asked.ROLLBACK, *only, **request)
    return plan(asking(asked, known, **began), surveys)


def _actions(made: Plan) -> list[tuple[int, str]]:
    return [(step.stage, step.action) for step in made.steps]


def test_a_good_release_on_the_idle_colour_is_switched_to() -> None:
    made = _plan(Story().survey())

    (leg,) = made.legs
    assert leg.mechanism is Mechanism.SWITCH
    assert leg.before is not None
    assert leg.after is not None
    assert (leg.before.version, leg.after.version) == ("v1.3.0", "v1.2.0")
    assert leg.after.identity == template_hash(Story().good)
    assert _actions(made) == [
        (0, "freeze_deploys"),
        (0, "take_restore_point"),
        (1, "scale_idle"),
        (1, "switch_service"),
        (1, "converge"),
    ]
    assert [step.action for step in made.steps if step.decisive] == ["switch_service"]
    assert made.verify


def test_the_arguments_name_what_was_resolved() -> None:
    by_action = {step.action: step.args for step in _plan(Story().survey()).steps}

    assert by_action["switch_service"] == {
        "namespace": "production",
        "service": "api",
        "key": "color",
        "before": "green",
        "after": "blue",
        "before_deployment": "api-green",
        "after_deployment": "api-blue",
    }
    assert by_action["converge"]["labels"] == {"app": "api", "color": "blue"}
    assert by_action["converge"]["template"] == template_hash(Story().good)
    assert by_action["freeze_deploys"]["deployments"] == ["api-blue", "api-green"]
    assert by_action["freeze_deploys"]["operation"] == "OP-7"
    assert by_action["take_restore_point"]["id"] == f"cf-rb-7-{NOW:%Y%m%d%H%M%S}-postgresql"


def test_long_lived_connections_are_drained_from_the_old_colour() -> None:
    rollout = component().rollout
    assert rollout is not None
    one = component(rollout=replace(rollout, drain=DRAIN))

    made = _plan(Story().survey(of=one), known=catalogue(one))

    last = made.steps[-1]
    assert (last.action, last.optional) == ("drain", True)
    assert last.args["deployment"] == "api-green"
    assert (last.args["percent"], last.args["every_seconds"]) == (20, 2.0)


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

    made = _plan(
        survey("blue", workload("blue", good, worse), workload("green", bad), records=rows)
    )

    (leg,) = made.legs
    assert leg.mechanism is Mechanism.TEMPLATE
    assert leg.after is not None
    assert (leg.after.version, leg.after.workload) == ("v1.2.0", "api-blue")
    assert _actions(made)[2:] == [(1, "restore_template"), (1, "converge")]
    assert [step.action for step in made.steps if step.decisive] == ["restore_template"]


def test_rolled_back_it_is_already_there_and_does_not_return_to_the_bad_one() -> None:
    story = Story()
    rows = (
        *story.records[:1],
        replace(story.records[1], superseded_at=NOW - 2 * MINUTE),
        served(story.good, version="v1.2.0", workload="api-blue", since=2 * MINUTE),
    )

    made = _plan(replace_live(story, rows), began=NOW - 10 * MINUTE)

    assert made.steps == ()
    assert not made.verify
    assert "api is already on v1.2.0" in " ".join(made.notes)


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

    made = _plan(replace_live(story, rows, oldest))

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.1.0"


def replace_live(story: Story, rows: Any, *older: Any) -> Survey:
    """Blue, with the good release, has the traffic again."""
    return survey(
        "blue", workload("blue", *older, story.good), workload("green", story.bad), records=rows
    )


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

    made = _plan(story.survey(green=workload("green", story.bad, restarted), records=rows))

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
        _plan(Story().survey(blue=workload("blue", same), records=rows))


def test_where_none_is_known_the_candidates_are_offered_ready_to_copy() -> None:
    rows = (replace(Story().records[0], verdict=None), Story().records[1])

    with pytest.raises(Refused) as no:
        _plan(Story().survey(records=rows))

    assert "No release of api is known to be good" in no.value.fact
    assert "v1.2.0 (3 d old): `rollback --component api --to-version v1.2.0`" in no.value.next_move


def test_a_release_that_served_too_short_is_not_known_to_be_good() -> None:
    rows = (
        replace(Story().records[0], live_at=NOW - 20 * MINUTE),
        Story().records[1],
    )

    with pytest.raises(Refused, match="known to be good"):
        _plan(Story().survey(records=rows))


@pytest.mark.parametrize("said", ["v1.2.0", "1.2.0", template_hash(Story().good)[:12]])
def test_a_version_may_be_named_with_and_without_its_v_or_by_its_template(said: str) -> None:
    made = _plan(Story().survey(records=()), to_version=said)

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.2.0"


def test_a_version_that_runs_is_already_there() -> None:
    made = _plan(Story().survey(), to_version="v1.3.0")

    assert (made.steps, made.verify) == ((), False)


def test_an_unknown_version_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as no:
        _plan(Story().survey(), to_version="v9.9.9")

    assert str(no.value).startswith("api has no release v9.9.9. Name one: v1.2.0 (")


def test_of_several_templates_of_one_version_the_newest_is_taken_and_told() -> None:
    first, second = template("v1.2.0", "blue", config="a"), template("v1.2.0", "blue", config="b")

    made = _plan(
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
        _plan(
            Story().survey(blue=workload("blue", first, second), records=rows), to_version="v1.2.0"
        )

    assert f"--to-version {template_hash(first)[:12]}" in no.value.next_move
    assert f"--to-version {template_hash(second)[:12]}" in no.value.next_move


def test_a_target_in_the_history_of_the_idle_colour_is_restored_there_first() -> None:
    older = template("v1.2.0", "blue")
    newer = template("v1.2.9", "blue")

    made = _plan(
        Story().survey(blue=workload("blue", older, newer)),
    )

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert _actions(made)[2:] == [
        (1, "restore_template"),
        (1, "scale_idle"),
        (1, "switch_service"),
        (1, "converge"),
    ]
    restore = made.steps[2]
    assert not restore.decisive
    assert (restore.args["before"], restore.args["after"]) == (
        template_hash(newer), template_hash(older),
    )  # fmt: skip


def test_what_the_cluster_forgot_comes_from_the_ledger() -> None:
    newer = template("v1.2.9", "blue")

    made = _plan(Story().survey(blue=workload("blue", newer, history_limit=0)))

    assert made.legs[0].mechanism is Mechanism.REDEPLOY
    assert made.steps[2].args["after"] == template_hash(Story().good)
    assert "revisionHistoryLimit 0" in " ".join(made.notes)


def test_what_nobody_keeps_is_no_target() -> None:
    gone = replace(Story().records[0], template=None)

    with pytest.raises(Refused) as no:
        _plan(
            Story().survey(
                blue=workload("blue", template("v1.2.9", "blue")),
                records=(gone, Story().records[1]),
            )
        )

    assert "v1.2.9" in no.value.next_move
    assert "v1.2.0" not in no.value.next_move


def test_a_paused_deployment_that_must_roll_is_refused_with_the_fix() -> None:
    blue = workload("blue", Story().good, template("v1.2.9", "blue"), paused=True)

    with pytest.raises(Refused) as no:
        _plan(Story().survey(blue=blue))

    assert "api-blue is paused" in no.value.fact
    assert "rollout resume deployment/api-blue" in no.value.next_move


def test_a_paused_deployment_that_need_not_roll_is_switched_to() -> None:
    made = _plan(Story().survey(blue=workload("blue", Story().good, paused=True)))

    assert made.legs[0].mechanism is Mechanism.SWITCH


def test_a_selector_that_is_neither_colour_is_refused_with_the_fix() -> None:
    with pytest.raises(Refused) as no:
        _plan(Story().survey(selector={"app": "api", "color": "purple"}))

    assert "neither of blue or green" in no.value.fact
    assert "kubectl -n production patch service api" in no.value.next_move


def test_pods_without_the_services_label_are_never_switched_to() -> None:
    with pytest.raises(Refused, match="would find nobody"):
        _plan(Story().survey(selector={"app": "api", "color": "green", "track": "stable"}))


FULL = (Quota(name="compute", hard={"limits.cpu": "12"}, used={"limits.cpu": "10"}),)


def test_without_room_for_a_second_colour_the_template_is_restored_in_place() -> None:
    """Six live pods, three idle: three more take 3 CPU of limits, and 2 are left."""
    here = template("v1.2.0", "green")
    green = workload("green", here, Story().bad, replicas=6, minimum=3)

    made = _plan(Story().survey(green=green, quotas=FULL))

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert made.legs[0].after is not None
    assert made.legs[0].after.workload == "api-green"
    assert "no room to bring api-blue to the live load" in made.notes[0]
    assert "limits.cpu" in made.notes[0]


def test_without_any_room_the_fastest_way_is_kept_for_the_check_to_block() -> None:
    made = _plan(Story().survey(quotas=FULL))

    assert made.legs[0].mechanism is Mechanism.SWITCH


def _docs(**changes: Any) -> Survey:
    good, bad = deploy("d-good", days=3), deploy("d-bad", days=0.007)
    rows = (
        served("d-good", version="abc", workload="site-docs", since=3 * DAY, until=10 * MINUTE,
               verdict=Verdict.PASS, component="docs"),
        served("d-bad", version="def", workload="site-docs", since=10 * MINUTE, component="docs"),
    )  # fmt: skip
    return site_survey(bad, *changes.get("deploys", (good,)), records=rows)


def test_a_site_goes_back_to_an_explicit_deploy() -> None:
    made = _plan(_docs(), only=("docs",))

    assert _actions(made) == [(0, "lock_site"), (1, "restore_deploy")]
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
        _plan(_docs(deploys=(preview,)), only=("docs",), to_version="d-preview")


def test_a_deploy_that_is_gone_is_no_target() -> None:
    with pytest.raises(Refused, match="known to be good"):
        _plan(_docs(deploys=()), only=("docs",))


def test_everything_goes_back_consumers_first_after_all_stands_still() -> None:
    made = _plan(Story().survey(), _docs(), only=())

    assert _actions(made) == [
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


def test_tiers_need_not_wait_where_neighbours_were_tested_together() -> None:
    tested = catalogue(policy=Policy(contract_tested=True))

    made = _plan(Story().survey(), _docs(), only=(), known=tested)

    assert {stage for stage, _ in _actions(made)} == {0, 1}


def test_in_a_full_rollback_what_is_good_already_is_left_out_and_told() -> None:
    story = Story()
    rows = (
        served(story.good, version="v1.2.0", workload="api-blue", since=3 * DAY,
               verdict=Verdict.PASS),
    )  # fmt: skip

    made = _plan(replace_live(story, rows), _docs(), only=())

    assert made.components == ("docs",)
    assert made.notes == ("api is already on v1.2.0: it is known to be good.",)


def test_in_a_full_rollback_what_cannot_go_stays_and_is_told() -> None:
    away = Unseen(component=SITE, why=Unavailable("Netlify does not answer."))

    made = _plan(Story().survey(), away, only=())

    assert made.components == ("api",)
    assert made.notes == ("docs is left as it is: Netlify does not answer.",)


def test_a_cluster_that_is_away_is_waited_for() -> None:
    away = Unseen(component=component(), why=Unavailable("Kubernetes does not answer."))

    with pytest.raises(Unavailable, match="Kubernetes"):
        _plan(away, _docs(), only=())


def test_a_revert_goes_to_the_very_release_it_came_from() -> None:
    story = Story()
    came_from = template_hash(story.bad)

    made = _plan(replace_live(story, story.records), target={"api": came_from})

    assert made.legs[0].after is not None
    assert made.legs[0].after.identity == came_from


def test_one_deployment_without_colours_is_restored_in_place() -> None:
    one = component(rollout=Rollout(deployments={"": "api"}, service="api"))
    good, bad = template("v1.2.0"), template("v1.3.0")
    rows = (
        served(good, version="v1.2.0", workload="api", since=DAY, until=11 * MINUTE,
               verdict=Verdict.PASS),
        served(bad, version="v1.3.0", workload="api", since=11 * MINUTE),
    )  # fmt: skip

    made = _plan(survey("", workload("", good, bad), records=rows, of=one), known=catalogue(one))

    assert [step.action for step in made.steps] == [
        "freeze_deploys",
        "restore_template",
        "converge",
    ]
    assert made.steps[1].decisive
    assert made.steps[2].args["labels"] == {"app": "api"}


def test_a_component_of_a_kind_with_nothing_to_roll_back_is_not_in_a_full_rollback() -> None:
    redis = Component(name="redis", kind=Kind.REDIS, environments=("production",))

    made = _plan(Story().survey(), only=(), known=catalogue(redis))

    assert made.components == ("api",)
