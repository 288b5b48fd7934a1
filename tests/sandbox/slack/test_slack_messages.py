"""Posting, editing and reading messages with the vendor's own client."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackTwin

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*sev2* graphql-api is down"}}
META = {"event_type": "incident", "event_payload": {"incident": "INC-1", "intent": "u-1"}}


def error_of(call, **arguments) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_a_posted_message_is_seen_and_found_again_by_its_metadata(
    slack: SlackTwin, client: WebClient
) -> None:
    posted = client.chat_postMessage(channel="C1", text="down", blocks=[SECTION], metadata=META)

    card = slack.channel("#ops-emergency").expect_card("graphql-api is down")
    assert card.ts == posted["ts"]
    history = client.conversations_history(channel="C1", include_all_metadata=True)
    assert history["messages"][0]["metadata"] == META
    without = client.conversations_history(channel="C1")
    assert "metadata" not in without["messages"][0]


def test_an_update_changes_the_same_message(slack: SlackTwin, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="down", blocks=[SECTION])["ts"]
    client.chat_update(channel="C1", ts=ts, blocks=[SECTION, {"type": "divider"}], text="still")
    (card,) = slack.messages("C1")
    assert [block["type"] for block in card.blocks] == ["section", "divider"]
    client.chat_update(channel="C1", ts=ts, text="only words now")
    assert card.blocks == ()
    assert card.text == "only words now"


def test_what_is_refused_has_slacks_own_words(client: WebClient) -> None:
    assert error_of(client.chat_postMessage, channel="C404", text="x") == "channel_not_found"
    assert error_of(client.chat_postMessage, channel="C2", text="x") == "not_in_channel"
    assert (
        error_of(client.api_call, api_method="chat.postMessage", json={"channel": "C1"})
        == "no_text"
    )
    assert error_of(client.chat_update, channel="C1", ts="1.000001", text="x") == (
        "message_not_found"
    )
    assert error_of(client.chat_postMessage, channel="C1", text="x", thread_ts="1.000001") == (
        "thread_not_found"
    )
    assert error_of(client.chat_update, channel="C1", ts="1.0", text="x" * 4001) == (
        "message_not_found"
    )
    assert error_of(client.api_call, api_method="chat.shout") == "unknown_method"
