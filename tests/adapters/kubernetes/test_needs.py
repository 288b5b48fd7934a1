"""What a template names and the namespace lacks, with and without the right to look."""

from typing import Any

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.kubernetes.references import references
from bot.domain.errors import Refused, Unavailable
from sandbox.kubernetes.kinds import CONFIGMAP, PVC, SECRET, SERVICE_ACCOUNT, Kind
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import PLACE, Connect, of, plant_pod

MINIMAL = [
    {
        "apiGroups": [""],
        "resources": ["configmaps", "persistentvolumeclaims", "serviceaccounts"],
        "verbs": ["get"],
    },
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
]
SPEC: dict[str, Any] = {
    "serviceAccountName": "account",
    "imagePullSecrets": [{"name": "pull"}],
    "initContainers": [{"name": "init", "envFrom": [{"secretRef": {"name": "of-init"}}]}],
    "containers": [
        {
            "name": "api",
            "envFrom": [
                {"configMapRef": {"name": "env-map"}},
                {"secretRef": {"name": "env-secret"}},
                {"configMapRef": {"name": "not-needed", "optional": True}},
            ],
            "env": [
                {"name": "A", "value": "1"},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "key-map", "key": "k"}}},
                {"name": "C", "valueFrom": {"secretKeyRef": {"name": "key-secret", "key": "k"}}},
                {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "E", "valueFrom": {"configMapKeyRef": {"name": "env-map", "key": "k"}}},
            ],
        }
    ],
    "volumes": [
        {"name": "a", "configMap": {"name": "volume-map"}},
        {"name": "b", "secret": {"secretName": "volume-secret"}},
        {"name": "c", "persistentVolumeClaim": {"claimName": "claim"}},
        {"name": "d", "emptyDir": {}},
        {
            "name": "e",
            "projected": {
                "sources": [
                    {"configMap": {"name": "projected-map"}},
                    {"secret": {"name": "projected-secret"}},
                    {"secret": {"name": "projected-maybe", "optional": True}},
                    {"serviceAccountToken": {"path": "token"}},
                ]
            },
        },
    ],
}
KINDS = {
    "ConfigMap": CONFIGMAP,
    "Secret": SECRET,
    "PersistentVolumeClaim": PVC,
    "ServiceAccount": SERVICE_ACCOUNT,
}
NAMED = [
    "Secret of-init",
    "ConfigMap env-map",
    "Secret env-secret",
    "ConfigMap key-map",
    "Secret key-secret",
    "ConfigMap volume-map",
    "Secret volume-secret",
    "PersistentVolumeClaim claim",
    "ConfigMap projected-map",
    "Secret projected-secret",
    "Secret pull",
    "ServiceAccount account",
]


def plant(twin: KubernetesTwin, words: str) -> None:
    word, name = words.split()
    kind: Kind = KINDS[word]
    twin.store.create(kind, {"metadata": of(name)})


def wanting(*secrets: str) -> dict[str, Any]:
    envs = [{"secretRef": {"name": name}} for name in secrets]
    return {"spec": {"containers": [{"name": "api", "image": "x", "envFrom": envs}]}}


@pytest.fixture
def bot(twin: KubernetesTwin, connect: Connect) -> KubernetesCluster:
    """With the rights of the minimal Role."""
    return connect(twin.kubeconfig(token=twin.token("bot", MINIMAL, namespace=PLACE)))


def test_everything_a_pod_cannot_start_without_is_found_once() -> None:
    assert [f"{resource.word} {name}" for resource, name in references(SPEC)] == NAMED


def test_a_pod_that_names_nothing_needs_nothing() -> None:
    assert references({"containers": [{"name": "api", "image": "x"}], "volumes": None}) == ()


def test_only_what_is_missing_is_named(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    assert cluster.lacks(PLACE, {"spec": SPEC}) == NAMED
    for number, words in enumerate(NAMED, 1):
        plant(twin, words)
        assert cluster.lacks(PLACE, {"spec": SPEC}) == NAMED[number:]


def test_what_secrets_hold_is_not_asked_for(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant(twin, "Secret one")

    assert cluster.lacks(PLACE, wanting("one")) == []
    (asked,) = twin.journal.requests("GET")
    assert asked.headers["accept"].startswith("application/json;as=PartialObjectMetadata;")


def test_a_secret_that_a_ready_pod_uses_is_there(
    bot: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant_pod(twin, "one", **wanting("used")["spec"])

    assert bot.lacks(PLACE, wanting("used")) == []


def test_a_secret_that_nobody_may_look_at_is_never_called_missing(
    bot: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant_pod(twin, "one", **wanting("used")["spec"])

    with pytest.raises(Refused, match="may not see whether production has Secret old") as refused:
        bot.lacks(PLACE, wanting("used", "old"))
    assert "resourceNames: [old], verbs: [get]" in refused.value.next_move


def test_what_surely_lacks_comes_before_what_cannot_be_seen(bot: KubernetesCluster) -> None:
    template = wanting("hidden")
    template["spec"]["serviceAccountName"] = "gone"

    assert bot.lacks(PLACE, template) == ["ServiceAccount gone"]


def test_a_server_that_does_not_answer_lacks_nothing(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    twin.faults.status("GET", "secrets", 503)

    with pytest.raises(Unavailable):
        cluster.lacks(PLACE, wanting("one"))
