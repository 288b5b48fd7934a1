"""How a rollback gets to its target: mechanism, steps and arguments."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.cluster.workload import Quota, template_hash
from bot.domain.operations.plan import Mechanism, Origin
from bot.domain.ops_data.rollout import Rollout
from bot.domain.verification.verification import Verdict
from tests.domain.operations.release_scene import (
    DRAIN,
    Story,
    actions,
    catalogue,
    component,
    planned,
    served,
    survey,
)
from tests.domain.operations.workloads import NOW, template, workload

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_a_good_release_on_the_idle_colour_is_switched_to() -> None:
    made = planned(Story().survey())

    (leg,) = made.legs
    assert leg.mechanism is Mechanism.SWITCH
    assert leg.before is not None
    assert leg.after is not None
    assert (leg.before.version, leg.after.version) == ("v1.3.0", "v1.2.0")
    assert leg.after.identity == template_hash(Story().good)
    assert actions(made) == [
        (0, "freeze_deploys"),
        (0, "take_restore_point"),
        (1, "scale_idle"),
        (1, "switch_service"),
        (1, "converge"),
    ]
    assert [step.action for step in made.steps if step.decisive] == ["switch_service"]
    assert made.verify


def test_a_leg_tells_where_both_of_its_releases_came_from_and_what_lies_between() -> None:
    good, bad = Story().records
    told = (
        replace(good, deployed_by="ada", change_url="https://git.example/api/commit/1a"),
        replace(
            bad,
            deployed_by="ci",
            change_url="https://git.example/api/commit/2b",
            live_by=NOW - 11 * MINUTE,
        ),
        replace(bad, deployed_by="OP-3", live_at=NOW - MINUTE, occurrence="restarted"),
    )

    made = planned(Story().survey(records=told))

    (leg,) = made.legs
    assert leg.came == Origin(at=NOW - 12 * MINUTE, by="ci", until=NOW - 11 * MINUTE)
    assert leg.made == Origin(at=NOW - 3 * DAY, by="ada")
    assert made.links == {"api": "https://git.example/api/compare/1a...2b"}
    assert made.digest == planned(Story().survey()).digest


def test_the_arguments_name_what_was_resolved() -> None:
    by_action = {step.action: step.args for step in planned(Story().survey()).steps}

    assert by_action["switch_service"] == {
        "namespace": "production",
        "service": "api",
        "key": "color",
        "before": "green",
        "after": "blue",
        "before_deployment": "api-green",
        "after_deployment": "api-blue",
        "before_template": template_hash(Story().bad),
        "after_template": template_hash(Story().good),
    }
    assert by_action["converge"]["labels"] == {"app": "api", "color": "blue"}
    assert by_action["converge"]["template"] == template_hash(Story().good)
    assert by_action["freeze_deploys"]["deployments"] == ["api-blue", "api-green"]
    assert by_action["freeze_deploys"]["operation"] == "OP-7"
    assert by_action["take_restore_point"]["id"] == f"cf-rb-7-{NOW:%Y%m%d%H%M%S}-postgresql"


def test_that_it_may_stall_the_database_is_approved_with_the_rest() -> None:
    usual = planned(Story().survey())
    stalling = planned(Story().survey(), may_stall=True)

    (point,) = [step for step in stalling.steps if step.action == "take_restore_point"]
    assert point.args["may_stall"] is True
    assert "may_stall" not in str([step.args for step in usual.steps])
    assert stalling.digest != usual.digest


def test_long_lived_connections_are_drained_from_the_old_colour() -> None:
    rollout = component().rollout
    assert rollout is not None
    one = component(rollout=replace(rollout, drain=DRAIN))

    made = planned(Story().survey(of=one), known=catalogue(one))

    last = made.steps[-1]
    assert (last.action, last.optional) == ("drain", True)
    assert last.args["deployment"] == "api-green"
    assert (last.args["percent"], last.args["every_seconds"]) == (20, 2.0)
    assert (last.args["service"], last.args["key"]) == ("api", "color")
    assert (last.args["before"], last.args["after"]) == ("green", "blue")


def test_a_target_in_the_history_of_the_idle_colour_is_restored_there_first() -> None:
    older = template("v1.2.0", "blue")
    newer = template("v1.2.9", "blue")

    made = planned(
        Story().survey(blue=workload("blue", older, newer)),
    )

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert actions(made)[2:] == [
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
    assert made.steps[4].args["after_template"] == template_hash(older)


def test_what_the_cluster_forgot_comes_from_the_ledger() -> None:
    newer = template("v1.2.9", "blue")

    made = planned(Story().survey(blue=workload("blue", newer, history_limit=0)))

    assert made.legs[0].mechanism is Mechanism.REDEPLOY
    assert made.steps[2].args["after"] == template_hash(Story().good)
    assert "revisionHistoryLimit 0" in " ".join(made.notes)


FULL = (Quota(name="compute", hard={"limits.cpu": "12"}, used={"limits.cpu": "10"}),)


def test_without_room_for_a_second_colour_the_template_is_restored_in_place() -> None:
    """Six live pods, three idle: three more take 3 CPU of limits, and 2 are left."""
    here = template("v1.2.0", "green")
    green = workload("green", here, Story().bad, replicas=6, minimum=3)

    made = planned(Story().survey(green=green, quotas=FULL))

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert made.legs[0].after is not None
    assert made.legs[0].after.workload == "api-green"
    assert "no room to bring api-blue to the live load" in made.notes[0]
    assert "limits.cpu" in made.notes[0]


def test_without_any_room_the_fastest_way_is_kept_for_the_check_to_block() -> None:
    made = planned(Story().survey(quotas=FULL))

    assert made.legs[0].mechanism is Mechanism.SWITCH


def test_one_deployment_without_colours_is_restored_in_place() -> None:
    one = component(rollout=Rollout(deployments={"": "api"}, service="api"))
    good, bad = template("v1.2.0"), template("v1.3.0")
    rows = (
        served(good, version="v1.2.0", workload="api", since=DAY, until=11 * MINUTE,
               verdict=Verdict.PASS),
        served(bad, version="v1.3.0", workload="api", since=11 * MINUTE),
    )  # fmt: skip

    made = planned(survey("", workload("", good, bad), records=rows, of=one), known=catalogue(one))

    assert [step.action for step in made.steps] == [
        "freeze_deploys",
        "restore_template",
        "converge",
    ]
    assert made.steps[1].decisive
    assert made.steps[2].args["labels"] == {"app": "api"}
