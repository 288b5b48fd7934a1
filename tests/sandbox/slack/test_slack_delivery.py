"""What reaches the app by HTTP, signed, and what people see when it does not answer."""

from collections.abc import Iterator
from threading import Event

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import Got, Inbox, served
from tests.sandbox.slack.conftest import Clock


@pytest.fixture
def inbox(slack: SlackTwin) -> Iterator[Inbox]:
    found = Inbox()
    with served(found.reply) as url:
        slack.connect_app(url)
        yield found


def valid(got: Got, secret: str, clock: Clock) -> bool:
    verifier = SignatureVerifier(secret, clock=type("Now", (), {"now": lambda _: clock()})())
    return verifier.is_valid_request(got.body, dict(got.headers))


def test_commands_are_signed_with_the_secret_of_the_day(
    slack: SlackTwin, inbox: Inbox, clock: Clock
) -> None:
    slack.command("U1", "/candlefish status")
    old = slack.signing_secret
    slack.signing_secret = "rotated"
    slack.command("U1", "/candlefish status")
    first, second = inbox.got
    assert valid(first, old, clock)
    assert not valid(first, "rotated", clock)
    assert valid(second, "rotated", clock)
    assert second.form["command"] == "/candlefish"
    assert second.form["is_enterprise_install"] == "false"


def test_words_arrive_escaped_and_names_as_ids_where_the_manifest_says(
    slack: SlackTwin, inbox: Inbox
) -> None:
    slack.command("U1", "/candlefish note @grace <b> & #general")
    assert inbox.got[0].form["text"] == "note @grace &lt;b&gt; &amp; #general"
    slack.escape_names()
    slack.command("U1", "/candlefish role ic @grace in #general with @oncall")
    assert inbox.got[1].form["text"] == (
        "role ic <@U2|grace> in <#C2|general> with <!subteam^S012|@oncall>"
    )


def test_a_slow_app_is_a_timeout_to_the_person(slack: SlackTwin, inbox: Inbox) -> None:
    slack.outbound.ack_seconds = 0.2
    inbox.release = Event()
    shown = slack.command("U1", "/candlefish status")
    inbox.release.set()
    assert shown.text == '/candlefish failed with the error "operation_timeout"'


@pytest.mark.parametrize("status", [404, 500])
def test_an_app_that_errs_is_a_failed_dispatch(slack: SlackTwin, inbox: Inbox, status: int) -> None:
    inbox.status = status
    shown = slack.command("U1", "/candlefish status")
    assert shown.text == '/candlefish failed with the error "dispatch_failed"'


def test_without_an_app_nothing_is_dispatched(slack: SlackTwin) -> None:
    shown = slack.command("U1", "/candlefish status")
    assert shown.text == '/candlefish failed with the error "dispatch_failed"'


def test_an_ack_can_be_blocks_or_for_everybody(slack: SlackTwin, inbox: Inbox) -> None:
    inbox.headers = {"content-type": "application/json"}
    inbox.answer = b'{"response_type": "in_channel", "text": "graphql-api is fine"}'
    shown = slack.command("U1", "/candlefish status")
    assert shown.whispers == ()
    assert [card.text for card in slack.messages("C1")] == ["graphql-api is fine"]
    inbox.answer = b'{"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "hi"}}]}'
    assert slack.command("U1", "/candlefish status").text == "hi"
    inbox.answer = b'{"blocks": [{"type": "no such thing"}]}'
    assert "invalid_command_response" in slack.command("U1", "/candlefish status").text


def test_an_event_is_retried_at_once_after_a_minute_and_after_five(
    slack: SlackTwin, inbox: Inbox, clock: Clock
) -> None:
    inbox.status = 500
    slack.open_home("U1")

    def arrived(count: int) -> bool:
        return slack.courier.settle() and len(inbox.got) == count

    assert arrived(2)
    clock.forward(seconds=59)
    assert arrived(2)
    clock.forward(seconds=1)
    assert arrived(3)
    clock.forward(minutes=5)
    assert arrived(4)
    clock.forward(minutes=60)
    assert arrived(4)
    retries = [got.headers.get("x-slack-retry-num") for got in inbox.got]
    reasons = [got.headers.get("x-slack-retry-reason") for got in inbox.got]
    assert retries == [None, "1", "2", "3"]
    assert reasons == [None, *["http_error"] * 3]
    assert len({got.event["event_id"] for got in inbox.got}) == 1
    assert len(slack.courier.given_up) == 1


def test_an_app_may_ask_for_no_retry(slack: SlackTwin, inbox: Inbox, clock: Clock) -> None:
    inbox.status = 500
    inbox.headers = {"X-Slack-No-Retry": "1"}
    slack.open_home("U1")
    assert slack.courier.settle()
    clock.forward(minutes=10)
    assert slack.courier.settle()
    assert len(inbox.got) == 1


def test_the_address_is_verified_by_a_challenge(slack: SlackTwin, inbox: Inbox) -> None:
    assert not slack.outbound.verify_address()

    def echo(got: Got) -> tuple[int, bytes, dict[str, str]]:
        return 200, got.event["challenge"].encode(), {"content-type": "text/plain"}

    with served(echo) as url:
        slack.connect_app(url)
        assert slack.outbound.verify_address()


def test_a_message_is_an_event_only_for_those_who_subscribe(slack: SlackTwin, inbox: Inbox) -> None:
    slack.say("U1", "anybody there?")
    assert slack.courier.settle()
    assert inbox.got == []
    slack.subscribe("message")
    slack.say("U1", "anybody there?")
    slack.say("U1", "not the bot's channel", channel="C2")
    assert slack.courier.settle()
    (got,) = inbox.got
    assert got.event["event"]["text"] == "anybody there?"
    assert got.event["event"]["channel_type"] == "channel"
