"""The official Python client works against the twin unchanged: typed, raw, custom, from a file."""

import json
from pathlib import Path

import pytest
from kubernetes import client, config

from sandbox.kubernetes.kinds import DEPLOYMENT, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PLACE, connected, deployment, service, status_of

ROUTE = {"route": [{"destination": {"host": "docs", "subset": "blue"}, "weight": 100}]}
ISTIO = ("networking.istio.io", "v1", PLACE, "virtualservices")


def test_an_object_lives_its_whole_life(apps: client.AppsV1Api) -> None:
    made = apps.create_namespaced_deployment(PLACE, deployment("docs"))
    assert (made.metadata.generation, made.spec.revision_history_limit) == (1, 10)

    made.spec.replicas = 5
    replaced = apps.replace_namespaced_deployment("docs", PLACE, made)
    assert (replaced.metadata.generation, replaced.spec.replicas) == (2, 5)

    assert apps.delete_namespaced_deployment("docs", PLACE)["status"] == "Success"
    with pytest.raises(client.ApiException) as gone:
        apps.read_namespaced_deployment("docs", PLACE)
    assert gone.value.status == 404


def test_raw_answers_carry_everything(apps: client.AppsV1Api) -> None:
    raw = apps.read_namespaced_deployment(NAME, PLACE, _preload_content=False)

    assert json.loads(raw.data)["spec"]["template"]["spec"]["dnsPolicy"] == "ClusterFirst"


def test_a_field_newer_than_the_client_is_only_in_the_raw_answer() -> None:
    with KubernetesTwin(newer_fields={"V1PodSpec": ["nextYearsField"]}) as twin:
        newer = deployment()
        newer["spec"]["template"]["spec"]["nextYearsField"] = "kept"
        twin.store.create(DEPLOYMENT, newer)
        with connected(twin) as api:
            apps = client.AppsV1Api(api)
            typed = apps.read_namespaced_deployment(NAME, PLACE)
            raw = apps.read_namespaced_deployment(NAME, PLACE, _preload_content=False)

    assert "kept" not in str(typed.to_dict())
    assert json.loads(raw.data)["spec"]["template"]["spec"]["nextYearsField"] == "kept"


def test_what_this_server_knows_a_write_keeps() -> None:
    with KubernetesTwin(newer_fields={"V1PodSpec": ["nextYearsField"]}) as twin:
        newer = deployment()
        newer["spec"]["template"]["spec"]["nextYearsField"] = "kept"
        twin.store.create(DEPLOYMENT, newer)
        with connected(twin) as api:
            client.AppsV1Api(api).patch_namespaced_deployment(
                NAME, PLACE, {"spec": {"replicas": 9}}
            )

        held = twin.store.get(DEPLOYMENT, PLACE, NAME)["spec"]
        assert (held["replicas"], held["template"]["spec"]["nextYearsField"]) == (9, "kept")


def test_a_kubeconfig_file_leads_here(twin: KubernetesTwin, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(twin.kubeconfig(token=twin.token("ada"), namespace=PLACE))
    loaded = config.new_client_from_config(str(path))
    with loaded as api:
        assert client.CoreV1Api(api).read_namespaced_service("docs", PLACE).spec.type == "ClusterIP"
        api.rest_client.pool_manager.clear()

    assert {each.client for each in twin.journal.requests()} == {"ada"}


def test_custom_resources(twin: KubernetesTwin, api: client.ApiClient) -> None:
    custom = client.CustomObjectsApi(api)
    body = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": "docs"},
        "spec": {"hosts": ["docs"], "http": [ROUTE]},
    }
    custom.create_namespaced_custom_object(*ISTIO, body)

    merged = custom.patch_namespaced_custom_object(*ISTIO, "docs", {"spec": {"hosts": ["x"]}})
    assert (merged["metadata"]["generation"], merged["spec"]["hosts"]) == (2, ["x"])

    with pytest.raises(client.ApiException) as as_list:
        custom.patch_namespaced_custom_object(*ISTIO, "docs", [{"op": "remove", "path": "/spec"}])
    assert as_list.value.status == 400

    with pytest.raises(client.ApiException) as strategic:
        custom.patch_namespaced_custom_object(
            *ISTIO, "docs", {}, _content_type="application/strategic-merge-patch+json"
        )
    assert strategic.value.status == 415
    assert "accepted media types include" in status_of(strategic.value)["message"]
    assert twin.store.get(VIRTUALSERVICE, PLACE, "docs")["spec"]["http"] == [ROUTE]


def test_lists_and_their_items(apps: client.AppsV1Api) -> None:
    raw = apps.list_namespaced_deployment(PLACE, _preload_content=False)
    found = json.loads(raw.data)

    assert found["kind"] == "DeploymentList"
    assert "kind" not in found["items"][0]
    assert apps.list_deployment_for_all_namespaces().items[0].metadata.name == NAME


def test_a_service_keeps_its_address_when_it_is_replaced(core: client.CoreV1Api) -> None:
    made = core.create_namespaced_service(PLACE, service("web", app="web"))
    core.patch_namespaced_service("web", PLACE, {"spec": {"selector": {"color": "green"}}})

    found = core.read_namespaced_service("web", PLACE)

    assert found.spec.cluster_ip == made.spec.cluster_ip
    assert found.spec.selector == {"app": "web", "color": "green"}
    assert found.metadata.generation is None


def test_a_namespace_goes_with_all_that_is_in_it(
    twin: KubernetesTwin, core: client.CoreV1Api
) -> None:
    core.create_namespace({"metadata": {"name": "trial"}})
    core.create_namespaced_service("trial", {**service(), "metadata": {"name": "docs"}})
    assert core.read_namespace("trial").status.phase == "Active"

    core.delete_namespace("trial")

    assert [each.metadata.name for each in core.list_namespace().items] == [PLACE]
    left = [each["metadata"]["namespace"] for each in twin.store.list(SERVICE)]
    assert left == [PLACE]


@pytest.mark.parametrize("path", ["/version", "/apis", "/api/v1", "/apis/apps/v1", "/readyz"])
def test_the_server_says_what_it_is(api: client.ApiClient, path: str) -> None:
    answer = api.call_api("GET", f"{api.configuration.host}{path}")

    assert answer.status == 200
