"""Who wrote which field: managedFields, as an audit of the bot's own writes reads it."""

from typing import Any

import httpx

from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE

CONTAINER = f'k:{{"name":"{NAME}"}}'


def patch(
    http: httpx.Client, body: Any, *, by: str = "", path: str = PATH, dry: bool = False
) -> httpx.Response:
    params = {"fieldManager": by} if by else {}
    params |= {"dryRun": "All"} if dry else {}
    headers = {"content-type": "application/strategic-merge-patch+json"}
    return http.patch(path, json=body, params=params, headers=headers)


def entries(twin: KubernetesTwin) -> dict[str, Any]:
    """By manager and subresource."""
    metadata = twin.store.get(DEPLOYMENT, PLACE, NAME)["metadata"]
    return {
        f"{each['manager']}{each.get('subresource', '')}": each["fieldsV1"]
        for each in metadata.get("managedFields", ())
    }


def image(tag: str) -> Any:
    containers = [{"name": NAME, "image": f"registry/graphql:{tag}"}]
    return {"spec": {"template": {"spec": {"containers": containers}}}}


def test_a_write_is_signed_by_its_field_manager(twin: KubernetesTwin, http: httpx.Client) -> None:
    patch(http, image("v2"), by="candlefish")

    container = {CONTAINER: {"f:image": {}}}
    template = {"f:spec": {"f:containers": container}}
    assert entries(twin) == {"candlefish": {"f:spec": {"f:template": template}}}


def test_without_one_the_user_agent_signs(twin: KubernetesTwin, http: httpx.Client) -> None:
    http.headers["user-agent"] = "pipeline/1.2 (linux)"

    patch(http, {"spec": {"replicas": 4}})

    assert entries(twin) == {"pipeline": {"f:spec": {"f:replicas": {}}}}


def test_the_last_writer_owns_a_field(twin: KubernetesTwin, http: httpx.Client) -> None:
    labels = {"metadata": {"labels": {"team": "a"}}}
    patch(http, {"spec": {"replicas": 4}} | labels, by="one")
    patch(http, {"spec": {"replicas": 5}}, by="other")

    assert entries(twin) == {
        "one": {"f:metadata": {"f:labels": {"f:team": {}}}},
        "other": {"f:spec": {"f:replicas": {}}},
    }


def test_what_is_written_as_before_keeps_its_owner(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    patch(http, {"spec": {"replicas": 4}}, by="one")
    patch(http, {"spec": {"replicas": 4}}, by="other")
    patch(http, {"spec": {"replicas": 9}}, by="dry", dry=True)

    assert set(entries(twin)) == {"one"}


def test_what_is_gone_belongs_to_nobody(twin: KubernetesTwin, http: httpx.Client) -> None:
    patch(http, {"metadata": {"annotations": {"lock": "held"}}}, by="one")
    patch(http, {"metadata": {"annotations": {"lock": None}}}, by="other")

    assert "one" not in entries(twin)


def test_the_status_has_its_own_signature(twin: KubernetesTwin, http: httpx.Client) -> None:
    patch(http, {"status": {"replicas": 3}}, by="kubelet", path=f"{PATH}/status")

    assert entries(twin) == {"kubeletstatus": {"f:status": {"f:replicas": {}}}}
