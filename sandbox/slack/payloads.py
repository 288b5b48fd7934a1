"""What Slack sends to an app: commands, clicks, submissions and events, field by field."""

import uuid
from dataclasses import dataclass

from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json
from sandbox.slack.message import Message, Whisper
from sandbox.slack.people import TEAM_DOMAIN, TEAM_ID
from sandbox.slack.view import View
from sandbox.slack.workspace import Workspace

VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 -- Slack's deprecated field, no secret


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who acts."""

    user: str
    name: str

    def as_api(self) -> Json:
        return {"id": self.user, "username": self.name, "name": self.name, "team_id": TEAM_ID}


def origin(ws: Workspace, user: str) -> Origin:
    return Origin(user=user, name=ws.person(user).name)


def response_url(ws: Workspace, kind: str, key: str) -> str:
    return f"{ws.root}/{kind}/{TEAM_ID}/{ws.app.id}/{key}"


def slash_command(
    ws: Workspace, *, user: str, channel: Channel, command: str, text: str, key: str
) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user,
        "user_name": ws.person(user).name,
        "command": command,
        "text": text,
        "api_app_id": ws.app.id,
        "is_enterprise_install": False,
        "response_url": response_url(ws, "commands", key),
        "trigger_id": ws.triggers.issue(user),
    }


def _interaction(ws: Workspace, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": origin(ws, user).as_api(),
        "api_app_id": ws.app.id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(
    ws: Workspace, *, user: str, on: Message | Whisper, action: Json, state: Json
) -> Json:
    private = isinstance(on, Whisper)
    container: Json = {
        "type": "message",
        "message_ts": on.ts,
        "channel_id": on.channel,
        "is_ephemeral": private,
    }
    if on.thread_ts:
        container["thread_ts"] = on.thread_ts
    key = ws.response_urls.issue(
        user,
        on.channel,
        thread_ts=on.thread_ts,
        message_ts=None if isinstance(on, Whisper) else on.ts,
        whisper=on.id if isinstance(on, Whisper) else None,
    )
    channel = ws.channels[on.channel]
    found = {
        **_interaction(ws, "block_actions", user),
        "container": container,
        "trigger_id": ws.triggers.issue(user),
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": state},
        "response_url": response_url(ws, "actions", key),
        "actions": [action],
    }
    if isinstance(on, Message):
        found["message"] = on.as_api(ws.app)
    return found


def view_action(ws: Workspace, *, user: str, view: View, action: Json) -> Json:
    return {
        **_interaction(ws, "block_actions", user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": ws.triggers.issue(user),
        "view": view.as_api(ws.app),
        "actions": [action],
    }


def view_submission(ws: Workspace, view: View) -> Json:
    return {
        **_interaction(ws, "view_submission", view.user),
        "trigger_id": ws.triggers.issue(view.user),
        "view": view.as_api(ws.app),
        "response_urls": [],
    }


def view_closed(ws: Workspace, view: View, *, cleared: bool) -> Json:
    return {
        **_interaction(ws, "view_closed", view.user),
        "view": view.as_api(ws.app),
        "is_cleared": cleared,
    }


def event(ws: Workspace, inner: Json) -> Json:
    now = ws.stamps.now()
    bot = ws.app.user_id
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": ws.app.id,
        "event": {**inner, "event_ts": inner.get("event_ts") or ws.stamps.ts()},
        "type": "event_callback",
        "event_id": ws.stamps.id("Ev"),
        "event_time": int(now),
        "authed_users": [bot],
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{uuid.uuid4().hex}",
    }


def home_opened(ws: Workspace, user: str, channel: Channel) -> Json:
    inner: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": "home",
    }
    home = ws.modals.home(user)
    if home is not None:
        inner["view"] = home.as_api(ws.app)
    return event(ws, inner)


def said(ws: Workspace, kind: str, message: Message) -> Json:
    """`message` or `app_mention`: a person's words in a channel."""
    channel = ws.channels[message.channel]
    inner: Json = {
        "type": kind,
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM_ID,
        "channel": channel.id,
        "event_ts": message.ts,
        "client_msg_id": str(uuid.uuid4()),
    }
    if message.blocks:
        inner["blocks"] = list(message.blocks)
    if message.is_reply:
        inner["thread_ts"] = message.thread_ts
    if kind == "message":
        inner["channel_type"] = "im" if channel.is_im else "channel"
    return event(ws, inner)
