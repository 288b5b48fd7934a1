"""`python -m sandbox kubernetes`: the seeded cluster as a process of its own."""

import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

from kubernetes import client, config


def test_it_serves_the_platform_until_interrupted(tmp_path: Path):
    file = tmp_path / "kube" / "config"
    arguments = ["kubernetes", "--port", "0", "--kubeconfig", str(file)]
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], stdout=subprocess.PIPE, text=True
    ) as twin:
        assert twin.stdout is not None
        assert re.search(r"http://127\.0\.0\.1:\d+", twin.stdout.readline())
        told = [twin.stdout.readline() for _ in range(13)]
        assert "  production/graphql-api-blue v1.4.2, 6 pods\n" in told
        assert "  staging/graphql-api-green v1.4.1, 1 pod\n" in told
        assert f"KUBECONFIG={file} kubectl" in told[-1]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        apps = client.AppsV1Api(config.new_client_from_config(str(file)))
        found = apps.read_namespaced_deployment("graphql-api-blue", "production")
        assert found.status.available_replicas == 6
        twin.send_signal(signal.SIGINT)
        assert twin.wait(60) == 0
    assert not file.exists()


def test_a_kubeconfig_of_yours_is_left_alone(tmp_path: Path):
    file = tmp_path / "config"
    file.write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "kubernetes", "--port", "0", "--kubeconfig", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "may be yours" in done.stdout
    assert file.read_text() == "mine"
