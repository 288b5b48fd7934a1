import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sandbox.demo.demo import Demo, Stopped, demo, watch
from sandbox.demo.main import welcome
from sandbox.demo.ports import Ports
from sandbox.platform.kubeconfig import cluster_address
from sandbox.servers import Binary, NotReady, missing
from sandbox.servers.loopback import is_free
from tests.conftest import lacking

ANY = Ports.any()
STAND_IN = (sys.executable, str(Path(__file__).with_name("stand_in.py")))


@pytest.fixture
def monitored() -> None:
    if absent := missing(Binary.PROMETHEUS, Binary.ALERTMANAGER):
        lacking("; ".join(absent.values()))


def until(wanted: Callable[[], bool], *, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextlib.contextmanager
def watched(up: Demo) -> Iterator[None]:
    """As the command does: until the end of the block, which a demo that ended fails."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch, up, stop)
        try:
            yield
        finally:
            stop.set()
        watching.result(10)


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=10, trust_env=False, follow_redirects=True)


def taken(run: Path) -> list[dict]:
    file = run / "taken.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.mark.usefixtures("monitored")
def test_everything_is_up_at_the_addresses_it_prints_and_gone_afterwards(tmp_path: Path):
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=STAND_IN) as up:
        words = welcome(up, ANY)
        listed, _, _ = words.partition("Try this:")
        pages = [word for word in listed.split() if word.startswith("http")]
        assert len(pages) == 5
        for page in pages:
            if not page.endswith("/incidents"):
                assert get(page).is_success, page
        assert "(a usual port was taken" in words
        assert f"CANDLEFISH_DATA_DIR={tmp_path / 'run/bot'}" in words
        assert f"kill -9 {up.bot.child.process.pid}" in words
        (take_down,) = [line.split()[3] for line in words.splitlines() if "curl -X POST" in line]
        assert httpx.post(take_down, trust_env=False).json() == {"ok": True, "down": True}
        httpx.post(take_down.replace("down", "up"), trust_env=False).raise_for_status()
        environment = json.loads((tmp_path / "run/environment.json").read_text())
        assert environment["CANDLEFISH_SLACK_API_URL"] == f"{up.ports.url('slack')}/api/"
        posted = httpx.post(
            f"{environment['CANDLEFISH_SLACK_API_URL']}auth.test",
            headers={"Authorization": f"Bearer {environment['CANDLEFISH_SLACK_BOT_TOKEN']}"},
            trust_env=False,
        )
        assert posted.json()["ok"] is True
        assert (tmp_path / "run/alertmanager.token").stat().st_mode & 0o077 == 0
        until(lambda: _scraped(up.ports.url("prometheus")) == 9)
        _check_the_bots_rights(Path(environment["CANDLEFISH_KUBECONFIG"]))
        assert f"--kubeconfig {up.vendors.pipeline_kubeconfig}" in words
        assert httpx.get(environment["AWS_ENDPOINT_URL"], trust_env=False).status_code == 403
        stop = threading.Event()
        stop.set()
        watch(up, stop)
    assert all(is_free(port) for port in vars(up.ports).values())
    assert up.ended() is not None


def _check_the_bots_rights(kubeconfig: Path) -> None:
    """Those of deploy/kubernetes: it reads and switches, and sees no secret."""
    assert kubeconfig.stat().st_mode & 0o077 == 0
    for namespace in ("production", "staging"):
        at = cluster_address(kubeconfig, namespace=namespace)
        with httpx.Client(base_url=at.url, headers=at.headers, trust_env=False) as cluster:
            allowed = cluster.get(at.path("apis/apps/v1/deployments", "graphql-api-blue"))
            secret = cluster.get(at.path("api/v1/secrets", "graphql-api-secrets"))
            deleted = cluster.delete(at.path("api/v1/services", "graphql-api"))
        assert [allowed.status_code, secret.status_code, deleted.status_code] == [200, 403, 403]


def _scraped(prometheus: str) -> int:
    answer = httpx.get(
        f"{prometheus}/api/v1/query",
        params={"query": 'count(up{job="platform"} == 1)'},
        timeout=10,
        trust_env=False,
    ).json()
    result = answer["data"]["result"]
    return int(result[0]["value"][1]) if result else 0


@pytest.mark.usefixtures("monitored")
def test_a_part_that_dies_stops_the_demo_with_its_last_words(tmp_path: Path):
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=STAND_IN) as up:
        up.children[1].process.kill()
        with pytest.raises(NotReady, match=r"(?s)Alertmanager ended with status -9.*Listening"):
            watch(up, threading.Event())


def test_a_bot_that_is_killed_runs_again_on_what_it_had_and_is_stopped_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", "/nowhere")
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=STAND_IN) as up:
        kept = up.data.parent / "kept"
        kept.write_text("an incident")
        first = up.bot.child.process
        with watched(up):
            first.kill()
            until(lambda: "Candlefish runs again" in capsys.readouterr().out)
        second = up.bot.child.process
        assert (kept.read_text(), second.pid != first.pid) == ("an incident", True)
        assert get(f"{up.ports.url('bot')}/readyz").is_success
    assert second.poll() == 0


def test_a_bot_that_ends_by_itself_ends_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=STAND_IN) as up:
        up.bot.child.process.terminate()  # which the stand-in takes as a wish, and exits
        with pytest.raises(NotReady, match="Candlefish ended with status 0"):
            watch(up, threading.Event())


def test_a_bot_that_does_not_start_says_why(tmp_path: Path):
    broken = (sys.executable, "-c", "raise SystemExit('CANDLEFISH_PORT should be a number')")
    with (
        pytest.raises(NotReady, match="CANDLEFISH_PORT should be a number"),
        demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=broken),
    ):
        pass


def test_a_stop_while_the_bot_starts_is_heard(tmp_path: Path):
    slow = (sys.executable, "-c", "import time; time.sleep(600)")
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped), demo(home=tmp_path, wanted=ANY, stop=stop, serve=slow):
        pass


def test_without_prometheus_the_platform_raises_the_alerts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "/nowhere")
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event(), serve=STAND_IN) as up:
        words = welcome(up, ANY)
        assert "apt-get install prometheus-alertmanager" in words
        assert "Prometheus  " not in words
        order = f"{up.ports.url('platform')}/components/graphql-api"
        httpx.post(order, json={"health": "down"}, trust_env=False).raise_for_status()
        until(lambda: "graphql-api" in _told(tmp_path / "run"))


def _told(folder: Path) -> list[str]:
    """The components that webhooks of Alertmanager's are about."""
    return [
        one["body"]["commonLabels"]["service"]
        for one in taken(folder)
        if one["path"] == "/webhooks/alertmanager"
    ]


def test_sigterm_stops_the_command(tmp_path: Path):
    """From the outside: the address is printed, SIGTERM ends it with status 0, no child stays."""
    script = (
        "import sys, sandbox.demo.demo as d, sandbox.demo.main as m;"
        f"m.demo = lambda **given: d.demo(**given, serve={STAND_IN!r});"
        "sys.exit(m.main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "--port", "0", "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline()]
        while "Ctrl-C stops everything." not in lines[-1]:
            assert lines[-1], "".join(lines)
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.communicate()
    (incidents,) = [line.split()[-1] for line in lines if "/incidents" in line]
    assert is_free(httpx.URL(incidents).port or 0)
