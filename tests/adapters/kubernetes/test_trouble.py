"""An API server that is slow, overloaded, cut off or not there: never a hang, never a guess."""

import socket
from collections.abc import Callable

import pytest

from bot.adapters.kubernetes import connection
from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.trouble import RateLimited, TimedOut
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import (
    LABELS,
    NAME,
    PATH,
    PLACE,
    Connect,
    held,
    plant_pod,
    template,
)

OLD = template("registry/api:v0")
Call = Callable[[KubernetesCluster], object]


def read(cluster: KubernetesCluster) -> object:
    return cluster.deployment(PLACE, NAME)


def write(cluster: KubernetesCluster) -> object:
    return cluster.patch_template(PLACE, NAME, OLD, generation=1)


def image(twin: KubernetesTwin) -> str:
    return str(held(twin)["spec"]["template"]["spec"]["containers"][0]["image"])


@pytest.mark.parametrize("call", [read, write])
def test_what_may_pass_is_unavailable_and_tried_once(
    cluster: KubernetesCluster, twin: KubernetesTwin, call: Call
) -> None:
    answers = [500, 502, 503, 504, 408]
    for status in answers:
        twin.faults.status("*", NAME, status)
        with pytest.raises(Unavailable, match=f"HTTP {status}"):
            call(cluster)

    assert [each.status for each in twin.journal.requests()] == answers


def test_an_overloaded_server_names_its_pause(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("*", NAME, 429, headers={"Retry-After": "7"})

    with pytest.raises(RateLimited) as limited:
        read(cluster)
    assert limited.value.retry_after == 7.0


def test_an_overloaded_server_is_no_disruption_budget(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant_pod(twin, "one")
    twin.faults.status("POST", "eviction", 429, body=b"Too many requests, please try again later.")

    with pytest.raises(RateLimited):
        cluster.evict(PLACE, "one")


@pytest.mark.parametrize("call", [read, write])
def test_a_cut_connection_is_unavailable_and_tried_once(
    cluster: KubernetesCluster, twin: KubernetesTwin, call: Call
) -> None:
    twin.faults.drop("*", NAME)

    with pytest.raises(Unavailable, match="does not answer"):
        call(cluster)
    assert len(twin.journal.requests()) == 1
    assert image(twin) == "registry/api:v1"


def test_a_write_whose_answer_is_lost_was_applied(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.lose_answer("PATCH", PATH)

    with pytest.raises(Unavailable):
        write(cluster)
    assert image(twin) == "registry/api:v0"
    assert len(twin.effects()) == 1


@pytest.mark.parametrize("call", [read, write])
def test_silence_ends_at_our_own_timeout(
    cluster: KubernetesCluster,
    twin: KubernetesTwin,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read(cluster)
    monkeypatch.setattr(connection, "READ_SECONDS", 0.2)
    twin.faults.stall("*", NAME, seconds=5)

    with pytest.raises(TimedOut):
        call(cluster)


def test_nobody_at_the_address_is_unavailable(connect: Connect, twin: KubernetesTwin) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(Unavailable, match="NewConnectionError"):
        read(connect(twin.kubeconfig().replace(twin.url, address)))


def test_what_is_not_kubernetes_is_told(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    twin.faults.status("GET", NAME, 200, body=b"<html>a proxy's page</html>")
    with pytest.raises(Unavailable, match="is not Kubernetes"):
        read(cluster)

    twin.faults.status("GET", "version", 200, body=b"[]")
    with pytest.raises(Unavailable, match="is not Kubernetes"):
        cluster.check()

    twin.faults.status("GET", NAME, 302, headers={"Location": "http://127.0.0.1:1/"}, body=b"")
    with pytest.raises(Refused, match="HTTP 302"):
        read(cluster)


def test_a_plain_text_refusal_is_told_as_it_is(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("*", NAME, 404, body=b"404 page not found\n", times=2)
    with pytest.raises(Refused, match="There is no"):
        read(cluster)
    with pytest.raises(GiveUp, match="404 page not found"):
        write(cluster)


def test_a_failed_test_that_nobody_moved_is_given_up(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    words = b'{"kind":"Status","message":"the server rejected our request due to an error in our \
request","reason":"Invalid","details":{},"code":422}'
    twin.faults.status("PATCH", PATH, 422, body=words)

    with pytest.raises(GiveUp, match="rejected our request"):
        write(cluster)


def test_after_a_failed_test_nobody_guesses(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("GET", PATH, 503)

    with pytest.raises(Unavailable):
        cluster.patch_template(PLACE, NAME, OLD, generation=99)


def test_long_words_of_the_server_are_bounded(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("GET", "pods", 400, body=b"x" * 100_000)

    with pytest.raises(Refused) as refused:
        cluster.pods(PLACE, LABELS)
    assert len(str(refused.value)) < 1000
