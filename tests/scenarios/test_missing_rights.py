"""A bot that may look at its cluster and change nothing: it says so long before it is needed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbox.aws.server import AwsTwin
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.seed import seed
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.netlify.server import NetlifyTwin
from sandbox.registry.server import RegistryTwin
from sandbox.servers.candlefish import Candlefish, candlefish
from tests.scenarios.terminal import Terminal

ROLES = Path(__file__).parents[2] / "deploy/kubernetes"
PLACE = "production"
PATIENCE = 60  # seconds
RULE = (
    "    patch services graphql-api in production: in production, add to the Role "
    'candlefish-switch: - {apiGroups: [""], resources: [services], resourceNames: [graphql-api], '
    "verbs: [patch]}\n"
)


def rules(*names: str) -> list[Any]:
    texts = [(ROLES / f"{name}.yaml").read_text() for name in names]
    return [rule for text in texts for rule in next(yaml.safe_load_all(text))["rules"]]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Candlefish]:
    with (
        RegistryTwin() as registry,
        KubernetesTwin() as kubernetes,
        NetlifyTwin() as netlify,
        AwsTwin() as aws,
    ):
        seed(kubernetes.store, Load(lambda: None), registry=registry.host)
        token = kubernetes.token("candlefish", rules("read"), namespace=PLACE)
        file = tmp_path / "kubeconfig"
        file.write_text(kubernetes.kubeconfig(token=token))
        more = {
            "CANDLEFISH_KUBECONFIG": str(file),
            "CANDLEFISH_NETLIFY_TOKEN": netlify.token,
            "CANDLEFISH_NETLIFY_API_URL": netlify.api_url,
            **aws.environment(),
        }
        with candlefish(tmp_path, more) as found:
            yield found


def until(told: Callable[[], str], word: str) -> str:
    ends = time.monotonic() + PATIENCE
    while word not in (said := told()):
        assert time.monotonic() < ends, said
        time.sleep(0.2)
    return said


def test_doctor_prints_every_rule_and_the_running_bot_tells_that_they_lack(
    bot: Candlefish, tmp_path: Path
) -> None:
    bot.start()
    ada = Terminal(environ=bot.environ, folder=tmp_path)
    said = ada.run("doctor", status=1).out

    assert "✗ kubernetes rights, production: " in said
    assert RULE in said
    good = {line.partition(":")[0] for line in said.splitlines() if line.startswith("✓")}
    assert {"✓ kubernetes", "✓ netlify", "✓ netlify sites", "✓ aws"} <= good
    assert any(line.startswith("✓ registry 127.0.0.1") for line in good)

    trouble = "rights: kubernetes rights, production: "
    assert trouble in until(lambda: ada.run("status").out, trouble)
    ready = httpx.get(f"{bot.url}/readyz", timeout=10, trust_env=False).raise_for_status()
    assert trouble in ready.text
    assert "rights.missing" in bot.log.read_text()
