"""What the adapter writes: guarded, in the right content type, under its own name."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.workload import RESTARTED
from bot.domain.errors import GiveUp
from bot.ports.trouble import Overtaken
from sandbox.kubernetes.kinds import HPA, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import (
    KEY,
    LABELS,
    NAME,
    PLACE,
    held,
    sent,
    template,
    to,
)

JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
OLD = template("registry/api:v0")


def generation(twin: KubernetesTwin) -> int:
    return int(held(twin)["metadata"]["generation"])


def test_a_template_is_replaced_and_nothing_else(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    before = held(twin)
    copied = template("registry/api:v0")
    copied["metadata"]["labels"] = LABELS | {"pod-template-hash": "abc"}

    cluster.patch_template(PLACE, NAME, copied, generation=generation(twin))

    after = held(twin)
    assert after["spec"] == before["spec"] | {"template": after["spec"]["template"]}
    assert after["spec"]["template"]["metadata"] == {"labels": LABELS}
    assert after["spec"]["template"]["spec"]["containers"][0]["image"] == "registry/api:v0"
    assert after["metadata"].get("annotations") == before["metadata"].get("annotations")
    kind, (test, change) = sent(twin)
    assert kind == JSON_PATCH
    assert test == {"op": "test", "path": "/metadata/generation", "value": 1}
    assert (change["op"], change["path"]) == ("replace", "/spec/template")


def test_every_write_says_who_it_is(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    cluster.annotate(PLACE, NAME, {"candlefish.ai/deploy-freeze": "OP-1"})

    (effect,) = twin.effects()
    assert effect.headers["user-agent"] == "candlefish"
    assert "fieldManager=candlefish" in effect.query


def test_of_ten_at_once_one_wins_and_nine_are_told(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    read = generation(twin)

    def write(number: int) -> str:
        try:
            change = template(f"registry/api:r{number}")
            cluster.patch_template(PLACE, NAME, change, generation=read)
        except Overtaken:
            return "overtaken"
        return "done"

    with ThreadPoolExecutor(10) as threads:
        outcomes = sorted(threads.map(write, range(10)))

    assert outcomes == ["done", *["overtaken"] * 9]
    assert len(twin.effects()) == 1


def test_a_template_that_is_there_already_is_no_change(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    cluster.patch_template(PLACE, NAME, held(twin)["spec"]["template"], generation=generation(twin))

    assert twin.effects() == []


def test_a_template_that_is_none_is_given_up_with_the_servers_words(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    strange = template() | {"metadata": {"labels": {"app": "other"}}}

    with pytest.raises(GiveUp, match="selector"):
        cluster.patch_template(PLACE, NAME, strange, generation=generation(twin))
    assert twin.effects() == []


def test_a_policy_that_says_no_is_final(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    twin.policies.add("candlefish", lambda review: "images come from the registry")

    with pytest.raises(GiveUp, match="images come from the registry"):
        cluster.patch_template(PLACE, NAME, OLD, generation=generation(twin))


def test_a_restart_adds_its_annotation_beside_others(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    cluster.annotate_template(PLACE, NAME, {"a/b~c": "first"}, generation=generation(twin))
    cluster.annotate_template(PLACE, NAME, {RESTARTED: "second"}, generation=generation(twin))

    annotations = held(twin)["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {"a/b~c": "first", RESTARTED: "second"}
    assert sent(twin)[0] == JSON_PATCH
    with pytest.raises(Overtaken, match="somebody else"):
        cluster.annotate_template(PLACE, NAME, {RESTARTED: "third"}, generation=1)


def test_annotations_come_and_go_one_by_one(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    cluster.annotate(PLACE, NAME, {"one": "1", "two": "2"})
    cluster.annotate(PLACE, NAME, {"one": None, "three": "3"})

    assert held(twin)["metadata"]["annotations"] == {"two": "2", "three": "3"}
    assert sent(twin)[0] == MERGE_PATCH


def test_scale_goes_through_its_own_door(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    cluster.scale(PLACE, NAME, 7)

    assert held(twin)["spec"]["replicas"] == 7
    (effect,) = twin.effects()
    assert effect.path.endswith(f"/deployments/{NAME}/scale")


def test_the_minimum_moves_and_the_maximum_stays(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    cluster.set_minimum(PLACE, NAME, 6, {"candlefish.ai/minimum-before": "3"})

    held = twin.store.get(HPA, PLACE, NAME)
    assert (held["spec"]["minReplicas"], held["spec"]["maxReplicas"]) == (6, 10)
    assert held["metadata"]["annotations"] == {"candlefish.ai/minimum-before": "3"}
    assert sent(twin)[0] == MERGE_PATCH


def test_a_selector_moves_where_it_is_as_read(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    service = cluster.service(PLACE, NAME)

    cluster.select(service, KEY, "blue", "green")

    assert twin.store.get(SERVICE, PLACE, NAME)["spec"]["selector"] == LABELS | {KEY: "green"}
    assert sent(twin)[0] == JSON_PATCH
    with pytest.raises(Overtaken, match="Service api in production was changed"):
        cluster.select(service, KEY, "blue", "green")
    with pytest.raises(Overtaken):
        cluster.select(cluster.service(PLACE, NAME), KEY, "blue", "green")
    assert len(twin.effects()) == 1


def test_a_selector_without_that_key_is_not_what_was_meant(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    with pytest.raises(Overtaken):
        cluster.select(cluster.service(PLACE, NAME), "colour", "blue", "green")
    assert twin.effects() == []


def test_a_route_is_replaced_whole_where_it_is_as_read(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    route = cluster.route(PLACE, NAME)

    cluster.reroute(route, [to("green")])

    assert twin.store.get(VIRTUALSERVICE, PLACE, NAME)["spec"]["http"] == [to("green")]
    kind, body = sent(twin)
    assert (kind, body["metadata"]) == (MERGE_PATCH, {"resourceVersion": route.resource_version})
    with pytest.raises(Overtaken, match="has been modified"):
        cluster.reroute(route, [to("blue")])


def test_rehearsals_store_nothing_and_check_the_same(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    service, route, read = (
        cluster.service(PLACE, NAME),
        cluster.route(PLACE, NAME),
        generation(twin),
    )

    cluster.patch_template(PLACE, NAME, OLD, generation=read, dry_run=True)
    cluster.annotate_template(PLACE, NAME, {RESTARTED: "x"}, generation=read, dry_run=True)
    cluster.annotate(PLACE, NAME, {"one": "1"}, dry_run=True)
    cluster.scale(PLACE, NAME, 7, dry_run=True)
    cluster.set_minimum(PLACE, NAME, 6, {}, dry_run=True)
    cluster.select(service, KEY, "blue", "green", dry_run=True)
    cluster.reroute(route, [to("green")], dry_run=True)

    writes = twin.journal.requests("PATCH")
    assert [each.status for each in writes] == [200] * 7
    assert all("dryRun=All" in each.query for each in writes)
    assert twin.effects() == []
    with pytest.raises(Overtaken):
        cluster.patch_template(PLACE, NAME, OLD, generation=read + 1, dry_run=True)
