"""Who the bot is at the API server: files that rotate, plug-ins that hang, hooks that are off."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from kubernetes.client.configuration import Configuration
from kubernetes.config import incluster_config

from bot.adapters.kubernetes import connection, credentials
from bot.adapters.kubernetes.connection import Connection, Request
from bot.domain.errors import GiveUp, Refused, Unavailable
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import NAME, PLACE, Connect


def as_user(twin: KubernetesTwin, user: dict[str, object]) -> str:
    config = yaml.safe_load(twin.kubeconfig())
    config["users"][0]["user"] = user
    return yaml.safe_dump(config)


def plugin(file: Path, script: str) -> dict[str, object]:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(file),
            "interactiveMode": "Never",
        }
    }


def test_a_token_that_was_replaced_is_read_anew(
    twin: KubernetesTwin, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RENEW_EVERY", 0.0)
    token = tmp_path / "token"
    token.write_text(twin.admin_token)
    cluster = connect(as_user(twin, {"tokenFile": str(token)}))
    cluster.deployment(PLACE, NAME)

    fresh = twin.token("ada")
    twin.tokens.revoke(twin.admin_token)
    token.write_text(fresh)
    cluster.annotate(PLACE, NAME, {"a": "1"})

    assert [each.client for each in twin.effects()] == ["ada"]


def test_credentials_that_stay_bad_are_told_and_not_read_at_every_call(
    twin: KubernetesTwin, connect: Connect
) -> None:
    cluster = connect(as_user(twin, {"token": "nobody-knows-it"}))

    with pytest.raises(Refused, match="Unauthorized") as refused:
        cluster.deployment(PLACE, NAME)
    assert "CANDLEFISH_KUBECONFIG" in refused.value.next_move
    with pytest.raises(GiveUp, match="CANDLEFISH_KUBECONFIG"):
        cluster.annotate(PLACE, NAME, {"a": "1"})
    assert len(twin.journal.requests()) == 2


def test_a_plugin_is_asked_once_and_trusted(
    twin: KubernetesTwin, connect: Connect, tmp_path: Path
) -> None:
    answer = (
        '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
        f'"status":{{"token":"{twin.admin_token}","expirationTimestamp":"2001-01-01T00:00:00Z"}}}}'
    )
    asked = tmp_path / "asked"
    script = f"echo once >> {asked}; echo '{answer}'"
    cluster = connect(as_user(twin, plugin(tmp_path / "plugin", script)))

    for _ in range(3):
        cluster.deployment(PLACE, NAME)
    assert asked.read_text() == "once\n"


def test_a_plugin_that_hangs_does_not_hold_the_bot(
    twin: KubernetesTwin, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "LOAD_SECONDS", 0.2)
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    cluster = connect(as_user(twin, plugin(tmp_path / "plugin", f"read line < {gate}; echo {{}}")))

    with pytest.raises(Unavailable, match="plug-in"):
        cluster.check()
    gate.write_text("go on\n")


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("not: [yaml", None),
        ("", None),
        ("{}", None),
        ("contexts: 7", None),
        ("KUBECONFIG", "no-such-context"),
    ],
)
def test_a_kubeconfig_that_broke_since_the_start_is_named(
    twin: KubernetesTwin, connect: Connect, tmp_path: Path, text: str, context: str | None
) -> None:
    file = tmp_path / "config"
    file.write_text(twin.kubeconfig() if text == "KUBECONFIG" else text)

    with pytest.raises(Refused, match="config cannot be used"):
        connect(str(file), context).check()


def test_a_file_that_is_gone_is_named_and_its_return_is_enough(
    twin: KubernetesTwin, connect: Connect, tmp_path: Path
) -> None:
    file = tmp_path / "config"
    cluster = connect(str(file))
    with pytest.raises(Refused, match="cannot be used"):
        cluster.check()

    file.write_text(twin.kubeconfig())
    assert cluster.check()


def test_the_context_that_is_asked_for_is_used(twin: KubernetesTwin, connect: Connect) -> None:
    config = yaml.safe_load(twin.kubeconfig())
    config["contexts"].append(config["contexts"][0] | {"name": "other"})
    config["current-context"] = "gone"

    assert connect(yaml.safe_dump(config), "other").check()


def test_no_hook_puts_host_or_token_back_and_no_default_is_set(
    twin: KubernetesTwin, tmp_path: Path
) -> None:
    file = tmp_path / "config"
    file.write_text(twin.kubeconfig())
    configuration = credentials.credentials(str(file))()

    assert configuration.refresh_api_key_hook is None
    assert configuration.retries is False
    assert configuration.host == twin.url
    assert Configuration.get_default_copy().host != twin.url

    configuration.host = "http://127.0.0.1:1"
    with pytest.raises(Unavailable):
        Connection(lambda: configuration).json(Request(method="GET", path="/version"))


def test_a_pod_uses_its_own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, authority = tmp_path / "token", tmp_path / "ca.crt"
    token.write_text("of-the-pod")
    authority.write_text("a certificate")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(authority))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")

    configuration = credentials.credentials("in-cluster")()

    assert configuration.host == "https://10.0.0.1:443"
    assert configuration.api_key == {"BearerToken": "bearer of-the-pod"}
    assert configuration.ssl_ca_cert == str(authority)
    assert configuration.refresh_api_key_hook is None


def test_outside_a_pod_there_is_no_such_account(connect: Connect) -> None:
    with pytest.raises(Refused, match="The pod's own account cannot be used"):
        connect("in-cluster").check()


def test_the_client_comes_without_its_models() -> None:
    look = (
        "import sys, bot.adapters.kubernetes.cluster;"
        "print([name for name in sys.modules if name.startswith('kubernetes.client.models.')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
