"""Channels, history, threads, people and files with the vendor's own client."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.app import App
from sandbox.slack.people import Person
from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.conftest import Clock


def error_of(call, **arguments) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def post(client: WebClient, clock: Clock, text: str, **more) -> str:
    clock.forward(seconds=1)
    return client.chat_postMessage(channel="C1", text=text, **more)["ts"]


def texts(answer) -> list[str]:
    return [message["text"] for message in answer["messages"]]


def test_history_is_newest_first_in_pages_and_windows(client: WebClient, clock: Clock) -> None:
    stamps = [post(client, clock, f"m{index}") for index in range(5)]
    first = client.conversations_history(channel="C1", limit=2)
    assert texts(first) == ["m4", "m3"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    assert texts(client.conversations_history(channel="C1", limit=2, cursor=cursor)) == [
        "m2",
        "m1",
    ]
    since = client.conversations_history(channel="C1", oldest=stamps[2])
    assert texts(since) == ["m4", "m3"]
    window = {"oldest": stamps[1], "latest": stamps[3]}
    assert texts(client.conversations_history(channel="C1", **window)) == ["m2"]
    both = client.conversations_history(channel="C1", inclusive=True, **window)
    assert texts(both) == ["m3", "m2", "m1"]
    assert error_of(client.conversations_history, channel="C1", oldest="soon") == (
        "invalid_ts_oldest"
    )
    assert error_of(client.conversations_history, channel="C1", cursor="x") == "invalid_cursor"
    assert error_of(client.conversations_history, channel="C2") == "not_in_channel"


def test_replies_stay_in_their_thread_unless_broadcast(
    slack: SlackTwin, client: WebClient, clock: Clock
) -> None:
    parent = post(client, clock, "card")
    reply = post(client, clock, "quiet", thread_ts=parent)
    post(client, clock, "loud", thread_ts=parent, reply_broadcast=True)
    history = client.conversations_history(channel="C1")
    assert texts(history) == ["loud", "card"]
    assert history["messages"][1]["reply_count"] == 2
    assert texts(client.conversations_replies(channel="C1", ts=parent)) == [
        "card",
        "quiet",
        "loud",
    ]
    assert error_of(client.conversations_replies, channel="C1", ts="1.000001") == (
        "thread_not_found"
    )
    assert [card.text for card in slack.thread(parent)] == ["quiet", "loud"]
    link = client.chat_getPermalink(channel="C1", message_ts=reply)["permalink"]
    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={parent}&cid=C1")


def test_a_deleted_parent_leaves_a_tombstone(client: WebClient, clock: Clock) -> None:
    parent = post(client, clock, "card")
    post(client, clock, "reply", thread_ts=parent)
    alone = post(client, clock, "alone")
    client.chat_delete(channel="C1", ts=alone)
    client.chat_delete(channel="C1", ts=parent)
    (left,) = client.conversations_history(channel="C1")["messages"]
    assert left["subtype"] == "tombstone"
    assert error_of(client.chat_update, channel="C1", ts=parent, text="x") == "message_not_found"


def test_only_its_own_messages_can_be_changed(slack: SlackTwin, client: WebClient) -> None:
    said = slack.say("U1", "mine")
    assert error_of(client.chat_update, channel="C1", ts=said.ts, text="x") == (
        "cant_update_message"
    )
    assert error_of(client.chat_delete, channel="C1", ts=said.ts) == "cant_delete_message"


def test_a_private_word_reaches_one_person(slack: SlackTwin, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C1", user="U2", text="for you")
    assert [card.text for card in slack.whispers("U2")] == ["for you"]
    assert slack.messages("C1") == []
    slack.ws.people["U7"] = Person(id="U7", name="new")
    assert error_of(client.chat_postEphemeral, channel="C1", user="U7", text="x") == (
        "user_not_in_channel"
    )


def test_a_person_is_a_channel_of_their_own(slack: SlackTwin, client: WebClient) -> None:
    first = client.chat_postMessage(channel="U2", text="psst")
    again = client.chat_postMessage(channel="U2", text="psst")
    assert first["channel"] == again["channel"]
    assert first["channel"].startswith("D")


def test_channels_are_made_joined_and_listed(slack: SlackTwin, client: WebClient) -> None:
    made = client.conversations_create(name="inc-1")["channel"]
    assert made["is_member"]
    assert error_of(client.conversations_create, name="inc-1") == "name_taken"
    assert error_of(client.conversations_create, name="Inc 2") == "invalid_name_specials"
    client.conversations_invite(channel=made["id"], users="U1,U2")
    members = client.conversations_members(channel=made["id"])["members"]
    assert members == ["U1", "U2", "UBOT"]
    client.conversations_join(channel="C2")
    assert client.conversations_join(channel="C2")["warning"] == "already_in_channel"
    pages = client.conversations_list(limit=2)
    names = [each["name"] for page in pages for each in page["channels"]]
    assert names == ["ops-emergency", "general", "inc-1"]
    assert client.conversations_info(channel="C2")["channel"]["is_member"]
    assert error_of(client.conversations_info, channel="C9") == "channel_not_found"


def test_people_and_groups_are_known(client: WebClient) -> None:
    members = client.users_list()["members"]
    assert {each["id"] for each in members} == {"U1", "U2", "U3", "U4", "U5", "U6", "UBOT"}
    assert client.users_info(user="U4")["user"]["is_admin"]
    assert client.users_info(user="U5")["user"]["is_restricted"]
    found = client.users_lookupByEmail(email="grace@candlefish.example")["user"]
    assert found["id"] == "U2"
    assert error_of(client.users_lookupByEmail, email="no@body.example") == "users_not_found"
    assert error_of(client.users_info, user="U99") == "user_not_found"
    assert client.usergroups_users_list(usergroup="S012")["users"] == ["U2", "U3"]
    (group,) = client.usergroups_list(include_users=True)["usergroups"]
    assert (group["handle"], group["users"]) == ("oncall", ["U2", "U3"])


def test_a_file_is_uploaded_in_three_steps_and_can_be_seen(
    slack: SlackTwin, client: WebClient
) -> None:
    parent = client.chat_postMessage(channel="C1", text="card")["ts"]
    answer = client.files_upload_v2(
        channel="C1",
        thread_ts=parent,
        filename="p95.png",
        title="p95",
        content=b"\x89PNG picture",
        initial_comment="the last hour",
    )
    file = answer["file"]
    assert (file["title"], file["mimetype"], file["size"]) == ("p95", "image/png", 12)
    (shared,) = slack.thread(parent)
    assert shared.text == "the last hour"
    assert (
        error_of(client.files_completeUploadExternal, files=[{"id": "F999999", "title": "x"}])
        == "file_not_found"
    )


def test_marks_are_put_once(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="card")["ts"]
    client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    assert error_of(client.reactions_add, channel="C1", timestamp=ts, name="eyes") == (
        "already_reacted"
    )
    client.pins_add(channel="C1", timestamp=ts)
    assert error_of(client.pins_add, channel="C1", timestamp=ts) == "already_pinned"
    history = client.conversations_history(channel="C1")
    assert history["pin_count"] == 1
    assert history["messages"][0]["reactions"] == [{"name": "eyes", "users": ["UBOT"], "count": 1}]


def test_tokens_and_scopes_open_their_own_doors(slack: SlackTwin, clock: Clock) -> None:
    def client(token: str | None) -> WebClient:
        return WebClient(token=token, base_url=slack.api_url)

    assert error_of(client(None).auth_test) == "not_authed"
    assert error_of(client("xoxb-wrong").auth_test) == "invalid_auth"
    assert error_of(client(slack.app_token).auth_test) == "not_allowed_token_type"
    opened = client(None).apps_connections_open
    assert error_of(opened, app_token=slack.bot_token) == "not_allowed_token_type"
    me = client(slack.bot_token).auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == ("UBOT", "B1", "T1")
    assert "chat:write" in me.headers["x-oauth-scopes"].split(",")
    with SlackTwin(app=App(scopes=("chat:write",)), clock=clock) as narrow:
        poor = WebClient(token=narrow.bot_token, base_url=narrow.api_url)
        with pytest.raises(SlackApiError) as refused:
            poor.usergroups_list()
        answer = refused.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            "usergroups:read",
            "chat:write",
        )


def test_people_can_be_given_as_a_list() -> None:
    someone = Person(id="U7", name="hedy", email="hedy@x.example", is_stranger=True)
    with SlackTwin(people=[someone]) as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        assert client.users_info(user="U7")["user"]["is_stranger"]
        assert error_of(client.users_info, user="U1") == "user_not_found"
