"""chat.*: posting, editing and deleting messages."""

from sandbox.slack import limits
from sandbox.slack.api.content import content
from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Message, Whisper
from sandbox.slack.stored import stored
from sandbox.slack.workspace import Workspace


def place(ws: Workspace, call: Call) -> Channel:
    """Where to post: a channel's id or name, or a person (their direct messages)."""
    call.need("channel")
    word = call.text("channel")
    if word in ws.people:
        return ws.direct(word)
    found = ws.channels.get(word) or ws.named_channel(word)
    if found is None:
        raise SlackError("channel_not_found")
    found = ws.joined(found.id)
    if found.is_archived:
        raise SlackError("is_archived")
    return found


def own(ws: Workspace, call: Call, refusal: str) -> Message:
    """The app's own message that the call names."""
    call.need("channel", "ts")
    message = ws.board.get(ws.channel(call.text("channel")).id, call.text("ts"))
    if message.user != ws.app.user_id:
        raise SlackError(refusal)
    return message


@method("chat.postMessage", scope="chat:write")
def post_message(ws: Workspace, call: Call) -> Json:
    channel = place(ws, call)
    said = content(call)
    message = ws.say(
        channel,
        ws.app.user_id,
        text=said.text or "",
        blocks=said.blocks,
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        metadata=said.metadata,
    )
    shown = message.as_api(ws.app, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown, **said.notes()}


@method("chat.update", scope="chat:write")
def update(ws: Workspace, call: Call) -> Json:
    message = own(ws, call, "cant_update_message")
    said = content(call, text_max=limits.MESSAGE_TEXT_RECOMMENDED_MAX)
    fields: Json = {}
    if said.text is not None:
        # Text without blocks takes the place of the blocks; with blocks it is only a fallback.
        fields = {"text": said.text, "blocks": (), "sent": ()}
    if said.blocks is not None:
        fields["blocks"] = stored(said.blocks, ws.stamps)
        fields["sent"] = tuple(said.blocks)
    else:
        fields["edited"] = ws.stamps.ts()
    if said.metadata is not None:
        fields["metadata"] = said.metadata
    changed = ws.board.change(message, **fields)
    shown = changed.as_api(ws.app, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": shown}


@method("chat.delete", scope="chat:write")
def delete(ws: Workspace, call: Call) -> Json:
    message = own(ws, call, "cant_delete_message")
    ws.board.delete(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.postEphemeral", scope="chat:write")
def post_ephemeral(ws: Workspace, call: Call) -> Json:
    call.need("user")
    channel = place(ws, call)
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    said = content(call, text_max=limits.MESSAGE_TEXT_TRUNCATED_AT)
    thread_ts = call.text("thread_ts") or None
    if thread_ts:
        ws.board.parent(channel.id, thread_ts)
    ts = ws.stamps.ts()
    ws.board.whisper(
        Whisper(
            id=ws.stamps.id("W"),
            channel=channel.id,
            ts=ts,
            user=call.text("user"),
            text=said.text or "",
            blocks=stored(said.blocks or [], ws.stamps),
            sent=tuple(said.blocks or ()),
            thread_ts=thread_ts,
        )
    )
    return {"message_ts": ts}


@method("chat.getPermalink")
def get_permalink(ws: Workspace, call: Call) -> Json:
    call.need("channel", "message_ts")
    channel = ws.channel(call.text("channel"))
    message = ws.board.get(channel.id, call.text("message_ts"))
    link = f"{ws.root}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
