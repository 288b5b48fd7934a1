"""reactions.* and pins.*: small marks on a message."""

import re

from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Message
from sandbox.slack.workspace import Workspace


def marked(ws: Workspace, call: Call) -> Message:
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = ws.joined(call.text("channel"))
    return ws.board.get(channel.id, call.text("timestamp"))


@method("reactions.add", scope="reactions:write")
def add_reaction(ws: Workspace, call: Call) -> Json:
    name = call.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    message = marked(ws, call)
    reaction = (name, ws.app.user_id)
    if reaction in message.reactions:
        raise SlackError("already_reacted")
    ws.board.change(message, reactions=(*message.reactions, reaction))
    return {}


@method("pins.add", scope="pins:write")
def add_pin(ws: Workspace, call: Call) -> Json:
    message = marked(ws, call)
    if message.pinned:
        raise SlackError("already_pinned")
    ws.board.change(message, pinned=True)
    return {}
