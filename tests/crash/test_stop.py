"""A stop that was asked for, and a second start beside a running one."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.database import Database
from sandbox.servers.candlefish import Candlefish
from sandbox.servers.loopback import HOST
from tests.crash.patience import until
from tests.serving import TOKEN, serving

LANES = 8
BEFORE = 200  # answers before the stop is asked for


def _alert(number: int, lane: int) -> bytes:
    name = f"lane{lane}-{number}"
    labels = {"alertname": "Down", "service": name, "severity": "critical"}
    alert = {"labels": labels, "fingerprint": name, "startsAt": "2026-01-01T00:00:00Z"}
    return json.dumps({"groupKey": name, "alerts": [alert]}).encode()


class _Senders:
    """Each sends new alerts until the server is gone, and remembers which were answered 200."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Condition()
        self.answered: set[str] = set()
        self.statuses: set[int] = set()
        self.threads = [threading.Thread(target=self._run, args=(lane,)) for lane in range(LANES)]

    def _run(self, lane: int) -> None:
        number = 0
        with closing(HTTPConnection(HOST, self._port, timeout=30)) as connection:
            while True:
                number += 1
                try:
                    headers = {"Authorization": f"Bearer {TOKEN}"}
                    body = _alert(number, lane)
                    connection.request("POST", "/webhooks/alertmanager", body, headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, HTTPException):
                    return
                with self._lock:
                    self.statuses.add(answer.status)
                    if answer.status == 200:
                        self.answered.add(f"lane{lane}-{number}")
                    self._lock.notify_all()

    def wait_for_answers(self, count: int) -> None:
        with self._lock:
            assert self._lock.wait_for(lambda: len(self.answered) >= count, 60)


def test_a_stop_under_load_answers_all_that_it_stored_and_stores_all_that_it_answered(
    migrated_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, migrated_url) as bot:
        senders = _Senders(bot.port)
        for thread in senders.threads:
            thread.start()
        senders.wait_for_answers(BEFORE)
        assert bot.terminate() in {0, -signal.SIGTERM}
        for thread in senders.threads:
            thread.join(30)
        assert senders.statuses <= {200, 503}
        assert _stored(migrated_url) == senders.answered
        assert _errors(bot.log) == []
        assert _leases(migrated_url) == 0, "the next leader would have to wait"


def _stored(url: str) -> set[str]:
    with closing(Database(url)) as database, database.read() as tx:
        return set(tx.execute(text("SELECT fingerprint FROM alerts")).scalars())


def _leases(url: str) -> int:
    with closing(Database(url)) as database, database.read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM leases")).scalar_one())


def _errors(log: Path) -> list[str]:
    lines = log.read_text().splitlines()
    return [line for line in lines if json.loads(line)["level"] in {"error", "critical"}]


@pytest.fixture
def serving_bot(tmp_path: Path) -> Iterator[Candlefish]:
    with serving(tmp_path, f"sqlite:///{tmp_path}/candlefish.db") as bot:
        yield bot


def test_a_second_server_on_the_same_folder_is_refused_in_words(serving_bot: Candlefish) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "handlers.cli", "serve"],
        env={**serving_bot.environ, "CANDLEFISH_PORT": "0"},
        cwd=serving_bot.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert re.search(r"Another candlefish serves .*candlefish\.db\. Stop it first", second.stderr)
    assert "Traceback" not in second.stderr
    until(serving_bot.ready, "it is ready")


def test_after_a_kill_the_folder_is_free_at_once(serving_bot: Candlefish) -> None:
    serving_bot.kill()
    serving_bot.start()
    until(serving_bot.ready, "it is ready")
