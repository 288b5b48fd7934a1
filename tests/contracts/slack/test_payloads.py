"""What the twin sends and answers against the vendor's recorded payloads and samples."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sandbox.slack.server import SlackTwin
from tests.contracts.slack.blocks import button, mrkdwn, plain, typed
from tests.contracts.slack.likeness import lacking, merged, unlike
from tests.contracts.slack.samples import read


class Socket:
    """An app at the end of a Socket Mode connection that acks and keeps what it gets."""

    def __init__(self, slack: SlackTwin, client: WebClient) -> None:
        self.envelopes: list[dict[str, Any]] = []
        url = client.apps_connections_open(app_token=slack.app_token)["url"]
        self.hello: dict[str, Any] = {}
        self.thread = threading.Thread(target=self.run, args=(url,))
        self.thread.start()

    def run(self, url: str) -> None:
        with connect(url) as socket, suppress(ConnectionClosed):
            self.hello = json.loads(socket.recv(timeout=5))
            for text in socket:
                envelope = json.loads(text)
                self.envelopes.append(envelope)
                socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))


@pytest.fixture
def socket(slack: SlackTwin, client: WebClient) -> Iterator[Socket]:
    app = Socket(slack, client)
    slack.wait_for(lambda: slack.sockets.connected)
    yield app
    slack.sockets.cut()
    app.thread.join()


CARD = [
    {"type": "section", "text": mrkdwn(5)},
    {"type": "actions", "elements": [button(value="INC-1", style="primary")]},
]
FORM = {
    "type": "modal",
    "title": plain(4),
    "submit": plain(4),
    "close": plain(4),
    "callback_id": "note",
    "private_metadata": "INC-1",
    "notify_on_close": True,
    "blocks": [typed(block_id="words")],
}


def test_a_command_over_a_socket_is_the_recorded_envelope(slack: SlackTwin, socket: Socket) -> None:
    recorded = next(
        each for each in read("socket_mode_envelopes.json") if each["type"] == "slash_commands"
    )
    slack.command("U1", "/candlefish help")
    (sent,) = socket.envelopes
    assert socket.hello["type"] == "hello"
    assert set(sent) == set(recorded)
    assert (sent["type"], sent["accepts_response_payload"]) == ("slash_commands", True)
    assert not lacking(sent["payload"], recorded["payload"])
    assert not unlike(sent["payload"], read("inbound/SlashCommandPayload.json"))
    assert sent["payload"]["text"] == "help"


def test_a_click_is_the_recorded_block_action(
    slack: SlackTwin, client: WebClient, socket: Socket
) -> None:
    interactive = next(
        each for each in read("socket_mode_envelopes.json") if each["type"] == "interactive"
    )
    recorded = read("inbound/bolt_block_actions.json")
    sample = merged(read("inbound/BlockActionPayload.json"), recorded)
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    card = next(each for each in slack.messages("C1") if each.ts == ts)
    card.click("a")
    (sent,) = socket.envelopes
    assert set(sent) == set(interactive)
    assert not lacking(sent["payload"], recorded)
    assert not unlike(sent["payload"], sample)
    assert sent["payload"]["actions"][0]["value"] == "INC-1"
    assert sent["payload"]["message"]["ts"] == ts


def test_a_modal_sent_and_closed_is_the_recorded_submission(
    slack: SlackTwin, client: WebClient, socket: Socket
) -> None:
    recorded = read("inbound/bolt_view_submission.json")
    sample = merged(read("inbound/ViewSubmissionPayload.json"), recorded)
    client.views_open(trigger_id=slack.ws.triggers.issue("U2"), view=FORM)
    assert slack.modal("U2").submit(a="words") == ""
    sent = socket.envelopes[-1]["payload"]
    assert not lacking(sent, recorded)
    assert not unlike(sent, sample)
    state = {"words": {"a": {"type": "plain_text_input", "value": "words"}}}
    assert sent["view"]["state"]["values"] == state

    client.views_open(trigger_id=slack.ws.triggers.issue("U2"), view=FORM)
    slack.modal("U2").close()
    sent = socket.envelopes[-1]["payload"]
    assert not unlike(sent, merged(read("inbound/ViewClosedPayload.json"), sample))
    assert sent["type"] == "view_closed"


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (lambda slack: slack.open_home("U1"), "AppHomeOpenedPayload.json"),
        (lambda slack: slack.say("U1", "@candlefish status"), "AppMentionPayload.json"),
    ],
)
def test_an_event_is_the_vendors_event(
    slack: SlackTwin, socket: Socket, act: Callable[[SlackTwin], object], name: str
) -> None:
    act(slack)
    assert slack.courier.settle()
    (envelope,) = socket.envelopes
    sent = envelope["payload"]
    assert envelope["retry_attempt"] == 0
    assert not unlike(sent, read(f"inbound/{name}"))
    required = read("slack_common_event_wrapper_schema.json")["required"]
    assert set(required) <= set(sent)
    assert sent["event"]["type"] == read(f"inbound/{name}")["event"]["type"]


ANSWERS = {
    "apps.connections.open": {},
    "auth.test": {},
    "chat.getPermalink": {"channel": "C1", "message_ts": "TS"},
    "chat.postEphemeral": {"channel": "C1", "user": "U1", "text": "t"},
    "conversations.create": {"name": "inc-1"},
    "conversations.info": {"channel": "C1", "include_num_members": True},
    "conversations.members": {"channel": "C1"},
    "files.getUploadURLExternal": {"filename": "graph.png", "length": 3},
    "usergroups.users.list": {"usergroup": "S012"},
    "users.lookupByEmail": {"email": "ada@candlefish.example"},
    "chat.delete": {"channel": "C1", "ts": "TS"},
}


@pytest.mark.parametrize("method", ANSWERS)
def test_answers_have_the_fields_of_the_vendors_samples(
    slack: SlackTwin, client: WebClient, method: str
) -> None:
    ts = client.chat_postMessage(channel="C1", text="t")["ts"]
    arguments = {key: ts if value == "TS" else value for key, value in ANSWERS[method].items()}
    token = slack.app_token if method.startswith("apps.") else slack.bot_token
    answer = WebClient(token=token, base_url=slack.api_url).api_call(method, json=arguments)
    assert not unlike(answer.data, read(f"api_samples/{method}.json"))


def test_several_people_may_act_at_once(slack: SlackTwin, socket: Socket) -> None:
    with ThreadPoolExecutor(4) as pool:
        people = ("U1", "U2", "U3", "U4")
        list(pool.map(lambda user: slack.command(user, "/candlefish help"), people))
    assert {each["payload"]["user_id"] for each in socket.envelopes} == set(people)
