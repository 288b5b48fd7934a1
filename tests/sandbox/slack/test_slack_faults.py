"""Slack going wrong on purpose, as a real client notices it."""

import http.client
import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.faults import Moment, Outage
from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.conftest import Clock

CUT = (http.client.RemoteDisconnected, ConnectionResetError)


@pytest.fixture
def client(slack: SlackTwin) -> WebClient:
    """One that does not quietly try a second time, as the vendor's does by default."""
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=5, retry_handlers=[])


def post(client: WebClient) -> object:
    return client.chat_postMessage(channel="C1", text="down")


def test_an_outage_may_answer_503(slack: SlackTwin, client: WebClient) -> None:
    slack.go_down(Outage.ANSWERS_503)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.status_code == 503
    slack.come_back()
    post(client)
    assert len(slack.messages("C1")) == 1


def test_an_outage_may_drop_connections(slack: SlackTwin, client: WebClient) -> None:
    slack.go_down(Outage.DROPS)
    with pytest.raises(CUT):
        post(client)
    slack.come_back()
    post(client)
    assert len(slack.messages("C1")) == 1


def test_an_answer_can_get_lost_after_the_call_was_applied(
    slack: SlackTwin, client: WebClient
) -> None:
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(CUT):
        post(client)
    assert len(slack.messages("C1")) == 1
    (call,) = slack.journal.calls("chat.postMessage")
    assert (call.args["text"], call.error) == ("down", "")
    post(client)
    assert len(slack.messages("C1")) == 2


def test_a_call_can_be_dropped_before_it_was_looked_at(slack: SlackTwin, client: WebClient) -> None:
    slack.faults.drop("chat.postMessage", times=2)
    for _ in range(2):
        with pytest.raises(CUT):
            post(client)
    assert slack.messages("C1") == []
    post(client)


@pytest.mark.parametrize(
    ("plan", "error", "status"),
    [
        (lambda faults: faults.error("chat.postMessage", "fatal_error"), "fatal_error", 200),
        (lambda faults: faults.rate_limit("*", retry_after=7), "ratelimited", 429),
    ],
)
def test_the_next_call_can_be_refused(
    slack: SlackTwin,
    client: WebClient,
    plan: Callable[[object], None],
    error: str,
    status: int,
) -> None:
    plan(slack.faults)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    answer = refused.value.response
    assert (answer["error"], answer.status_code) == (error, status)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert slack.messages("C1") == []
    post(client)


def test_the_next_answer_can_be_a_500_that_is_no_json(slack: SlackTwin, client: WebClient) -> None:
    slack.faults.status("chat.postMessage", 500)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.status_code == 500
    assert slack.journal.calls()[-1].error == "HTTP 500"


def test_a_test_can_act_between_the_deed_and_the_answer(
    slack: SlackTwin, client: WebClient
) -> None:
    seen: list[int] = []
    slack.faults.at(Moment.SEEN, "chat.postMessage", lambda: seen.append(len(slack.messages("C1"))))
    slack.faults.at(
        Moment.APPLIED, "chat.postMessage", lambda: seen.append(len(slack.messages("C1")))
    )
    post(client)
    assert seen == [0, 1]


def test_a_slow_answer_outlasts_an_impatient_client(slack: SlackTwin, client: WebClient) -> None:
    slack.faults.latency(1, "chat.postMessage")
    hasty = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=0.2)
    with pytest.raises(TimeoutError):
        post(hasty)
    assert slack.wait_for(lambda: len(slack.messages("C1")) == 1)
    client.auth_test()


def test_a_call_that_hangs_does_not_hold_up_the_others(slack: SlackTwin, client: WebClient) -> None:
    release = threading.Event()
    slack.faults.at(Moment.APPLIED, "chat.postMessage", lambda: release.wait(10))
    thread = threading.Thread(target=post, args=(client,))
    thread.start()
    assert slack.wait_for(lambda: slack.messages("C1"))
    other = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=5)
    assert other.auth_test()["ok"]
    assert thread.is_alive()
    release.set()
    thread.join()


def test_everything_can_be_made_well(slack: SlackTwin, client: WebClient) -> None:
    slack.faults.drop("chat.postMessage", times=9)
    slack.go_down()
    slack.faults.clear()
    post(client)


def test_the_date_header_is_the_twins_own_time(slack: SlackTwin, clock: Clock) -> None:
    clock.forward(minutes=10)
    with httpx.Client() as http:
        date = http.get(f"{slack.url}/ui/state?user=U1").headers["date"]
    assert parsedate_to_datetime(date).timestamp() == clock()
