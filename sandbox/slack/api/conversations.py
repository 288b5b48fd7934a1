"""conversations.*: channels, who is in them, and what was said."""

import re

from sandbox.slack.api.paging import page
from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Message
from sandbox.slack.workspace import Workspace

NAME_MAX = 80


def wanted(ws: Workspace, call: Call) -> Channel:
    call.need("channel")
    return ws.channel(call.text("channel"))


def kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


@method("conversations.list", scope="channels:read")
def list_all(ws: Workspace, call: Call) -> Json:
    types = call.words("types") or ["public_channel"]
    unknown = set(types) - {"public_channel", "private_channel", "mpim", "im"}
    if unknown:
        raise SlackError("invalid_types")
    found = [
        {**channel.as_api(ws.app.user_id), "num_members": len(channel.members)}
        for channel in ws.channels.values()
        if kind(channel) in types
        and channel.visible_to(ws.app.user_id)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    channels, cursor = page(call, found)
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


@method("conversations.info", scope="channels:read")
def info(ws: Workspace, call: Call) -> Json:
    channel = wanted(ws, call)
    found = channel.as_api(ws.app.user_id)
    if call.flag("include_num_members"):
        found["num_members"] = len(channel.members)
    return {"channel": found}


@method("conversations.members", scope="channels:read")
def members(ws: Workspace, call: Call) -> Json:
    found, cursor = page(call, sorted(wanted(ws, call).members))
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", scope="channels:join")
def join(ws: Workspace, call: Call) -> Json:
    channel = wanted(ws, call)
    if channel.is_im or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    already = ws.app.user_id in channel.members
    channel = ws.add_member(channel, ws.app.user_id)
    notes = ["already_in_channel"] if already else []
    return {
        "channel": channel.as_api(ws.app.user_id),
        **({"warning": notes[0], "response_metadata": {"warnings": notes}} if notes else {}),
    }


@method("conversations.create", scope="channels:manage")
def create(ws: Workspace, call: Call) -> Json:
    name = call.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_MAX:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if ws.named_channel(name):
        raise SlackError("name_taken")
    if call.flag("is_private") and "groups:write" not in ws.app.scopes:
        raise SlackError("missing_scope", needed="groups:write", provided=",".join(ws.app.scopes))
    channel = Channel(
        id=ws.stamps.id("C"),
        name=name,
        created=int(ws.stamps.now()),
        members=frozenset({ws.app.user_id}),
        creator=ws.app.user_id,
        is_private=call.flag("is_private"),
    )
    return {"channel": ws.put_channel(channel).as_api(ws.app.user_id)}


@method("conversations.invite", scope="channels:manage")
def invite(ws: Workspace, call: Call) -> Json:
    call.need("users")
    channel = ws.joined(wanted(ws, call).id)
    users = call.words("users")
    for user in users:
        if ws.person(user).id in channel.members:
            raise SlackError("already_in_channel")
    for user in users:
        channel = ws.add_member(channel, user)
    return {"channel": channel.as_api(ws.app.user_id)}


def stamp(call: Call, name: str) -> float | None:
    value = call.text(name)
    if not value:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def between(call: Call, messages: list[Message]) -> list[Message]:
    """Within `oldest` and `latest`, the ends themselves only when `inclusive`."""
    oldest, latest = stamp(call, "oldest"), stamp(call, "latest")
    inclusive = call.flag("inclusive")

    def inside(message: Message) -> bool:
        at = float(message.ts)
        if inclusive and at in {oldest, latest}:
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in messages if inside(message)]


def told(ws: Workspace, message: Message, call: Call) -> Json:
    found = message.as_api(ws.app, with_metadata=call.flag("include_all_metadata"))
    replies = ws.board.replies(message.channel, message.ts)
    if replies:
        people = list(dict.fromkeys(reply.user for reply in replies))
        found.update(
            reply_count=len(replies),
            reply_users=people,
            reply_users_count=len(people),
            latest_reply=replies[-1].ts,
            is_locked=False,
            subscribed=False,
        )
    return found


@method("conversations.history", scope="channels:history")
def history(ws: Workspace, call: Call) -> Json:
    channel = ws.joined(wanted(ws, call).id)
    newest_first = between(call, ws.board.top_level(channel.id))[::-1]
    messages, cursor = page(call, newest_first)
    return {
        "messages": [told(ws, each, call) for each in messages],
        "has_more": bool(cursor),
        "pin_count": sum(each.pinned for each in ws.board.all(channel.id)),
        **({"response_metadata": {"next_cursor": cursor}} if cursor else {}),
    }


@method("conversations.replies", scope="channels:history")
def replies(ws: Workspace, call: Call) -> Json:
    call.need("ts")
    channel = ws.joined(wanted(ws, call).id)
    asked = ws.board.find(channel.id, call.text("ts"))
    parent = ws.board.parent(channel.id, (asked and asked.thread_ts) or call.text("ts"))
    thread = [parent, *between(call, ws.board.replies(channel.id, parent.ts))]
    messages, cursor = page(call, thread, default=1000)
    return {
        "messages": [told(ws, each, call) for each in messages],
        "has_more": bool(cursor),
        **({"response_metadata": {"next_cursor": cursor}} if cursor else {}),
    }
