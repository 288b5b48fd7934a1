"""Whatever was released in whatever order: what a rollback may never do."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.cluster.essence import essence
from bot.domain.cluster.workload import Quota, Scaler, template_hash
from bot.domain.errors import Refused
from bot.domain.operations.candidate import live_of, of_cluster
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.plan import Plan
from bot.domain.operations.rollback import plan
from bot.domain.operations.survey import ClusterSurvey, Workload, serving
from bot.domain.verification.verification import Verdict
from tests.domain.operations.release_scene import asking, operation, served, survey
from tests.domain.operations.workloads import NOW, template, workload

STEP = timedelta(hours=1)


@dataclass(frozen=True)
class Deployed:
    """A release that was shipped to a colour, and whether it did well."""

    number: int
    color: str
    passed: bool


def histories() -> st.SearchStrategy[list[Deployed]]:
    each = st.builds(
        Deployed,
        number=st.integers(1, 6),
        color=st.sampled_from(["blue", "green"]),
        passed=st.booleans(),
    )
    return st.lists(each, min_size=1, max_size=8)


def world(history: list[Deployed], replicas: int = 3, minimum: int = 2) -> ClusterSurvey:
    """Each release took the traffic when it was shipped, an hour after the one before."""
    templates: dict[str, list[dict[str, Any]]] = {"blue": [], "green": []}
    rows = []
    for number, one in enumerate(history):
        shipped = template(f"v{one.number}", one.color)
        mine = [each for each in templates[one.color] if each != shipped]
        templates[one.color] = [*mine, shipped]
        left = len(history) - number
        rows.append(
            served(
                shipped,
                version=f"v{one.number}",
                workload=f"api-{one.color}",
                since=left * STEP,
                until=(left - 1) * STEP if left > 1 else None,
                verdict=Verdict.PASS if one.passed else None,
            )
        )
    there = [
        workload(color, *(templates[color] or [template("v0", color)]), replicas=replicas,
                 minimum=minimum)
        for color in ("blue", "green")
    ]  # fmt: skip
    return survey(history[-1].color, *there, records=rows)


def planned(read: ClusterSurvey, began: datetime = NOW) -> Plan | None:
    """`None` where it is refused: nothing is known to be good."""
    try:
        return plan(asking(operation(Asked.ROLLBACK, "api"), began=began), [read])
    except Refused:
        return None


@given(histories())
def test_the_target_is_never_what_serves_now(history: list[Deployed]) -> None:
    read = world(history)
    made = planned(read)
    assume(made is not None and made.steps)
    assert made is not None

    after = made.legs[0].after
    assert after is not None
    (target,) = [one for one in of_cluster(read) if after.identity in one.identities]
    assert target.essence != live_of(read)
    assert after.version != f"v{history[-1].number}"


@given(histories())
def test_the_target_has_proved_itself(history: list[Deployed]) -> None:
    made = planned(world(history))
    assume(made is not None and made.steps)
    assert made is not None

    after = made.legs[0].after
    assert after is not None
    assert any(one.passed for one in history if f"v{one.number}" == after.version)


@given(
    histories(),
    st.integers(1, 10),
    st.integers(1, 4),
    st.integers(0, 9),
    st.lists(st.booleans(), max_size=3),
)
def test_the_weather_is_not_in_the_hash(
    history: list[Deployed], replicas: int, minimum: int, generation: int, up: list[bool]
) -> None:
    calm = planned(world(history))
    read = world(history, replicas, minimum)
    stormy = planned(
        replace(
            read,
            workloads={
                color: replace(
                    one,
                    deployment=replace(
                        one.deployment,
                        generation=generation,
                        annotations={"deployment.kubernetes.io/revision": str(generation)},
                        available=0,
                    ),
                    pods=[replace(pod, ready=ok) for pod, ok in zip(one.pods, up, strict=False)],
                )
                for color, one in read.workloads.items()
            },
            quotas=(Quota(name="wide", hard={"pods": "1000"}, used={"pods": str(replicas)}),),
        )
    )
    assert (calm is None) == (stormy is None)
    if calm is not None and stormy is not None:
        assert calm.digest == stormy.digest


@given(histories())
def test_done_as_planned_it_is_already_there(history: list[Deployed]) -> None:
    """By whoever asks again while the same incident is open."""
    read, began = world(history), NOW - timedelta(minutes=1)
    made = planned(read, began)
    assume(made is not None and made.steps)
    assert made is not None

    again = planned(carried_out(made, read), began)

    assert again is not None
    assert again.steps == ()


@given(histories())
def test_the_target_of_a_plan_is_the_target_of_its_identity(history: list[Deployed]) -> None:
    """What a revert relies on: back and forth are the same road."""
    read = world(history)
    made = planned(read)
    assume(made is not None and made.steps)
    assert made is not None
    before, after = made.legs[0].before, made.legs[0].after
    assert before is not None
    assert after is not None

    done = carried_out(made, read)
    back = plan(asking(operation(Asked.ROLLBACK, "api", target={"api": before.identity})), [done])

    assert back.legs[0].after is not None
    target = next(one for one in of_cluster(read) if back.legs[0].after.identity in one.identities)
    assert target.essence == live_of(read)


def carried_out(made: Plan, read: ClusterSurvey) -> ClusterSurvey:
    """The world after the plan's steps, and the ledger that saw them."""
    there = dict(read.workloads)
    live = serving(read).color
    for step in made.steps:
        if step.action == "restore_template":
            color = str(step.args["deployment"]).removeprefix("api-")
            there[color] = _restored(there[color], str(step.args["after"]))
        if step.action == "switch_service":
            live = str(step.args["after"])
    now = there[live]
    rows = [
        replace(row, superseded_at=NOW) if row.superseded_at is None else row
        for row in read.records
    ]
    rows.append(
        served(
            now.deployment.template,
            version="again",
            workload=now.deployment.name,
            since=timedelta(),
        )
    )
    return survey(live, *there.values(), records=rows)


