"""Which rights a catalogue asks for, and the words that grant them."""

from bot.domain.cluster.workload import Scaler
from bot.domain.operations.rights import (
    READ,
    ROUTES,
    SNAPSHOTS,
    SWITCH,
    TEMPLATES,
    Right,
    fix,
    needed,
    role_of,
    rule,
)
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Drain, Rollout

PLACES = {"production": "prod", "staging": "stage"}


def component(rollout: Rollout | None, **namespace: str) -> Component:
    return Component(
        name="api",
        kind=Kind.KUBERNETES,
        environments=("production", "staging"),
        namespace=namespace or PLACES,
        rollout=rollout,
    )


def written(rights: tuple[Right, ...]) -> set[str]:
    return {str(right) for right in rights if right.verb not in {"get", "list", "watch"}}


def test_what_the_bot_may_write_is_named_one_by_one() -> None:
    colours = {"blue": "api-blue", "green": "api-green"}
    rollout = Rollout(deployments=colours, service="api", selector="color", drain=Drain())

    assert written(needed([component(rollout)], ["production"])) == {
        "patch deployments.apps api-blue in prod",
        "patch deployments.apps api-green in prod",
        "patch deployments/scale.apps api-blue in prod",
        "patch deployments/scale.apps api-green in prod",
        "patch horizontalpodautoscalers.autoscaling api-blue in prod",
        "patch horizontalpodautoscalers.autoscaling api-green in prod",
        "patch services api in prod",
        "create pods/eviction in prod",
    }


def test_an_autoscaler_is_asked_for_by_its_own_name() -> None:
    scaler = Scaler(
        namespace="prod", name="keda-api", deployment="api", minimum=1, maximum=4, current=2
    )

    rights = written(needed([component(Rollout(deployments={"": "api"}))], PLACES, [scaler]))

    assert "patch horizontalpodautoscalers.autoscaling keda-api in prod" in rights
    assert "patch horizontalpodautoscalers.autoscaling api in prod" not in rights
    assert "patch horizontalpodautoscalers.autoscaling api in stage" in rights


def test_a_route_is_patched_where_it_switches() -> None:
    colours = {"blue": "api-blue", "green": "api-green"}
    rollout = Rollout(deployments=colours, service="api", selector="color", route="api-route")

    rights = needed([component(rollout)], ["staging"])
    assert "patch virtualservices.networking.istio.io api-route in stage" in written(rights)
    assert "list destinationrules.networking.istio.io in stage" in {str(one) for one in rights}


def test_nobody_is_evicted_where_nothing_is_drained() -> None:
    rollout = Rollout(deployments={"": "api"}, service="api")

    assert not {each for each in needed([component(rollout)], PLACES) if each.verb == "create"}


def test_only_asked_for_environments_count_and_each_right_once() -> None:
    rollout = Rollout(deployments={"": "api"}, service="api")
    twice = [component(rollout), component(rollout)]

    rights = needed(twice, ["production"])
    assert {right.namespace for right in rights} == {"prod"}
    assert len(rights) == len(set(rights))


def test_what_has_no_rollout_or_no_namespace_needs_nothing() -> None:
    rollout = Rollout(deployments={"": "api"})

    assert needed([component(None), component(rollout, staging="stage")], ["production"]) == ()


def test_a_volume_is_snapshotted_where_it_is() -> None:
    store = Store(
        component="db", provider=Provider.VOLUME_SNAPSHOT, name="data-0", namespace="databases"
    )
    rights = needed([component(Rollout(stores={"production": store}))], ["production"])

    assert {str(right) for right in rights} == {
        "get persistentvolumeclaims data-0 in databases",
        "get volumesnapshots.snapshot.storage.k8s.io in databases",
        "list volumesnapshots.snapshot.storage.k8s.io in databases",
        "create volumesnapshots.snapshot.storage.k8s.io in databases",
        "delete volumesnapshots.snapshot.storage.k8s.io in databases",
    }


def test_the_fix_is_a_rule_ready_to_paste() -> None:
    scale = Right(
        verb="patch",
        group="apps",
        resource="deployments",
        namespace="prod",
        name="api",
        subresource="scale",
    )
    pods = Right(verb="list", group="", resource="pods", namespace="prod")

    assert rule(scale) == (
        "- {apiGroups: [apps], resources: [deployments/scale], "
        "resourceNames: [api], verbs: [patch]}"
    )
    assert rule(pods) == '- {apiGroups: [""], resources: [pods], verbs: [list]}'
    assert fix(pods) == (
        "list pods in prod: in prod, add to the Role candlefish-read: "
        '- {apiGroups: [""], resources: [pods], verbs: [list]}'
    )


def test_each_right_has_its_role() -> None:
    def right(verb: str, resource: str, subresource: str = "", group: str = "") -> Right:
        return Right(
            verb=verb, group=group, resource=resource, namespace="p", subresource=subresource
        )

    assert role_of(right("list", "pods")) == READ
    assert role_of(right("patch", "services")) == SWITCH
    assert role_of(right("patch", "deployments", "scale")) == SWITCH
    assert role_of(right("patch", "deployments")) == TEMPLATES
    assert role_of(right("get", "virtualservices", group="networking.istio.io")) == ROUTES
    assert role_of(right("list", "volumesnapshots", group="snapshot.storage.k8s.io")) == SNAPSHOTS
