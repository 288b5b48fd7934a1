"""Lists: selectors, pages, and what is not found."""

from typing import Any

import httpx
import pytest

from sandbox.kubernetes.kinds import POD
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import PLACE, pod

PODS = f"/api/v1/namespaces/{PLACE}/pods"
LABELS: dict[str, dict[str, str]] = {
    "a": {"app": "graphql", "color": "blue"},
    "b": {"app": "graphql", "color": "green"},
    "c": {"app": "docs", "color": "blue", "canary": ""},
    "d": {},
}


@pytest.fixture
def labelled(twin: KubernetesTwin) -> KubernetesTwin:
    for there in twin.store.list(POD):
        twin.store.delete(POD, PLACE, there["metadata"]["name"])
    for name, labels in LABELS.items():
        obj = pod(name, node=f"node-{name}")
        obj["metadata"]["labels"] = labels
        twin.store.create(POD, obj)
    return twin


def names(http: httpx.Client, **query: Any) -> str:
    answer = http.get(PODS, params=query)
    assert answer.status_code == 200, answer.text
    return "".join(each["metadata"]["name"] for each in answer.json()["items"])


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("app=graphql", "ab"),
        ("app==graphql,color=blue", "a"),
        ("app!=graphql", "cd"),
        ("color in (blue, green)", "abc"),
        ("color notin (blue),app", "b"),
        ("canary", "c"),
        ("!app", "d"),
        ("canary=", "c"),
        ("", "abcd"),
    ],
)
@pytest.mark.usefixtures("labelled")
def test_label_selectors(http: httpx.Client, selector: str, expected: str) -> None:
    assert names(http, labelSelector=selector) == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("metadata.name=a", "a"),
        ("metadata.name!=a", "bcd"),
        ("spec.nodeName=node-b", "b"),
        (f"metadata.namespace={PLACE},status.phase==Running", "abcd"),
        ("status.phase=Failed", ""),
    ],
)
@pytest.mark.usefixtures("labelled")
def test_field_selectors(http: httpx.Client, selector: str, expected: str) -> None:
    assert names(http, fieldSelector=selector) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"labelSelector": "a=b=c"},
        {"labelSelector": "a in b"},
        {"fieldSelector": "spec.hostNetwork=true"},
        {"fieldSelector": "nonsense"},
        {"limit": "many"},
    ],
)
def test_selectors_that_are_none(http: httpx.Client, query: dict[str, str]) -> None:
    answer = http.get(PODS, params=query)

    assert (answer.status_code, answer.json()["reason"]) == (400, "BadRequest")


def test_a_list_in_pages_is_one_snapshot(labelled: KubernetesTwin, http: httpx.Client) -> None:
    first = http.get(PODS, params={"limit": 3}).json()
    labelled.store.delete(POD, PLACE, "d")
    token = first["metadata"]["continue"]

    rest = http.get(PODS, params={"limit": 3, "continue": token}).json()

    assert first["metadata"]["remainingItemCount"] == 1
    assert [each["metadata"]["name"] for each in rest["items"]] == ["d"]
    assert rest["metadata"] == {"resourceVersion": first["metadata"]["resourceVersion"]}


def test_a_page_can_be_too_old(labelled: KubernetesTwin, http: httpx.Client) -> None:
    token = http.get(PODS, params={"limit": 1}).json()["metadata"]["continue"]
    labelled.expire()

    answer = http.get(PODS, params={"limit": 1, "continue": token})

    assert (answer.status_code, answer.json()["reason"]) == (410, "Expired")


def test_a_list_of_the_future_times_out(http: httpx.Client) -> None:
    answer = http.get(PODS, params={"resourceVersion": "99999"})

    assert (answer.status_code, answer.json()["reason"]) == (504, "Timeout")
