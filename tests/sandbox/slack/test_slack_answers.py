"""Response URLs: five uses, half an hour, and what each kind of answer does."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import Inbox, served
from tests.sandbox.slack.conftest import Clock

CARD = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "ack",
                "text": {"type": "plain_text", "text": "Acknowledge"},
            }
        ],
    }
]


@pytest.fixture
def inbox(slack: SlackTwin) -> Iterator[Inbox]:
    found = Inbox()
    with served(found.reply) as url:
        slack.connect_app(url)
        yield found


def commanded(slack: SlackTwin, inbox: Inbox) -> WebhookClient:
    slack.command("U1", "/candlefish status")
    return WebhookClient(inbox.got[-1].form["response_url"])


def clicked(slack: SlackTwin, inbox: Inbox, client: WebClient) -> WebhookClient:
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    next(card for card in slack.messages("C1") if card.ts == ts).click("Acknowledge")
    return WebhookClient(inbox.got[-1].payload["response_url"])


def test_five_uses_and_no_more(slack: SlackTwin, inbox: Inbox) -> None:
    later = commanded(slack, inbox)
    for index in range(5):
        assert later.send(text=f"step {index}").status_code == 200
    sixth = later.send(text="too much")
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)
    assert [card.text for card in slack.whispers("U1")] == [f"step {n}" for n in range(5)]


def test_half_an_hour_and_no_longer(slack: SlackTwin, inbox: Inbox, clock: Clock) -> None:
    later = commanded(slack, inbox)
    clock.forward(minutes=30)
    assert later.send(text="just in time").status_code == 200
    clock.forward(seconds=1)
    assert "expired_url" in later.send(text="too late").body


def test_a_command_can_replace_and_take_back_its_answer(slack: SlackTwin, inbox: Inbox) -> None:
    inbox.answer = b"working on it"
    later = commanded(slack, inbox)
    later.send(text="done", replace_original=True)
    assert [card.text for card in slack.whispers("U1")] == ["done"]
    later.send_dict({"delete_original": True})
    assert slack.whispers("U1") == []


def test_a_click_can_change_its_message_or_say_something_beside_it(
    slack: SlackTwin, inbox: Inbox, client: WebClient
) -> None:
    later = clicked(slack, inbox, client)
    later.send(text="yours", response_type="ephemeral")
    later.send(text="for all", response_type="in_channel")
    later.send(text="acknowledged", replace_original=True)
    assert [card.text for card in slack.messages("C1")] == ["acknowledged", "for all"]
    assert [card.text for card in slack.whispers("U1")] == ["yours"]
    later.send_dict({"delete_original": "true"})
    assert [card.text for card in slack.messages("C1")] == ["for all"]


def test_a_button_in_a_private_answer_works_and_can_replace_it(
    slack: SlackTwin, inbox: Inbox
) -> None:
    commanded(slack, inbox).send(text="menu", blocks=CARD)
    (menu,) = slack.whispers("U1")
    menu.click("Acknowledge")
    sent = inbox.got[-1].payload
    assert sent["container"]["is_ephemeral"] is True
    assert "message" not in sent
    WebhookClient(sent["response_url"]).send(text="gone", replace_original=True)
    assert [card.text for card in slack.whispers("U1")] == ["gone"]


def test_blocks_are_checked_here_too(slack: SlackTwin, inbox: Inbox) -> None:
    later = commanded(slack, inbox)
    answer = later.send(blocks=[{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}])
    assert (answer.status_code, "invalid_blocks" in answer.body) == (400, True)
    assert later.send_dict({"text": ""}).status_code == 400
    assert slack.whispers("U1") == []
