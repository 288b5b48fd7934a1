"""Platform, real Prometheus, real Alertmanager, webhook: the whole way of an alert."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.demo.monitoring import Places, write_alertmanager, write_prometheus
from sandbox.platform.server import PlatformTwin, platform_twin
from sandbox.servers import Binary, alertmanager, missing, prometheus
from sandbox.servers.loopback import free_port
from tests.conftest import lacking
from tests.sandbox.platform.listener import Listener


@pytest.fixture
def chain(listener: Listener, tmp_path: Path) -> Iterator[PlatformTwin]:
    if absent := missing(Binary.PROMETHEUS, Binary.ALERTMANAGER):
        lacking("; ".join(absent.values()))
    token_file = tmp_path / "token"
    token_file.write_text(f"{listener.token}\n")
    port = free_port()
    places = Places(
        bot=urlsplit(listener.url).netloc,
        alertmanager=f"127.0.0.1:{port}",
        targets=tmp_path / "targets.json",
        token_file=token_file,
    )
    with (
        platform_twin(targets=places.targets) as twin,
        alertmanager(write_alertmanager(places, tmp_path), port=port),
        prometheus(write_prometheus(places, tmp_path)),
    ):
        yield twin


def alert(name: str, status: str) -> Callable[[dict], bool]:
    return lambda body: body["groupLabels"]["alertname"] == name and body["status"] == status


def test_a_broken_service_is_told_and_so_is_its_mending(chain: PlatformTwin, listener: Listener):
    order = f"{chain.url}/components/graphql-api"
    httpx.post(order, json={"health": "down"}, trust_env=False).raise_for_status()

    told = listener.wait(alert("GraphqlDown", "firing"), within=60)
    (firing,) = told["alerts"]
    assert firing["labels"] == {
        "alertname": "GraphqlDown",
        "environment": "production",
        "service": "graphql-api",
        "severity": "critical",
    }
    assert firing["annotations"]["summary"] == "GraphQL API is down"
    errors = listener.wait(alert("HighErrorRate", "firing"), within=60)
    assert errors["commonLabels"]["service"] == "graphql-api"

    httpx.post(order, json={"health": "good"}, trust_env=False).raise_for_status()
    mended = listener.wait(alert("GraphqlDown", "resolved"), within=60)
    assert mended["alerts"][0]["startsAt"] == firing["startsAt"]
    assert mended["groupKey"] == told["groupKey"]
    assert {code for code, _, _ in listener.told()} == {200}
