"""Shows what an app answers a person with: in its ack, or later by a response URL."""

from sandbox.slack.api.content import Content, content
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Whisper
from sandbox.slack.stored import stored
from sandbox.slack.tickets import ResponseUrl
from sandbox.slack.workspace import Workspace


def respond(ws: Workspace, body: Json, to: ResponseUrl) -> str | None:
    """Does what the body asks; the id of the private answer, when that is what it made."""
    call = Call(method="response_url", args=body, at=ws.stamps.now())
    with ws.feed.lock:
        if call.flag("delete_original"):
            _delete_original(ws, to)
            return None
        said = content(call)
        if call.flag("replace_original") and (to.message_ts or to.whisper):
            return _replace_original(ws, to, said)
        thread_ts = call.text("thread_ts") or None
        if call.text("response_type") == "in_channel":
            ws.say(
                ws.channels[to.channel],
                ws.app.user_id,
                text=said.text or "",
                blocks=said.blocks,
                thread_ts=thread_ts,
                metadata=said.metadata,
            )
            return None
        return whisper(ws, to, said, thread_ts=thread_ts)


def whisper(
    ws: Workspace,
    to: ResponseUrl,
    said: Content,
    *,
    identity: str = "",
    thread_ts: str | None = None,
) -> str:
    new = Whisper(
        id=identity or ws.stamps.id("W"),
        channel=to.channel,
        ts=ws.stamps.ts(),
        user=to.user,
        text=said.text or "",
        blocks=stored(said.blocks or [], ws.stamps),
        sent=tuple(said.blocks or ()),
        thread_ts=thread_ts,
    )
    ws.board.whisper(new)
    return new.id


def tell(ws: Workspace, user: str, channel: str, text: str) -> None:
    """Slack's own private word to a person."""
    to = ResponseUrl(user=user, channel=channel, until=0)
    whisper(ws, to, Content(text=text, blocks=None, metadata=None))


def _delete_original(ws: Workspace, to: ResponseUrl) -> None:
    if to.whisper:
        ws.board.hush(to.whisper)
    elif to.message_ts:
        ws.board.delete(ws.board.get(to.channel, to.message_ts))
    else:
        raise SlackError("message_not_found")


def _replace_original(ws: Workspace, to: ResponseUrl, said: Content) -> str | None:
    if to.message_ts:
        message = ws.board.get(to.channel, to.message_ts)
        blocks = stored(said.blocks or [], ws.stamps)
        sent = tuple(said.blocks or ())
        ws.board.change(message, text=said.text or "", blocks=blocks, sent=sent)
        return None
    before = ws.board.whispered(to.whisper or "")
    thread_ts = before.thread_ts if before else None
    return whisper(ws, to, said, identity=to.whisper or "", thread_ts=thread_ts)
