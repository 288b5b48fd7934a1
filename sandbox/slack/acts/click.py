"""A click, a choice or a date picked, in a message, a private answer or a view."""

from dataclasses import replace

from sandbox.slack import payloads
from sandbox.slack.acts.stage import Stage, must_be_ok
from sandbox.slack.elements_state import chosen, elements, state_values
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Message, Whisper
from sandbox.slack.outbound import Envelope
from sandbox.slack.view import View
from sandbox.slack.workspace import Workspace

Container = Message | Whisper | View


def act(
    stage: Stage, *, user: str, on: Container, block_id: str, action_id: str, value: object
) -> None:
    """Sends the block action; raises SlackError with what Slack shows when nobody answers."""
    ws = stage.ws
    block, element = find(on, block_id, action_id)
    with ws.feed.lock:
        action = _action(ws, block, element, value)
        picked = _remember(ws, on, block, element, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return
        if isinstance(on, View):
            view = ws.modals.get(view_id=on.id)
            payload = payloads.view_action(ws, user=user, view=view, action=action)
        else:
            state = state_values(on.blocks, picked)
            payload = payloads.message_action(ws, user=user, on=on, action=action, state=state)
    must_be_ok(stage.outbound.ask(Envelope.INTERACTIVE, payload))


def find(on: Container, block_id: str, action_id: str) -> tuple[Json, Json]:
    for block, element in elements(on.blocks):
        if element["action_id"] == action_id and block_id in {"", block["block_id"]}:
            return block, element
    raise SlackError("no_such_element")


def _action(ws: Workspace, block: Json, element: Json, value: object) -> Json:
    found = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ws.stamps.ts(),
        **chosen(element, value),
    }
    for field in ("text", "style", "url", "placeholder", "confirm"):
        if field in element:
            found[field] = element[field]
    return found


def _remember(ws: Workspace, on: Container, block: Json, element: Json, value: object) -> Json:
    """Keeps what was picked, so that the state of later actions has it too."""
    if element["type"] in {"button", "overflow"}:
        return _picks(ws, on)
    if isinstance(on, View):
        view = ws.modals.get(view_id=on.id)
        values = {each: dict(actions) for each, actions in view.values.items()}
        state = {"type": element["type"], **chosen(element, value)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
        ws.modals.put(replace(view, values=values))
        return {}
    picks = _picks(ws, on)
    picks.setdefault(block["block_id"], {})[element["action_id"]] = value
    return picks


def _picks(ws: Workspace, on: Container) -> Json:
    key = on.id if isinstance(on, View | Whisper) else f"{on.channel}:{on.ts}"
    return ws.picked.setdefault(key, {})
