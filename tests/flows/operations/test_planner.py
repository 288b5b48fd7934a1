"""Plans made of a world of working twins, and words said by the actions themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.registry import ACTIONS
from bot.domain.errors import Refused, Unavailable
from bot.domain.operations.check import Code
from bot.domain.operations.plan import Kind, Mechanism
from sandbox.kubernetes.kinds import HPA, QUOTA
from tests.flows.operations.planning_stage import NAMESPACE, Stage

SERVICES = ("graphql-api", "websocket-service", "document-service")
SITES = ("docs-site", "partners-site", "api-site")


def test_the_last_known_good_is_switched_to(still: Stage) -> None:
    still.remember("graphql-api")

    made = still.plan(Kind.ROLLBACK, "graphql-api")

    (leg,) = made.legs
    assert leg.mechanism is Mechanism.SWITCH
    assert leg.before is not None
    assert leg.after is not None
    assert (leg.before.version, leg.after.version) == ("v1.4.2", "v1.4.1")
    assert [step.name for step in made.steps] == [
        "freeze graphql-api",
        "restore point of postgresql",
        "scale graphql-api",
        "switch graphql-api",
        "converge graphql-api",
    ]
    assert made.links == {"graphql-api": "https://example.com/graphql-api/blue"}


def test_who_asks_just_after_a_switch_gets_back_to_what_served_until_then(still: Stage) -> None:
    """The ledger has not looked again: it still holds that the good one serves."""
    still.remember("graphql-api")
    good = next(row for row in still.ledger["graphql-api"] if row.verdict)
    seen_at = still.began - timedelta(seconds=5)
    still.ledger["graphql-api"] = [replace(good, superseded_at=None, seen_at=seen_at)]

    made = still.plan(Kind.ROLLBACK, "graphql-api")

    (leg,) = made.legs
    assert leg.before is not None
    assert leg.after is not None
    assert (leg.before.version, leg.after.version) == ("v1.4.2", "v1.4.1")
    (cause,) = [one for one in still.checks(made) if one.code is Code.SUSPECT]
    assert cause.seen == "v1.4.2 (blue) came 0 s before the trouble began: a likely cause"


def test_an_autoscaler_of_another_name_holds_the_pods_all_the_same(still: Stage) -> None:
    still.remember("graphql-api")
    store = still.cluster.api.store
    for color in ("blue", "green"):
        spec = store.get(HPA, NAMESPACE, f"graphql-api-{color}")["spec"]
        store.delete(HPA, NAMESPACE, f"graphql-api-{color}")
        about = {"name": f"keda-hpa-{color}", "namespace": NAMESPACE}
        store.create(HPA, {"metadata": about, "spec": spec})

    (scale,) = [
        one for one in still.plan(Kind.ROLLBACK, "graphql-api").steps if one.action == "scale_idle"
    ]

    assert scale.args["scaler"] == "keda-hpa-green"
    assert scale.args["live_scaler"] == "keda-hpa-blue"


def test_every_step_says_what_it_does_and_how_long_it_may_take(still: Stage) -> None:
    still.remember(*SERVICES)
    still.remember_sites(*SITES)

    made = still.plan(Kind.ROLLBACK)

    assert set(made.components) == {*SERVICES, *SITES}
    for step in made.steps:
        assert step.action in ACTIONS
        assert step.does
        assert step.touches
        assert step.check
        assert step.undo
        assert step.seconds == ACTIONS[step.action].seconds


def test_everything_goes_back_sites_first_in_tiers(still: Stage) -> None:
    still.remember(*SERVICES)
    still.remember_sites(*SITES)

    made = still.plan(Kind.ROLLBACK)

    tiers = {step.component: step.stage for step in made.steps if step.decisive}
    assert tiers == {
        "docs-site": 1,
        "partners-site": 1,
        "api-site": 1,
        "graphql-api": 2,
        "websocket-service": 3,
        "document-service": 3,
    }
    assert [step.component for step in made.steps if step.action == "drain"] == [
        "websocket-service"
    ]


def test_planned_twice_it_is_the_same_plan(still: Stage) -> None:
    still.remember(*SERVICES)

    first, second = still.plan(Kind.ROLLBACK, *SERVICES), still.plan(Kind.ROLLBACK, *SERVICES)

    assert first.digest == second.digest


def test_planning_only_reads(still: Stage) -> None:
    still.remember(*SERVICES)
    still.remember_sites(*SITES)

    still.plan(Kind.ROLLBACK)

    assert still.cluster.api.effects() == []
    assert still.hosts.effects() == []


def test_an_older_version_is_restored_on_the_idle_colour_first(still: Stage) -> None:
    made = still.plan(Kind.ROLLBACK, "graphql-api", to_version="v1.3.9")

    assert made.legs[0].mechanism is Mechanism.TEMPLATE
    assert [step.name for step in made.steps][2:] == [
        "restore graphql-api",
        "scale graphql-api",
        "switch graphql-api",
        "converge graphql-api",
    ]


def test_without_a_ledger_the_cluster_offers_its_candidates(still: Stage) -> None:
    with pytest.raises(Refused) as no:
        still.plan(Kind.ROLLBACK, "graphql-api")

    for version in ("v1.4.1", "v1.4.0", "v1.3.9"):
        assert f"`rollback --component graphql-api --to-version {version}`" in no.value.next_move
    assert "v1.4.2" not in no.value.next_move


def test_a_vendor_that_is_off_is_named_with_the_setting(still: Stage) -> None:
    still.world = replace(still.world, cluster=None)

    with pytest.raises(Refused, match="CANDLEFISH_KUBECONFIG"):
        still.plan(Kind.ROLLBACK, "graphql-api")


def test_a_cluster_that_does_not_answer_is_waited_for(stage: Stage) -> None:
    stage.remember("graphql-api")
    stage.cluster.api.faults.drop("*", ".", times=1_000)

    with pytest.raises(Unavailable):
        stage.plan(Kind.ROLLBACK, "graphql-api")


def test_quotas_that_may_not_be_read_stop_no_plan(stage: Stage) -> None:
    stage.remember("graphql-api")
    stage.cluster.api.faults.status("GET", "/resourcequotas", 403, times=1_000)

    assert stage.plan(Kind.ROLLBACK, "graphql-api").legs[0].mechanism is Mechanism.SWITCH


def test_a_known_good_deploy_off_the_first_page_is_looked_up(
    still: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    still.remember_sites("docs-site")
    monkeypatch.setattr("bot.flows.operations.survey._DEPLOYS", 1)

    made = still.plan(Kind.ROLLBACK, "docs-site")

    assert made.legs[0].after is not None
    assert made.legs[0].after.version == "v1.4.1"


@pytest.mark.parametrize(
    ("kind", "request_", "actions"),
    [
        (Kind.RESTART, {}, ["restart"]),
        (Kind.SCALE, {"replicas": 7}, ["scale"]),
        (Kind.FREEZE, {}, ["freeze_deploys"]),
        (Kind.UNFREEZE, {}, ["unfreeze_deploys"]),
    ],
)
def test_the_other_kinds_are_planned_the_same_way(
    still: Stage, kind: Kind, request_: dict[str, int], actions: list[str]
) -> None:
    made = still.plan(kind, "graphql-api", **request_)

    assert [step.action for step in made.steps] == actions
    assert made.steps[0].does
    assert not made.verify


def test_the_catalogue_that_is_shipped_can_be_planned_with(still: Stage) -> None:
    operable = still.plan(Kind.FREEZE).components

    assert operable == (*SERVICES, *SITES)


def test_without_room_for_two_colours_it_goes_back_in_place(stage: Stage) -> None:
    """Live runs 6 pods and idle 3; two more pods may be made, and three are wanted."""
    with stage.cluster.store.lock:
        quota = stage.cluster.store.get(QUOTA, NAMESPACE, "compute")
        used = int(quota["status"]["used"]["pods"])
        quota["spec"]["hard"] = {"pods": str(used + 2)}
        stage.cluster.store.update(QUOTA, quota)

    made = stage.plan(Kind.ROLLBACK, "graphql-api", to_version="v1.4.0")

    assert [step.action for step in made.steps if step.stage] == ["restore_template", "converge"]