def _restored(one: Workload, identity: str) -> Workload:
    found = next(each for each in one.history if each.template_hash == identity)
    revision = max(each.revision for each in one.history) + 1
    newest = replace(found, revision=revision)
    history = (newest, *(each for each in one.history if each is not found))
    return replace(
        one, deployment=replace(one.deployment, template=found.template), history=history
    )


@given(st.sampled_from(["blue", "green"]), st.dictionaries(st.text(), st.text(), max_size=3))
def test_an_essence_does_not_know_the_colour_nor_a_restart(color: str, notes: Any) -> None:
    plain = template("v1", color, annotations=notes)
    restarted = template(
        "v1", color, annotations={**notes, "kubectl.kubernetes.io/restartedAt": "now"}
    )
    other = template("v1", "purple", annotations=notes)
    assume("kubectl.kubernetes.io/restartedAt" not in notes)
    said = " ".join((*notes, *notes.values()))
    assume(color not in said and "purple" not in said)

    same = essence(plain, color, f"api-{color}")

    assert same == essence(restarted, color, f"api-{color}")
    assert same == essence(other, "purple", "api-purple")
    assert same != essence(template("v2", color, annotations=notes), color, f"api-{color}")
    assert template_hash(plain) != template_hash(other)


def test_an_autoscalers_numbers_are_weather() -> None:
    history = [Deployed(1, "blue", passed=True), Deployed(2, "green", passed=False)]
    read = world(history)
    changed = {
        color: replace(one, scaler=_busy(one.scaler)) for color, one in read.workloads.items()
    }

    calm, busy = planned(read), planned(replace(read, workloads=changed))

    assert calm is not None
    assert busy is not None
    assert calm.digest == busy.digest


def _busy(scaler: Scaler | None) -> Scaler | None:
    return None if scaler is None else replace(scaler, current=9, minimum=5, maximum=40)
