import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import create_engine, text

from sandbox.servers import Binary, NotInstalled, NotReady, Postgres, missing, postgres
from sandbox.servers import alertmanager as run_alertmanager
from sandbox.servers import prometheus as run_prometheus
from sandbox.servers.child import start
from sandbox.servers.loopback import free_port, is_free, listening
from tests.conftest import lacking


def need(*wanted: Binary) -> None:
    if absent := missing(*wanted):
        lacking("; ".join(absent.values()))


@pytest.fixture
def empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PATH", str(tmp_path))
    return


@pytest.mark.usefixtures("empty_path")
def test_says_in_words_what_to_install():
    assert missing(Binary.PROMETHEUS, Binary.ALERTMANAGER) == {
        Binary.PROMETHEUS: "prometheus is not installed; apt-get install prometheus",
        Binary.ALERTMANAGER: (
            "prometheus-alertmanager is not installed; apt-get install prometheus-alertmanager"
        ),
    }
    with pytest.raises(NotInstalled, match="apt-get install prometheus"):
        Binary.PROMETHEUS.path()


def test_finds_alertmanager_under_its_own_name_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    program = tmp_path / "alertmanager"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Binary.ALERTMANAGER.path() == program


def test_a_child_that_ends_is_told_with_its_log(tmp_path: Path):
    script = "print('no such rule'); raise SystemExit(3)"
    child = start("Sleeper", [sys.executable, "-c", script], log=tmp_path / "log")
    with pytest.raises(NotReady, match=r"(?s)Sleeper ended with status 3.*no such rule"):
        child.wait_ready(lambda: False, within=30)


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path):
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(600)"
    )
    child = start("Deaf", [sys.executable, "-c", script], log=tmp_path / "log")
    child.wait_ready(lambda: "deaf" in child.tail(), within=30)
    child.stop(within=0.2)
    assert child.process.returncode == -9


def test_a_port_lost_to_somebody_else_is_asked_for_again(tmp_path: Path):
    """The first launch finds its port taken, as when another process is faster."""
    tried: list[int] = []
    lost = "print('bind: address already in use'); raise SystemExit(1)"
    kept = "import time; print('up', flush=True); time.sleep(600)"

    def launch(port: int):
        tried.append(port)
        script = lost if len(tried) == 1 else kept
        return start("Server", [sys.executable, "-c", script], log=tmp_path / f"{len(tried)}.log")

    with listening(launch, ready=lambda _: (tmp_path / "2.log").exists()) as server:
        assert server.port == tried[1]
    assert not server.child.alive()


def test_prometheus_runs_and_stops(tmp_path: Path):
    need(Binary.PROMETHEUS)
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s}\n")
    with run_prometheus(config) as server:
        assert server.value("vector(42)") == 42
        assert server.value("up") is None
        server.reload()
    assert not server.child.alive()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


def test_prometheus_says_why_it_does_not_start(tmp_path: Path):
    need(Binary.PROMETHEUS)
    config = tmp_path / "prometheus.yml"
    config.write_text("scrape_interval: 1s\n")
    with pytest.raises(NotReady, match="field scrape_interval not found"), run_prometheus(config):
        pass


def test_a_free_port_is_none_that_a_client_may_be_given():
    chosen = {free_port() for _ in range(20)}
    assert len(chosen) > 1
    assert max(chosen) < 32_768  # where Linux begins


def test_alertmanager_runs_on_the_port_asked_for_and_keeps_its_folder(tmp_path: Path):
    need(Binary.ALERTMANAGER)
    config = tmp_path / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    port = free_port()
    with run_alertmanager(config, folder=tmp_path / "home", port=port) as server:
        status = httpx.get(f"{server.url}/api/v2/status", trust_env=False).json()
        assert status["cluster"]["status"] == "disabled"
        assert not is_free(port)
    assert server.url.endswith(f":{port}")
    assert (tmp_path / "home" / "alertmanager.log").exists()


def test_postgres_gives_databases_of_their_own_and_takes_them_back_while_in_use():
    need(Binary.POSTGRES)
    with postgres(fsync=False) as server:
        engine = create_engine(server.create("one"))
        with engine.begin() as tx:
            assert tx.scalar(text("SELECT current_database()")) == "one"
            assert tx.scalar(text("SHOW fsync")) == "off"
        server.create("two")
        with psycopg.connect(server.url("one").replace("+psycopg", "")) as session:
            server.drop("one")
            with pytest.raises(psycopg.OperationalError):
                session.execute("SELECT 1")
        engine.dispose()
        assert databases(server) == {"postgres", "two", "template0", "template1"}
    assert not server.child.alive()


def databases(server: Postgres) -> set[str]:
    with psycopg.connect(server.url().replace("+psycopg", "")) as session:
        rows = session.execute("SELECT datname FROM pg_database").fetchall()
    return {name for (name,) in rows}
