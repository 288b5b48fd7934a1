"""The watch of Deployments: what changed is told, whatever happens to the watch itself."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.flows.releases.deployments import DeploymentWatch
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin

PLACE, API, OTHER = "production", "graphql-api", "somebody-elses"
SOON = 20


class Office:
    """Hears of changes; `wanted` is what it asks for."""

    def __init__(self) -> None:
        self.wanted: dict[str, set[str]] = {PLACE: {API}}
        self.told: list[str] = []

    def hear(self, namespace: str, deployment: str) -> None:
        self.told.append(f"{namespace}/{deployment}")


def until(wanted: Callable[[], bool]) -> None:
    ends = time.monotonic() + SOON
    while not wanted():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.005)


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("deployments of ")]


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as one:
        for name in (API, OTHER):
            create(one, name)
        yield one


@pytest.fixture
def cluster(twin: KubernetesTwin, tmp_path: Path) -> Iterator[KubernetesCluster]:
    file = tmp_path / "kubeconfig"
    file.write_text(twin.kubeconfig())
    one = KubernetesCluster.connect(str(file))
    yield one
    one.close()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def watch(cluster: KubernetesCluster, office: Office) -> Iterator[DeploymentWatch]:
    one = DeploymentWatch(cluster, lambda: office.wanted, office.hear)
    yield one
    one.stop()
    assert threads() == []


def create(twin: KubernetesTwin, name: str, namespace: str = PLACE) -> None:
    labels = {"app": name}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "b:1"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pods}
    metadata = {"name": name, "namespace": namespace}
    twin.store.create(DEPLOYMENT, {"metadata": metadata, "spec": spec})


def scale(twin: KubernetesTwin, replicas: int, name: str = API) -> None:
    with twin.store.lock:
        found = twin.store.get(DEPLOYMENT, PLACE, name)
        found["spec"]["replicas"] = replicas
        twin.store.update(DEPLOYMENT, found)


def started(watch: DeploymentWatch, office: Office, twin: KubernetesTwin) -> None:
    """It has looked at what there is, and follows it."""
    watch.turn()
    until(lambda: bool(office.told) and twin.open_watches > 0)
    office.told.clear()


def lists(twin: KubernetesTwin) -> int:
    return len([one for one in twin.journal.requests() if "watch=" not in one.query])


def test_what_changed_is_told_and_what_is_not_ours_is_not(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    started(watch, office, twin)
    scale(twin, 2, OTHER)
    scale(twin, 2)
    until(lambda: bool(office.told))

    assert office.told == [f"{PLACE}/{API}"]


def test_where_nothing_changes_nothing_is_asked(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    twin.bookmark_every(0.01)
    started(watch, office, twin)
    for _ in range(20):
        watch.turn()

    assert office.told == []
    assert (lists(twin), len(twin.journal.requests())) == (1, 2)


def test_what_changed_in_a_gap_is_told_after_it(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    started(watch, office, twin)
    twin.faults.status("GET", "deployments", 503, times=1)
    twin.cut_watches()
    scale(twin, 2)
    until(lambda: bool(office.told))
    until(lambda: twin.open_watches > 0)

    assert office.told == [f"{PLACE}/{API}"]


def test_a_cut_without_a_change_is_no_news(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    started(watch, office, twin)
    twin.cut_watches()
    until(lambda: lists(twin) > 1 and twin.open_watches > 0)

    assert office.told == []


def test_a_forgotten_past_is_read_anew(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    started(watch, office, twin)
    twin.faults.status("GET", "deployments", 410, query="watch=true")
    twin.cut_watches()
    scale(twin, 2)
    until(lambda: bool(office.told))

    assert office.told == [f"{PLACE}/{API}"]


def test_a_namespace_that_nobody_wants_any_more_is_left(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    started(watch, office, twin)
    office.wanted = {}
    watch.turn()

    assert threads() == []
    until(lambda: twin.open_watches == 0)
    office.wanted = {PLACE: {API}}
    watch.turn()
    until(lambda: bool(office.told))


def test_several_namespaces_are_followed_side_by_side(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    create(twin, API, "staging")
    office.wanted = {PLACE: {API}, "staging": {API}}
    watch.turn()
    until(lambda: sorted(office.told) == [f"{PLACE}/{API}", f"staging/{API}"])

    until(lambda: twin.open_watches == 2)


def test_one_that_may_not_be_watched_is_left_alone_for_a_while(
    office: Office, twin: KubernetesTwin, tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(twin.kubeconfig(token=twin.token("bot", [], namespace=PLACE)))
    cluster = KubernetesCluster.connect(str(file))
    watch = DeploymentWatch(cluster, lambda: office.wanted, office.hear)
    watch.turn()
    until(lambda: len(twin.journal.requests()) == 1)
    watch.stop()
    cluster.close()

    assert threads() == []
    assert (office.told, len(twin.journal.requests())) == ([], 1)


def test_an_api_that_is_away_comes_back(
    watch: DeploymentWatch, office: Office, twin: KubernetesTwin
) -> None:
    twin.faults.drop("GET", "deployments", times=1)
    watch.turn()
    until(lambda: bool(office.told))

    assert office.told == [f"{PLACE}/{API}"]
