"""What was just seen not to come up is passed over, as long as another way leads there."""

from dataclasses import replace

import pytest

from bot.domain.cluster.workload import Quota, template_hash
from bot.domain.operations.plan import Mechanism
from bot.domain.operations.setback import Setback
from tests.domain.operations.release_scene import Story, planned
from tests.domain.operations.workloads import template, workload

FULL = (Quota(name="compute", hard={"limits.cpu": "12"}, used={"limits.cpu": "10"}),)
FELL = Setback(
    workload="api-blue",
    identity=template_hash(Story().good),
    operation="OP-3",
    seen="2 of 6 pods are ready.",
)
HERE_TOO = workload("green", template("v1.2.0", "green"), Story().bad, replicas=6, minimum=3)


def test_an_idle_colour_that_did_not_come_up_is_passed_over() -> None:
    made = planned(Story().survey(green=HERE_TOO), setbacks=(FELL,))

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert made.legs[0].after is not None
    assert made.legs[0].after.workload == "api-green"
    (note,) = made.notes
    assert note == (
        "api: api-blue did not come up in OP-3 (2 of 6 pods are ready). So v1.2.0 is restored in "
        "place on api-green, 25% at a time."
    )


def test_whatever_of_the_same_release_that_colour_has_is_passed_over() -> None:
    """A template of before, which differs in its notes alone, would meet the same fate."""
    mark = {"kubectl.kubernetes.io/restartedAt": "yesterday"}
    older = template("v1.2.0", "blue", annotations=mark)
    blue = workload("blue", older, Story().good, minimum=3)

    made = planned(Story().survey(blue=blue, green=HERE_TOO), setbacks=(FELL,))

    assert made.legs[0].after is not None
    assert made.legs[0].after.workload == "api-green"


@pytest.mark.parametrize(
    "other",
    [{"identity": "another release"}, {"workload": "api-green"}],
    ids=["of another release", "of the live colour"],
)
def test_what_else_did_not_come_up_changes_nothing(other: dict[str, str]) -> None:
    survey = Story().survey(green=HERE_TOO)

    assert planned(survey, setbacks=(replace(FELL, **other),)) == planned(survey)


@pytest.mark.parametrize("quotas", [(), FULL], ids=["nowhere else", "no room elsewhere"])
def test_where_no_other_way_leads_the_same_one_is_tried_again(quotas: tuple[Quota, ...]) -> None:
    green = HERE_TOO if quotas else None
    found = Story().survey(
        blue=workload("blue", Story().good, replicas=6, minimum=3),
        quotas=(replace(FULL[0], used={"limits.cpu": "12"}),) if quotas else (),
        **({"green": green} if green else {}),
    )

    made = planned(found, setbacks=(FELL,))

    assert made.legs[0].mechanism is Mechanism.SWITCH
    (note,) = made.notes
    assert note == (
        "api: api-blue did not come up in OP-3 (2 of 6 pods are ready), and there is no other way "
        "to v1.2.0 now. It is tried again."
    )
    assert made.digest == planned(found).digest


def test_a_plan_knows_what_could_be_done_in_place_instead() -> None:
    assert planned(Story().survey(green=HERE_TOO)).legs[0].otherwise == "api-green"
    assert planned(Story().survey()).legs[0].otherwise == ""
    quotas = (replace(FULL[0], used={"limits.cpu": "12"}),)
    blue = workload("blue", Story().good, replicas=6, minimum=3)
    full = Story().survey(blue=blue, green=HERE_TOO, quotas=quotas)
    assert planned(full).legs[0].otherwise == ""
