"""The seam to the browser page: state, stream and acts, over HTTP as the page uses it."""

import json
from collections.abc import Iterator

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import Inbox, served

CARD = [
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "action_id": "ack",
                "value": "INC-1",
                "text": {"type": "plain_text", "text": "Acknowledge"},
            }
        ],
    }
]
FORM = {
    "type": "modal",
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


@pytest.fixture
def page(slack: SlackTwin) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slack.url, timeout=5) as found:
        yield found


@pytest.fixture
def inbox(slack: SlackTwin) -> Iterator[Inbox]:
    found = Inbox()
    with served(found.reply) as url:
        slack.connect_app(url)
        yield found


def seen(page: httpx.Client, user: str = "U1") -> dict:
    return page.get("/ui/state", params={"user": user}).json()


def act(page: httpx.Client, **body) -> dict:
    return page.post("/ui/act", json={"user": "U1", **body}).json()


def test_the_state_is_what_this_person_sees(
    slack: SlackTwin, client: WebClient, page: httpx.Client
) -> None:
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    client.chat_postMessage(channel="C1", text="line", thread_ts=ts)
    client.chat_postEphemeral(channel="C1", user="U2", text="for grace")
    client.chat_postMessage(channel="U2", text="direct")
    ada, grace = seen(page), seen(page, "U2")
    assert ada["team"] == {"id": "T1", "name": "Candlefish", "domain": "candlefish"}
    assert ada["me"] == "U1"
    assert ada["users"][0] == {
        "id": "U1",
        "name": "ada",
        "real_name": "Ada Lovelace",
        "is_bot": False,
    }
    assert ada["usergroups"] == [{"id": "S012", "handle": "oncall"}]
    assert ada["app"] == {"name": "Candlefish", "user_id": "UBOT", "commands": ["/candlefish"]}
    (message,) = ada["messages"]["C1"]
    assert (message["bot"], message["text"], message["reply_count"]) == (True, "card", 1)
    assert message["blocks"][0]["block_id"] == "acts"
    assert [reply["text"] for reply in ada["threads"][ts]] == ["line"]
    assert (ada["whispers"], ada["view"], ada["home"]) == ([], None, None)
    assert [whisper["text"] for whisper in grace["whispers"]] == ["for grace"]
    assert len(grace["channels"]) == len(ada["channels"]) + 1
    assert page.get("/ui/state?user=nobody").status_code == 404


