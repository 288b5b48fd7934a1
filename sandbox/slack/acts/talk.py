"""People's own words in a channel, and their visit to the App Home."""

import re

from sandbox.slack import payloads
from sandbox.slack.acts.command import with_ids
from sandbox.slack.acts.stage import Stage
from sandbox.slack.errors import SlackError
from sandbox.slack.message import Message


def say(
    stage: Stage, *, user: str, channel: str, text: str, thread_ts: str | None = None
) -> Message:
    """Posts as the person; the app hears of it by the events it has subscribed to."""
    ws = stage.ws
    place = ws.channels[channel]
    if user not in place.members:
        raise SlackError("not_in_channel")
    message = ws.say(
        place, user, text=with_ids(ws, _escaped(text), labels=False), thread_ts=thread_ts
    )
    if ws.app.user_id not in place.members:
        return message
    if f"<@{ws.app.user_id}>" in message.text and "app_mention" in ws.app.events:
        stage.courier.send(payloads.said(ws, "app_mention", message))
    if "message" in ws.app.events:
        stage.courier.send(payloads.said(ws, "message", message))
    return message


def open_home(stage: Stage, *, user: str) -> None:
    ws = stage.ws
    with ws.feed.lock:
        payload = payloads.home_opened(ws, user, ws.direct(user))
    if "app_home_opened" in ws.app.events:
        stage.courier.send(payload)


def _escaped(text: str) -> str:
    """Slack's three escapes, leaving mentions that are already in its form."""
    parts = re.split(r"(<[@#!][^<>]+>)", text)
    plain = ((part, index % 2) for index, part in enumerate(parts))
    return "".join(part if kept else _three(part) for part, kept in plain)


def _three(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
