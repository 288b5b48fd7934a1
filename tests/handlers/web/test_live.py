"""Open pages learn of changes: over a real connection, and no longer than the server lives."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.handlers.web.rig import Rig
from tests.served import Served, served


@contextmanager
def serving(rig: Rig) -> Iterator[Served]:
    """Ends the streams before it waits for its connections, as the bot's own server does."""
    with served(rig.app, before_end=rig.live.close) as server:
        yield server


@pytest.fixture
def address(open_rig: Rig) -> Iterator[str]:
    with serving(open_rig) as server:
        yield server.address


@contextmanager
def listening(address: str, path: str, **headers: str) -> Iterator[Iterator[str]]:
    with httpx.stream("GET", f"{address}{path}", headers=headers, timeout=10) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.iter_lines()


def until(lines: Iterator[str], wanted: str) -> str:
    return next(line for line in lines if line.startswith(wanted))


def test_a_change_of_the_incident_is_told(open_rig: Rig, address: str) -> None:
    name = open_rig.fire()
    with listening(address, f"/incidents/{name}/events?since=1") as lines:
        until(lines, "retry")
        open_rig.command(f"ack {name}")
        assert until(lines, "id") == "id: 2"
        assert until(lines, "event") == "event: changed"
        open_rig.command(f'note {name} "again"')
        assert until(lines, "id") == "id: 3"


def test_a_change_between_the_page_and_the_connection_is_told(open_rig: Rig, address: str) -> None:
    name = open_rig.fire()
    open_rig.command(f"ack {name}")
    with listening(address, f"/incidents/{name}/events?since=1") as lines:
        assert until(lines, "id") == "id: 2"


def test_after_a_break_the_browsers_own_mark_counts(open_rig: Rig, address: str) -> None:
    name = open_rig.fire()
    path = f"/incidents/{name}/events?since=0"
    with listening(address, path, **{"Last-Event-ID": "1"}) as lines:
        until(lines, ": still here")
        open_rig.command(f"ack {name}")
        assert until(lines, "id") == "id: 2"


def test_changes_of_other_incidents_are_told_to_the_list_alone(open_rig: Rig, address: str) -> None:
    name = open_rig.fire("One")
    revision = open_rig.bot.revision()
    with (
        listening(address, f"/incidents/{name}/events?since=1") as one,
        listening(address, f"/incidents/events?since={revision}") as every,
    ):
        until(one, ": still here")
        open_rig.fire("Two")
        assert int(until(every, "id").removeprefix("id: ")) > revision
        open_rig.command(f"ack {name}")
        assert until(one, "id") == "id: 2"


def test_a_quiet_stream_says_that_it_is_alive(open_rig: Rig, address: str) -> None:
    with listening(address, f"/incidents/events?since={open_rig.bot.revision()}") as lines:
        assert until(lines, ":") == ": still here"
        assert until(lines, ":") == ": still here"


def test_viewers_are_bounded_and_a_place_becomes_free_again(open_rig: Rig, address: str) -> None:
    path = "/incidents/events"
    with (
        listening(address, path) as one,
        listening(address, path) as two,
        listening(address, path) as three,
    ):
        for lines in (one, two, three):
            until(lines, "retry")
        assert httpx.get(f"{address}{path}", timeout=10).status_code == 503
    with retried(address, path) as lines:
        until(lines, "retry")


@contextmanager
def retried(address: str, path: str) -> Iterator[Iterator[str]]:
    """A server notices that a viewer has gone when it next writes."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with httpx.stream("GET", f"{address}{path}", timeout=10) as answer:
            if answer.status_code == 200:
                yield answer.iter_lines()
                return
    pytest.fail("no place became free")


def test_an_incident_that_is_not_there_has_no_stream(open_rig: Rig, address: str) -> None:
    for name in ("INC-9", "x"):
        answer = httpx.get(f"{address}/incidents/{name}/events", timeout=10)
        assert answer.status_code == 404


def test_asking_for_its_headers_opens_no_stream(open_rig: Rig) -> None:
    answer = open_rig.client.request("HEAD", "/incidents/events")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_stream_asks_for_the_same_as_its_page(still: Rig) -> None:
    for path in ("/incidents/events", "/incidents/INC-1/events"):
        assert still.client.get(path).status_code == 401


def test_streams_end_with_the_server(open_rig: Rig) -> None:
    with (
        serving(open_rig) as server,
        listening(server.address, "/incidents/events") as lines,
    ):
        until(lines, "retry")
        server.should_exit = True
        assert [line for line in lines if line.startswith("event")] in ([], ["event: changed"])
