"""Watches: what there is, what changes, bookmarks, an end, a lost past and a cut link."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import urllib3
from kubernetes import client, watch

from sandbox.kubernetes.kinds import DEPLOYMENT, POD, SERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE, deployment, furnish, pod

DEPLOYMENTS = f"/apis/apps/v1/namespaces/{PLACE}/deployments"
PODS = f"/api/v1/namespaces/{PLACE}/pods"
Events = Iterator[dict[str, Any]]


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    """Its own for each test: a watch of the last test may linger."""
    with KubernetesTwin() as running:
        furnish(running)
        yield running


@contextmanager
def watching(http: httpx.Client, path: str, **query: Any) -> Iterator[Events]:
    params = {"watch": "1", "timeoutSeconds": "20"} | query
    with http.stream("GET", path, params=params) as answer:
        assert answer.status_code == 200
        yield (json.loads(line) for line in answer.iter_lines())


def newest(twin: KubernetesTwin) -> str:
    return str(twin.store.newest)


def scale(twin: KubernetesTwin, replicas: int) -> None:
    with twin.store.lock:
        found = twin.store.get(DEPLOYMENT, PLACE, NAME)
        found["spec"]["replicas"] = replicas
        twin.store.update(DEPLOYMENT, found)


def brief(event: dict[str, Any]) -> tuple[str, str]:
    return event["type"], event["object"]["metadata"]["name"]


def test_a_watch_begins_with_what_there_is(twin: KubernetesTwin, http: httpx.Client) -> None:
    with watching(http, DEPLOYMENTS) as events:
        assert brief(next(events)) == ("ADDED", NAME)
        scale(twin, 5)
        changed = next(events)

    assert (brief(changed), changed["object"]["spec"]["replicas"]) == (("MODIFIED", NAME), 5)


def test_a_watch_goes_on_from_a_version(twin: KubernetesTwin, http: httpx.Client) -> None:
    since = newest(twin)
    scale(twin, 5)

    with watching(http, DEPLOYMENTS, resourceVersion=since) as events:
        first = next(events)
        twin.store.delete(DEPLOYMENT, PLACE, NAME)
        second = next(events)

    assert [brief(first), brief(second)] == [("MODIFIED", NAME), ("DELETED", NAME)]
    assert int(second["object"]["metadata"]["resourceVersion"]) == twin.store.newest


def test_an_object_comes_into_a_selection_and_goes_out_of_it(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    since = newest(twin)
    with watching(http, PODS, resourceVersion=since, labelSelector="live=yes") as events:
        for value in ("no", "yes", "maybe"):
            found = twin.store.get(POD, PLACE, "graphql-a")
            found["metadata"]["labels"]["live"] = value
            twin.store.update(POD, found)
        seen = [next(events), next(events)]

    assert [brief(each) for each in seen] == [("ADDED", "graphql-a"), ("DELETED", "graphql-a")]
    assert seen[1]["object"]["metadata"]["labels"]["live"] == "yes"


def test_a_watch_ends_when_its_time_is_up(http: httpx.Client) -> None:
    with watching(http, DEPLOYMENTS, timeoutSeconds=1, allowWatchBookmarks="true") as events:
        types = [event["type"] for event in events]

    assert types == ["ADDED", "BOOKMARK"]


def test_bookmarks_move_on_although_nothing_that_fits_happens(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    twin.bookmark_every(0.05)
    query = {"allowWatchBookmarks": "true", "resourceVersion": newest(twin)}
    with watching(http, DEPLOYMENTS, **query) as events:
        assert next(events)["type"] == "BOOKMARK"
        found = twin.store.create(POD, pod("another"))
        wanted = found["metadata"]["resourceVersion"]
        last = next(
            each for each in events if each["object"]["metadata"]["resourceVersion"] == wanted
        )

    assert last["type"] == "BOOKMARK"
    assert "name" not in last["object"]["metadata"]
    assert last["object"]["status"] == {}


def test_the_end_of_the_beginning_is_marked(http: httpx.Client) -> None:
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    with watching(http, DEPLOYMENTS, **query) as events:
        assert next(events)["type"] == "ADDED"
        marked = next(events)["object"]["metadata"]["annotations"]

    assert marked == {"k8s.io/initial-events-end": "true"}


def test_an_old_version_is_expired_inside_a_200(
    twin: KubernetesTwin, apps: client.AppsV1Api
) -> None:
    twin.expire()
    stream = watch.Watch().stream(
        apps.list_namespaced_deployment, PLACE, resource_version="1", timeout_seconds=5
    )

    with pytest.raises(client.ApiException) as expired:
        next(stream)

    assert expired.value.status == 410
    assert "too old resource version: 1" in str(expired.value.reason)


def test_a_version_of_the_future_sees_nothing(http: httpx.Client) -> None:
    with watching(http, DEPLOYMENTS, resourceVersion=99999, timeoutSeconds=1) as events:
        assert list(events) == []


def test_a_cut_link_is_no_clean_end(twin: KubernetesTwin, apps: client.AppsV1Api) -> None:
    stream = watch.Watch().stream(apps.list_namespaced_deployment, PLACE, timeout_seconds=20)
    assert next(stream)["object"].metadata.name == NAME

    twin.cut_watches()

    with pytest.raises(urllib3.exceptions.ProtocolError):
        next(stream)


def test_many_watch_at_once(twin: KubernetesTwin, http: httpx.Client) -> None:
    many = 50
    since = newest(twin)
    seen: list[str] = []

    def look() -> None:
        with watching(http, DEPLOYMENTS, resourceVersion=since) as events:
            seen.append(next(events)["type"])

    threads = [threading.Thread(target=look) for _ in range(many)]
    for thread in threads:
        thread.start()
    twin.journal.wait_for(lambda _: len(twin.journal.requests("GET")) == many)
    scale(twin, 7)
    for thread in threads:
        thread.join(20)

    assert seen == ["MODIFIED"] * many


def test_other_kinds_and_places_are_not_seen(twin: KubernetesTwin, http: httpx.Client) -> None:
    with watching(http, DEPLOYMENTS, resourceVersion=newest(twin)) as events:
        docs = twin.store.get(SERVICE, PLACE, "docs")
        docs["spec"]["selector"]["version"] = "green"
        twin.store.update(SERVICE, docs)
        elsewhere = deployment("elsewhere")
        elsewhere["metadata"]["namespace"] = "staging"
        twin.store.create(DEPLOYMENT, elsewhere)
        scale(twin, 8)

        assert brief(next(events)) == ("MODIFIED", NAME)


def test_a_watch_that_nobody_reads_is_let_go(twin: KubernetesTwin, http: httpx.Client) -> None:
    with watching(http, DEPLOYMENTS) as events:
        next(events)
        assert twin.open_watches == 1
    gone = threading.Event()
    for replicas in range(10, 200):
        if twin.open_watches == 0:
            break
        scale(twin, replicas)
        gone.wait(0.02)

    assert twin.open_watches == 0


def test_stopping_ends_open_watches(apps: client.AppsV1Api, twin: KubernetesTwin) -> None:
    stream = watch.Watch().stream(apps.list_namespaced_deployment, PLACE, timeout_seconds=600)
    next(stream)

    twin.stop()

    assert list(stream) == []


def test_a_watch_of_one_object_by_its_name(twin: KubernetesTwin, http: httpx.Client) -> None:
    twin.store.create(DEPLOYMENT, deployment("other"))
    with watching(http, DEPLOYMENTS, fieldSelector=f"metadata.name={NAME}") as events:
        assert brief(next(events)) == ("ADDED", NAME)
        http.patch(
            PATH,
            json={"spec": {"replicas": 1}},
            headers={"content-type": "application/merge-patch+json"},
        )

        assert brief(next(events)) == ("MODIFIED", NAME)
