"""A platform that breaks, a real Prometheus that sees it, the shipped queries, and the card."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.prometheus import Prometheus
from bot.cards.evidence import evidence_line
from bot.catalogue.load import load
from bot.domain.fact import Fact, Verdict
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.evidence import ask_texts, asks, found, read
from sandbox.demo.monitoring import Places, write_prometheus
from sandbox.platform.health import Health
from sandbox.platform.server import PlatformTwin, platform_twin
from sandbox.servers import Binary, missing, prometheus
from sandbox.servers.loopback import free_port
from tests.conftest import lacking

ROOT = Path(__file__).parents[2]
SECONDS = 40


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(ROOT / "alert_routes", ROOT / "runbooks", default_environment="production")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PlatformTwin, Prometheus]]:
    if absent := missing(Binary.PROMETHEUS):
        lacking("; ".join(absent.values()))
    folder = tmp_path_factory.mktemp("chain")
    nobody = f"127.0.0.1:{free_port()}"
    places = Places(
        bot=nobody, alertmanager=nobody, targets=folder / "targets.json", token_file=folder / "t"
    )
    with ExitStack() as stack:
        twin = stack.enter_context(platform_twin(targets=places.targets))
        server = stack.enter_context(prometheus(write_prometheus(places, folder)))
        for name, health in {
            "graphql-api": Health.FAILING,
            "websocket-service": Health.SLOW,
            "docs-site": Health.SLOW,
            "redis": Health.SLOW,
        }.items():
            live = twin.platform.live(name)
            assert live is not None
            twin.platform.set_health(name, live.tag, health)
        yield twin, Prometheus(server.url)


def asked(metrics: Prometheus, catalogue: Catalogue, name: str) -> dict[str, Fact]:
    """As the evidence loop asks, without its database."""
    now = datetime.now(UTC)
    wanted = asks(catalogue.queries, catalogue.components[name], "production")
    answers = {text: read(metrics.ask(text)) for text in ask_texts(wanted)}
    facts = [found(ask, answers[ask.now], answers.get(ask.earlier or ""), now) for ask in wanted]
    return {fact.name: fact for fact in facts}


def until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not seen():
        assert time.monotonic() < end, "Prometheus never saw it"
        time.sleep(0.2)


def complete(facts: dict[str, Fact]) -> bool:
    return bool(facts) and all(fact.value is not None for fact in facts.values())


@pytest.mark.parametrize(
    ("name", "over", "others"),
    [
        ("graphql-api", {"errors"}, {"latency", "traffic"}),
        ("websocket-service", {"latency"}, {"errors", "traffic", "connections"}),
        ("document-service", set(), {"errors", "latency", "traffic", "lost_saves"}),
        ("docs-site", {"paint"}, {"errors", "latency", "traffic"}),
        ("postgresql", set(), {"database_connections"}),
        ("redis", set(), {"memory"}),
    ],
)
def test_the_shipped_queries_tell_what_is_wrong(
    platform: tuple[PlatformTwin, Prometheus],
    catalogue: Catalogue,
    name: str,
    over: set[str],
    others: set[str],
) -> None:
    _, metrics = platform
    facts: dict[str, Fact] = {}

    def judged() -> bool:
        facts.update(asked(metrics, catalogue, name))
        return complete(facts) and over == {
            one.name for one in facts.values() if one.verdict is Verdict.OVER
        }

    until(judged)
    assert facts.keys() == over | others
    line = evidence_line(list(facts.values()))
    assert line.count("⚠️") == len(over)
    assert "n/a" not in line


def test_no_query_that_ships_is_refused(
    platform: tuple[PlatformTwin, Prometheus], catalogue: Catalogue
) -> None:
    _, metrics = platform
    for component in catalogue.components.values():
        for text in ask_texts(asks(catalogue.queries, component, "production")):
            metrics.ask(text)  # raises where Prometheus will not run it
