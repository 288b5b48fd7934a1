"""Prometheus asked: what it answers, how it fails, and that nothing waits for long."""

import socket
from collections.abc import Iterator

import pytest

from bot.adapters import prometheus as adapter
from bot.adapters.prometheus import Prometheus
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.trouble import TimedOut
from sandbox.servers import Binary, prometheus
from tests.conftest import lacking
from tests.prometheus_twin import Twin, error, prometheus_twin, vector


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    if Binary.PROMETHEUS.where() is None:
        lacking(Binary.PROMETHEUS.advice())
    folder = tmp_path_factory.mktemp("prometheus")
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1m}\n")
    with prometheus(config, folder=folder) as server:
        yield Prometheus(f"{server.url}/")


@pytest.fixture
def twin() -> Iterator[Twin]:
    with prometheus_twin() as one:
        yield one


@pytest.mark.parametrize(
    ("query", "samples"),
    [
        ("vector(41.5)", (41.5,)),
        ("42", (42,)),
        ("nothing_of_this_name", ()),
        ('label_replace(vector(1), "a", "b", "", "") or vector(2)', (1, 2)),
        ("vector(1) / 0", (float("inf"),)),
    ],
)
def test_the_real_one_answers_with_samples(
    real: Prometheus, query: str, samples: tuple[float, ...]
) -> None:
    real.check()
    assert sorted(real.ask(query)) == sorted(samples)


@pytest.mark.parametrize("query", ["sum(", "vector(1) + on (x) group_left sum by (le"])
def test_the_real_one_refuses_what_is_no_query(real: Prometheus, query: str) -> None:
    with pytest.raises(GiveUp, match="refused the query"):
        real.ask(query)


def test_the_server_is_told_when_to_stop(twin: Twin) -> None:
    Prometheus(twin.url).ask("up")

    assert twin.asked == [{"query": "up", "timeout": "2s"}]


def test_nobody_there_is_known_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        alone = Prometheus(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unavailable) as caught:
            alone.ask("up")
    assert not isinstance(caught.value, TimedOut)


def test_one_that_hangs_is_left(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    twin.hangs = True
    with pytest.raises(TimedOut):
        Prometheus(twin.url).ask("up")


@pytest.mark.parametrize(
    ("code", "kind", "raised"),
    [
        (400, "bad_data", GiveUp),
        (422, "execution", GiveUp),
        (503, "timeout", TimedOut),
        (503, "unavailable", Unavailable),
        (500, "internal", Unavailable),
        (401, "unauthorized", Unavailable),
    ],
)
def test_each_error_has_its_word(twin: Twin, code: int, kind: str, raised: type[Exception]) -> None:
    twin.values["up"] = error(code, kind)
    with pytest.raises(raised) as caught:
        Prometheus(twin.url).ask("up")
    assert type(caught.value) is raised
    assert len(twin.asked) == 1  # no tries of its own


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sign in</html>",
        b"{}",
        b"[]",
        b'{"data": null}',
        b'{"data": {"result": [{}]}}',
        b'{"data": {"result": [{"value": [1]}]}}',
        b'{"data": {"result": [[1, [2, "3"]]]}}',
        b'{"data": {"result": 7}}',
    ],
)
def test_what_is_not_prometheus_does_not_answer(twin: Twin, body: bytes) -> None:
    twin.body = body
    with pytest.raises(Unavailable):
        Prometheus(twin.url).ask("up")


def test_no_other_address_is_asked(twin: Twin) -> None:
    with prometheus_twin() as other:
        twin.location = f"{other.url}/api/v1/query"
        with pytest.raises(Unavailable):
            Prometheus(twin.url).ask("up")
        assert other.asked == []


def test_a_sample_may_be_no_number(twin: Twin) -> None:
    twin.values["up"] = vector("NaN", "+Inf", "-1e3")
    assert str(Prometheus(twin.url).ask("up")) == "(nan, inf, -1000.0)"
