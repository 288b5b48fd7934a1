"""The page's view of the workspace: everything that one person sees, as JSON."""

from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json
from sandbox.slack.message import Message, Whisper
from sandbox.slack.people import TEAM_NAME
from sandbox.slack.view import View
from sandbox.slack.workspace import Workspace


def state(ws: Workspace, user: str, *, down: bool) -> Json:
    with ws.feed.lock:
        channels = [each for each in ws.channels.values() if each.visible_to(user)]
        top = ws.modals.top(user)
        home = ws.modals.home(user)
        return {
            "team": {**ws.team(), "name": TEAM_NAME},
            "me": user,
            "down": down,
            "users": [
                {
                    "id": each.id,
                    "name": each.name,
                    "real_name": each.real_name or each.name,
                    "is_bot": each.is_bot,
                }
                for each in ws.people.values()
            ],
            "usergroups": [
                {"id": each.id, "handle": each.handle} for each in ws.usergroups.values()
            ],
            "channels": [{"id": each.id, "name": each.name} for each in channels],
            "app": {
                "name": ws.app.name,
                "user_id": ws.app.user_id,
                "commands": list(ws.app.commands),
            },
            "messages": {each.id: _messages(ws, each) for each in channels},
            "threads": {
                ts: [_message(ws, reply) for reply in replies]
                for ts, replies in ws.board.threads(channels)
            },
            "whispers": [_whisper(each) for each in ws.board.whispers(user)],
            "view": _view(ws, top) if top else None,
            "home": _view(ws, home) if home else None,
            "cursor": ws.feed.cursor(user),
        }


def _messages(ws: Workspace, channel: Channel) -> list[Json]:
    return [_message(ws, each) for each in ws.board.top_level(channel.id)]


def _message(ws: Workspace, message: Message) -> Json:
    replies = 0 if message.is_reply else len(ws.board.replies(message.channel, message.ts))
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.by_app,
        "text": message.text,
        "blocks": list(message.blocks),
        "edited": message.edited is not None,
        "thread_ts": message.thread_ts,
        "reply_count": replies,
        "files": list(message.files),
        "reactions": message.reaction_counts(),
        "pinned": message.pinned,
    }


def _whisper(whisper: Whisper) -> Json:
    return {
        "id": whisper.id,
        "channel": whisper.channel,
        "thread_ts": whisper.thread_ts,
        "ts": whisper.ts,
        "user": whisper.user,
        "text": whisper.text,
        "blocks": list(whisper.blocks),
        "files": list(whisper.files),
    }


def _view(ws: Workspace, view: View) -> Json:
    return {**view.as_api(ws.app), "errors": view.errors}