def test_the_stream_tells_of_what_this_person_can_see(
    slack: SlackTwin, client: WebClient, page: httpx.Client
) -> None:
    with page.stream("GET", "/ui/events", params={"user": "U1"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = (line for line in stream.iter_lines() if line.startswith("data: "))

        def cursor() -> int:
            return json.loads(next(lines).removeprefix("data: "))["cursor"]

        first = cursor()
        client.chat_postEphemeral(channel="C1", user="U2", text="not for ada")
        client.chat_postMessage(channel="C1", text="for all")
        second = cursor()
        assert second > first
        assert [m["text"] for m in seen(page)["messages"]["C1"]] == ["for all"]
        assert seen(page)["cursor"] == second
        assert seen(page, "U2")["cursor"] == second
        client.chat_postEphemeral(channel="C1", user="U1", text="for ada")
        assert cursor() > second
        assert seen(page, "U2")["cursor"] == second


def test_a_command_and_a_word_are_typed(slack: SlackTwin, page: httpx.Client, inbox: Inbox) -> None:
    inbox.answer = b"fine"
    assert act(page, type="command", channel="C1", text="/candlefish status") == {"ok": True}
    assert [each["text"] for each in seen(page)["whispers"]] == ["fine"]
    (whisper,) = seen(page)["whispers"]
    assert act(page, type="dismiss", whisper=whisper["id"]) == {"ok": True}
    assert seen(page)["whispers"] == []
    assert act(page, type="command", channel="C1", text="/shrug") == {
        "ok": False,
        "error": "unknown_command",
    }
    assert act(page, type="say", channel="C1", text="hello <b>") == {"ok": True}
    (said,) = seen(page)["messages"]["C1"]
    assert (said["text"], said["bot"], said["user"]) == ("hello &lt;b&gt;", False, "U1")
    assert act(page, type="say", channel="C1", text="and", thread_ts=said["ts"])["ok"]
    assert [each["text"] for each in seen(page)["threads"][said["ts"]]] == ["and"]


def test_a_button_is_pressed(
    slack: SlackTwin, client: WebClient, page: httpx.Client, inbox: Inbox
) -> None:
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    press = {
        "type": "action",
        "message": {"channel": "C1", "ts": ts},
        "block_id": "acts",
        "action_id": "ack",
        "value": "INC-1",
    }
    assert act(page, **press) == {"ok": True}
    assert inbox.got[0].payload["actions"][0]["value"] == "INC-1"
    inbox.status = 500
    assert act(page, **press) == {"ok": False, "error": "dispatch_failed"}
    assert act(page, **{**press, "action_id": "no"})["error"] == "no_such_element"
    assert act(page, type="action")["ok"] is False
    assert act(page, type="dance") == {"ok": False, "error": "unknown_act"}


def test_a_form_is_filled_in_and_closed(
    slack: SlackTwin, client: WebClient, page: httpx.Client, inbox: Inbox
) -> None:
    client.views_open(trigger_id=slack.ws.triggers.issue("U1"), view=FORM)
    view = seen(page)["view"]
    assert (view["type"], view["title"]["text"], view["errors"]) == ("modal", "Note", {})
    refused = act(page, type="submit", view=view["id"], values={})
    assert (refused["ok"], refused["error"]) == (False, "invalid_input")
    assert set(seen(page)["view"]["errors"]) == {"note"}
    values = {"note": {"words": "the pool was empty"}}
    stranger = {"user": "U2", "type": "submit", "view": view["id"], "values": values}
    assert act(page, **stranger)["error"] == "not_found"
    assert act(page, type="submit", view=view["id"], values=values) == {"ok": True}
    assert seen(page)["view"] is None
    client.views_open(trigger_id=slack.ws.triggers.issue("U1"), view=FORM)
    assert act(page, type="close", view=seen(page)["view"]["id"]) == {"ok": True}
    assert seen(page)["view"] is None


def test_the_home_is_opened(slack: SlackTwin, page: httpx.Client, inbox: Inbox) -> None:
    assert act(page, type="home") == {"ok": True}
    assert slack.wait_for(slack.courier.settle)
    assert inbox.got[0].event["event"]["type"] == "app_home_opened"


def test_slack_is_taken_down_and_brought_back_while_the_page_goes_on(
    slack: SlackTwin, client: WebClient, page: httpx.Client, inbox: Inbox
) -> None:
    with page.stream("GET", "/ui/events", params={"user": "U1"}) as stream:
        told = (line for line in stream.iter_lines() if line.startswith("data: "))
        next(told)
        assert page.post("/ui/down").json() == {"ok": True, "down": True}
        next(told)
    assert seen(page)["down"] is True
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="C1", text="lost")
    assert act(page, type="command", channel="C1", text="/candlefish status") == {"ok": True}
    assert "dispatch_failed" in seen(page)["whispers"][0]["text"]
    assert inbox.got == []
    assert page.get("/ui/down").status_code == 405
    assert page.post("/ui/up").json() == {"ok": True, "down": False}
    assert seen(page)["down"] is False
    client.chat_postMessage(channel="C1", text="back")


def test_rubbish_is_refused(page: httpx.Client) -> None:
    assert page.post("/ui/act", content=b"\xff{").status_code == 400
    assert page.post("/ui/act", json=[1]).json()["ok"] is False
    assert page.post("/ui/act", json={"user": "U99", "type": "home"}).json()["ok"] is False


def test_an_uploaded_picture_can_be_fetched(
    slack: SlackTwin, client: WebClient, page: httpx.Client
) -> None:
    client.files_upload_v2(channel="C1", filename="p95.png", content=b"\x89PNG picture")
    (message,) = seen(page)["messages"]["C1"]
    (file,) = message["files"]
    got = page.get(file["url_private"])
    assert (got.content, got.headers["content-type"]) == (b"\x89PNG picture", "image/png")
    asked = client.files_getUploadURLExternal(filename="a.txt", length=2)
    form = {"file": ("a.txt", b"hi")}
    assert page.post(asked["upload_url"], files=form).text == "OK - 2"
    assert page.get(f"/files/{asked['file_id']}").content == b"hi"
