"""A real Bolt app at the other end, over signed HTTP and over Socket Mode."""

from collections.abc import Iterator

import pytest
from slack_bolt import App

from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import bolt, over_http, over_socket

NOTE = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "What happened"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        }
    ],
}


def card(state: str) -> list[dict]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"GraphqlDown: {state}"}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "ack",
                    "text": {"type": "plain_text", "text": "Acknowledge"},
                    "value": "INC-1",
                },
                {
                    "type": "static_select",
                    "action_id": "more",
                    "options": [
                        {"text": {"type": "plain_text", "text": "Note…"}, "value": "note"},
                        {"text": {"type": "plain_text", "text": "Resolve"}, "value": "resolve"},
                    ],
                },
            ],
        },
    ]


def listen(app: App) -> None:
    @app.command("/candlefish")
    def command(ack, body, client) -> None:
        if body["text"] == "note":
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=NOTE)
            return
        if body["text"] == "post":
            ack()
            client.chat_postMessage(
                channel=body["channel_id"], text="GraphqlDown", blocks=card("open")
            )
            return
        ack(f"you said {body['text']}")

    @app.action("ack")
    def acknowledge(ack, body, client, respond) -> None:
        ack()
        message = body["message"]
        client.chat_update(
            channel=body["channel"]["id"],
            ts=message["ts"],
            text="GraphqlDown",
            blocks=card(f"acknowledged by <@{body['user']['id']}>"),
        )
        respond("it is yours")

    @app.action("more")
    def more(ack, body, client) -> None:
        ack()
        assert body["actions"][0]["selected_option"]["value"] == "note"
        client.views_open(trigger_id=body["trigger_id"], view=NOTE)

    @app.view("note")
    def note(ack, view, client) -> None:
        words = view["state"]["values"]["note"]["words"]["value"]
        if words == "nothing":
            ack(response_action="errors", errors={"note": "say more"})
            return
        ack()
        client.chat_postMessage(channel="C1", text=f"noted: {words}")

    @app.event("app_home_opened")
    def home(event, client) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "nothing is open"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("app_mention")
    def mention(event, say) -> None:
        say(text=f"hello <@{event['user']}>", thread_ts=event["ts"])


@pytest.fixture(params=["http", "socket"])
def slack(request: pytest.FixtureRequest) -> Iterator[SlackTwin]:
    with SlackTwin() as twin:
        app = bolt(twin)
        listen(app)
        if request.param == "http":
            with over_http(app) as url:
                twin.connect_app(url)
                yield twin
            return
        with over_socket(app, twin):
            yield twin


def test_a_command_is_answered_to_its_sender_alone(slack: SlackTwin) -> None:
    shown = slack.command("U2", "/candlefish status graphql-api")
    assert shown.text == "you said status graphql-api"
    assert slack.whispers("U1") == []
    assert slack.messages("C1") == []


def test_a_card_is_acknowledged_by_a_click(slack: SlackTwin) -> None:
    slack.command("U1", "/candlefish post")
    card = slack.channel("#ops-emergency").expect_card("GraphqlDown")
    assert card.buttons == ["Acknowledge"]
    card.click("Acknowledge", by="U2")
    card.expect("acknowledged by <@U2>")
    slack.channel("C1", user="U2").expect_whisper("it is yours")
    assert slack.whispers("U1") == []
    assert slack.journal.calls("response_url")[0].error == ""


def test_a_menu_opens_a_form_that_can_be_refused_and_sent_again(slack: SlackTwin) -> None:
    slack.command("U1", "/candlefish post")
    card = slack.channel("C1").expect_card("GraphqlDown")
    assert card.options == ["Note…", "Resolve"]
    card.click("Note…", by="U3")
    form = slack.modal("U3").expect("What happened")
    assert form.submit() == "invalid_input"
    form.expect("Please complete this required field.")
    assert form.submit(words="nothing") == "invalid_input"
    form.expect("say more")
    assert form.submit(words="the pool was empty") == ""
    slack.channel("C1").expect_card("noted: the pool was empty")
    assert slack.views("U3") == []


def test_a_command_opens_a_form_within_its_three_seconds(slack: SlackTwin) -> None:
    slack.command("U1", "/candlefish note")
    slack.modal("U1").expect("What happened")


def test_the_home_is_published_when_somebody_looks(slack: SlackTwin) -> None:
    slack.open_home("U1")
    assert slack.wait_for(lambda: slack.home("U1"))
    home = slack.home("U1")
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "nothing is open"
    assert slack.home("U2") is None


def test_a_mention_is_answered_in_its_thread(slack: SlackTwin) -> None:
    question = slack.say("U4", "@candlefish who is on call?")
    question.expect_reply("hello <@U4>")
    (top,) = slack.messages("C1")
    assert top.text == "<@UBOT> who is on call?"
