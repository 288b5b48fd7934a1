"""Deployments as they change: nothing is missed, and no watch outlives its time or its trouble."""

import re
from collections.abc import Iterator
from itertools import islice
from threading import Thread

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.workload import Deployment
from bot.domain.errors import Refused, Unavailable
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.twin.journal import Received
from tests.adapters.kubernetes.scene import NAME, PLACE, Connect, held, until

WITHIN = 10


def ship(twin: KubernetesTwin, replicas: int) -> None:
    changed = held(twin)
    changed["spec"]["replicas"] = replicas
    twin.store.update(DEPLOYMENT, changed)


def sizes(seen: Iterator[Deployment], count: int) -> list[int]:
    return [each.replicas for each in islice(seen, count)]


def is_watch(request: Received) -> bool:
    return "watch=true" in request.query


def test_first_as_they_are_then_as_they_change(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    seen = cluster.watch(PLACE, 20)

    assert sizes(seen, 1) == [3]
    ship(twin, 4)
    ship(twin, 5)
    assert sizes(seen, 2) == [4, 5]
    seen.close()


def test_bookmarks_are_no_news(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    twin.bookmark_every(0.02)

    assert sizes(cluster.watch(PLACE, 3), 10) == [3]


def test_it_ends_by_itself(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    assert [each.name for each in cluster.watch(PLACE, 3)] == [NAME]

    (watch,) = [each for each in twin.journal.requests() if is_watch(each)]
    assert re.search(r"timeoutSeconds=[123]\b", watch.query)
    assert "allowWatchBookmarks=true" in watch.query


def test_a_forgotten_past_is_listed_anew(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    seen = cluster.watch(PLACE, 20)
    assert sizes(seen, 1) == [3]

    ship(twin, 4)
    twin.expire()

    assert sizes(seen, 1) == [4]
    seen.close()


def test_a_refused_watch_of_the_past_is_listed_anew_too(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("GET", "deployments", 410, query="watch=true")
    seen = cluster.watch(PLACE, 20)

    assert sizes(seen, 2) == [3, 3]
    seen.close()


@pytest.mark.parametrize(
    ("answer", "told", "watches"),
    [
        ((200, b""), "ended a watch early", 1),
        ((410, None), "forgot at once", 2),
        ((200, b'{"type":"ERROR","object":{"code":410}}\n'), "forgot at once", 2),
    ],
)
def test_a_server_that_ends_every_watch_is_not_asked_on_and_on(
    cluster: KubernetesCluster,
    twin: KubernetesTwin,
    answer: tuple[int, bytes | None],
    told: str,
    watches: int,
) -> None:
    status, body = answer
    twin.faults.status("GET", "deployments", status, body=body, query="watch=true", times=50)
    with pytest.raises(Unavailable, match=told):
        list(cluster.watch(PLACE, 20))

    assert len([each for each in twin.journal.requests() if is_watch(each)]) == watches


def test_a_past_that_is_forgotten_after_news_is_listed_anew_each_time(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    news = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"1"}}}\n'
    gone = b'{"type":"ERROR","object":{"code":410}}\n'
    twin.faults.status("GET", "deployments", 200, body=news + gone, query="watch=true", times=3)
    seen = cluster.watch(PLACE, 20)

    assert sizes(seen, 4) == [3, 3, 3, 3]
    seen.close()


def test_a_cut_watch_is_told(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    seen = cluster.watch(PLACE, 20)
    assert sizes(seen, 1) == [3]
    ship(twin, 4)
    assert sizes(seen, 1) == [4]

    twin.cut_watches()
    with pytest.raises(Unavailable, match="broke off a watch"):
        next(seen)


def test_what_is_deleted_is_not_shown_again(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    seen = cluster.watch(PLACE, 20)
    assert sizes(seen, 1) == [3]
    ship(twin, 4)
    assert sizes(seen, 1) == [4]

    twin.store.delete(DEPLOYMENT, PLACE, NAME)
    fresh = held_like(twin)

    assert next(seen).uid == fresh
    seen.close()


def held_like(twin: KubernetesTwin) -> str:
    spec = {
        "selector": {"matchLabels": {"app": "other"}},
        "template": {
            "metadata": {"labels": {"app": "other"}},
            "spec": {"containers": [{"name": "other", "image": "registry/other:v1"}]},
        },
    }
    metadata = {"name": "other", "namespace": PLACE}
    made = twin.store.create(DEPLOYMENT, {"metadata": metadata, "spec": spec})
    return str(made["metadata"]["uid"])


def test_what_may_not_be_watched_is_refused(twin: KubernetesTwin, connect: Connect) -> None:
    rules = [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}]
    bot = connect(twin.kubeconfig(token=twin.token("bot", rules, namespace=PLACE)))

    with pytest.raises(Refused, match='cannot watch resource "deployments"'):
        list(bot.watch(PLACE, 5))


def test_who_waits_in_it_is_told_of_its_end_at_once(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    watch = cluster.watch(PLACE, 600)
    seen: list[str] = []
    reader = Thread(target=lambda: seen.extend(each.name for each in watch))
    reader.start()
    until(lambda: twin.open_watches > 0)
    watch.close()
    reader.join(WITHIN)

    assert not reader.is_alive()
    assert seen == [NAME]


def test_ended_before_it_began_it_asks_nothing(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    watch = cluster.watch(PLACE, 600)
    watch.close()

    assert list(watch) == []
    assert twin.journal.requests() == []


def test_ended_between_the_list_and_the_stream_it_reads_no_more(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    watch = cluster.watch(PLACE, 600)
    twin.faults.slow("GET", "deployments", 0.2, query="watch=true")
    reader = Thread(target=lambda: list(watch))
    reader.start()
    until(lambda: any(is_watch(each) for each in twin.journal.requests()))
    watch.close()
    reader.join(WITHIN)

    assert not reader.is_alive()
