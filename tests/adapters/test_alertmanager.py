"""Alertmanager's adapter against the real server, and against what stands in its place."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from bot.adapters.alertmanager import Alertmanager
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.silences import Silence


@pytest.fixture
def vendor(alertmanager_url: str) -> Iterator[Alertmanager]:
    adapter = Alertmanager(alertmanager_url)
    yield adapter
    adapter.close()


def silence(key: str, **told: object) -> Silence:
    now = datetime.now(UTC)
    fields: dict[str, object] = {
        "matchers": {"alertname": "Down", "path": 'a "b" \\ c', "component": "api"},
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
        "created_by": "slack:U1",
        "comment": "known \U0001f9e8",
    }
    return Silence(key=key, **(fields | told))  # type: ignore[arg-type]  # a test names the fields it sets


def test_a_silence_is_made_and_found_again_by_its_key(
    vendor: Alertmanager, alertmanager_url: str
) -> None:
    assert vendor.find("key-1") is None

    made = vendor.create(silence("key-1"))

    assert vendor.find("key-1") == made
    assert vendor.find("key") is None
    stored = httpx.get(
        f"{alertmanager_url}/api/v2/silence/{made}", timeout=5, trust_env=False
    ).json()
    assert {one["name"]: one["value"] for one in stored["matchers"]} == silence("x").matchers
    assert not any(one["isRegex"] for one in stored["matchers"])
    assert stored["createdBy"] == "slack:U1"


def test_it_says_which_version_answers(vendor: Alertmanager) -> None:
    assert vendor.check().startswith("0.")


def test_what_it_refuses_is_given_up(vendor: Alertmanager) -> None:
    with pytest.raises(GiveUp):
        vendor.create(silence("key-2", matchers={}))
    with pytest.raises(GiveUp):
        vendor.create(silence("key-3", ends_at=datetime.now(UTC) - timedelta(hours=1)))


def test_an_alertmanager_that_is_not_there_is_unavailable() -> None:
    adapter = Alertmanager("http://127.0.0.1:1")

    with pytest.raises(Unavailable):
        adapter.find("key")


@contextmanager
def standing_in(status: int, body: object, about_itself: object = None) -> Iterator[str]:
    """`about_itself` is what it answers where its status is asked for, if anything else."""
    general = body if isinstance(body, bytes) else json.dumps(body).encode()

    class Answer(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked = about_itself is not None and self.path.endswith("/status")
            raw = json.dumps(about_itself).encode() if asked else general
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _answer  # noqa: N815 (the names that HTTPServer calls)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"", Unavailable),
        (503, b"", Unavailable),
        (429, b"", Unavailable),
        (200, b"<html>", Unavailable),
        (200, {"other": 1}, Unavailable),
        (200, [5], Unavailable),
        (302, b"", GiveUp),
        (401, b"", GiveUp),
        (404, b"", GiveUp),
    ],
)
def test_what_else_may_answer_at_its_address(
    status: int, body: object, error: type[Exception]
) -> None:
    with standing_in(status, body) as url:
        adapter = Alertmanager(url)
        find, create = (lambda: adapter.find("k")), (lambda: adapter.create(silence("k")))
        for ask in (find, create, adapter.check, adapter.listed):
            with pytest.raises(error):
                ask()
        adapter.close()


def test_its_silence_really_silences(
    vendor: Alertmanager, alertmanager_url: str, tmp_path: Path
) -> None:
    labels = dict(silence("x").matchers)
    alert = [{"labels": labels, "startsAt": datetime.now(UTC).isoformat()}]
    vendor.create(silence("key-9"))

    httpx.post(
        f"{alertmanager_url}/api/v2/alerts", json=alert, timeout=5, trust_env=False
    ).raise_for_status()

    active = httpx.get(
        f"{alertmanager_url}/api/v2/alerts",
        params={"silenced": "false"},
        timeout=5,
        trust_env=False,
    )
    assert active.json() == []


@pytest.mark.parametrize("body", [{}, None, "", [{}], [{"fingerprint": ""}], [{"fingerprint": 5}]])
def test_no_list_of_alerts_is_no_empty_list(body: object) -> None:
    up = {"uptime": "2026-03-01T03:07:00.000Z"}
    with standing_in(200, body, about_itself=up) as url:
        adapter = Alertmanager(url)
        with pytest.raises(Unavailable):
            adapter.listed()
        adapter.close()


@pytest.mark.parametrize("told", [{}, {"uptime": ""}, {"uptime": 5}, {"uptime": "2026-03-01"}])
def test_one_that_does_not_tell_its_age_is_not_believed(told: object) -> None:
    with standing_in(200, [], about_itself=told) as url:
        adapter = Alertmanager(url)
        with pytest.raises(Unavailable):
            adapter.listed()
        adapter.close()


def test_it_lists_what_fires_silenced_or_not_and_says_how_long_it_is_up(
    vendor: Alertmanager, alertmanager_url: str
) -> None:
    now = datetime.now(UTC)
    before = vendor.listed()
    labels = {"alertname": "Listed", "component": "api"}
    vendor.create(silence("key-listed", matchers=labels))
    quiet = {"labels": labels, "startsAt": now.isoformat()}
    loud = {"labels": labels | {"alertname": "Heard"}, "startsAt": now.isoformat()}
    ended = {"labels": labels | {"alertname": "Ended"}, "endsAt": now.isoformat()}

    sent = httpx.post(
        f"{alertmanager_url}/api/v2/alerts", json=[quiet, loud, ended], timeout=5, trust_env=False
    )
    sent.raise_for_status()

    after = vendor.listed()
    assert len(after.fingerprints - before.fingerprints) == 2
    assert after.up_since == before.up_since < now
    assert timedelta(seconds=-1) < after.up_for < timedelta(minutes=30)  # of whole seconds
