"""Socket Mode beyond the happy path: refreshes, tickets, silence."""

import json
from collections.abc import Iterator

import httpx
import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import bolt, over_socket


@pytest.fixture
def slack() -> Iterator[SlackTwin]:
    with SlackTwin(rates={"apps.connections.open": 100}) as twin:
        yield twin


def address(slack: SlackTwin) -> str:
    client = WebClient(base_url=slack.api_url)
    return str(client.apps_connections_open(app_token=slack.app_token)["url"])


def test_an_app_reconnects_when_told_to(slack: SlackTwin) -> None:
    app = bolt(slack)

    @app.command("/candlefish")
    def command(ack) -> None:
        ack("still here")

    with over_socket(app, slack):
        slack.sockets.disconnect("refresh_requested")
        opened = slack.journal.calls
        assert slack.wait_for(lambda: len(opened("apps.connections.open")) == 2, 15)
        assert slack.wait_for(lambda: slack.sockets.connected)
        assert slack.command("U1", "/candlefish").text == "still here"


def test_a_ticket_lets_one_connection_in(slack: SlackTwin) -> None:
    url = address(slack)
    with connect(url) as socket:
        assert json.loads(socket.recv(5))["type"] == "hello"
        with pytest.raises(InvalidStatus), connect(url):
            pass


def test_an_event_without_ack_comes_again_and_says_so(slack: SlackTwin) -> None:
    slack.outbound.ack_seconds = 1.0
    with connect(address(slack)) as socket:
        socket.recv(5)
        slack.open_home("U1")
        first = json.loads(socket.recv(30))
        slack.outbound.ack_seconds = 30
        second = json.loads(socket.recv(30))
        socket.send(json.dumps({"envelope_id": second["envelope_id"]}))
        assert slack.courier.settle()
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert second["retry_reason"] == "timeout"
    assert first["payload"] == second["payload"]
    assert slack.courier.waiting() == 0


def test_a_dead_slack_cuts_the_line_and_lets_nobody_in(slack: SlackTwin) -> None:
    url = address(slack)
    with connect(address(slack)) as socket:
        socket.recv(5)
        slack.go_down()
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
    with pytest.raises(InvalidStatus), connect(url):
        pass
    with httpx.Client() as http:
        assert http.post(f"{slack.api_url}apps.connections.open").status_code == 503
