"""Socket Mode: it connects when it can, again when it must, and takes nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.secret import Secret
from handlers.slack.socket_mode import SocketMode
from sandbox.slack import payloads
from sandbox.slack.outbound import Envelope
from tests.handlers.slack.room import ADA, Room, opened


@pytest.fixture
def wired(folder: Path) -> Iterator[Room]:
    with opened(folder, socket_mode=True) as here:
        yield here


def test_it_connects_once_slack_answers(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    room.slack.faults.error("apps.connections.open", "internal_error")
    assert room.edge.socket is None
    socket = SocketMode(room.app, Secret(room.slack.app_token))
    socket.start()
    try:
        assert room.slack.wait_for(lambda: room.slack.sockets.connected)
        assert "internal_error" in capsys.readouterr().out
        assert "/candlefish" in room.command(ADA, "help")
    finally:
        socket.stop()
    assert not socket.connected


def test_it_stops_while_slack_is_down(room: Room) -> None:
    room.slack.faults.error("apps.connections.open", "internal_error", times=100)
    socket = SocketMode(room.app, Secret(room.slack.app_token))
    socket.start()
    assert room.slack.wait_for(lambda: room.slack.journal.calls("apps.connections.open"))
    socket.stop()
    assert not socket.running


def test_what_comes_again_over_the_socket_is_done_once(wired: Room) -> None:
    wired.fire()
    slack = wired.slack
    command = payloads.slash_command(
        slack.ws,
        user=ADA,
        channel=slack.ws.channels["C1"],
        command="/candlefish",
        text='incident note INC-1 "once"',
        key="k",
    )
    answers = [slack.outbound.ask(Envelope.COMMAND, command) for _ in range(2)]
    assert [answer.ok for answer in answers] == [True, True]
    kinds = [one.entry.kind for one in wired.bot.timeline(1)]
    assert kinds.count("note") == 1


def test_what_cannot_be_read_is_acknowledged(wired: Room) -> None:
    answer = wired.slack.outbound.ask(Envelope.INTERACTIVE, {"type": {}, "user": 5})
    assert answer.ok
    assert "/candlefish" in wired.command(ADA, "help")


def test_it_stops_while_slack_makes_it_wait(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    room.slack.faults.rate_limit("apps.connections.open", retry_after=3600, times=2)
    socket = SocketMode(room.app, Secret(room.slack.app_token))
    socket.start()
    assert room.slack.wait_for(lambda: room.slack.journal.calls("apps.connections.open"))
    socket.stop()
    assert not socket.running
    assert "ratelimited" in capsys.readouterr().out


def test_it_comes_back_after_slack_refreshes_it(wired: Room) -> None:
    wired.slack.sockets.disconnect("refresh_requested")
    asked = wired.slack.journal.calls
    assert wired.slack.wait_for(lambda: len(asked("apps.connections.open")) == 2)
    assert wired.slack.wait_for(lambda: wired.slack.sockets.connected)
    assert "/candlefish" in wired.command(ADA, "help")
