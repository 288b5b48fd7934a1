"""A modal sent or closed by a person."""

from dataclasses import replace

from sandbox.slack import payloads
from sandbox.slack.acts.input_check import problems
from sandbox.slack.acts.stage import Stage, must_be_ok
from sandbox.slack.api.views import checked
from sandbox.slack.elements_state import chosen, elements
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.outbound import Envelope
from sandbox.slack.view import View
from sandbox.slack.workspace import Workspace


def submit(stage: Stage, *, view: View, values: Json) -> None:
    """Fills in `values` (block, action → what was typed), sends, and does what the app says.

    What Slack itself refuses, or the app by `response_action: errors`, stands in the view's
    `errors` and is raised as SlackError("invalid_input").
    """
    ws = stage.ws
    with ws.feed.lock:
        filled = replace(view, values=_filled(view, values), errors={})
        found = problems(filled.blocks, filled.values)
        ws.modals.put(replace(filled, errors=found))
        if found:
            raise SlackError("invalid_input", errors=found)
        payload = payloads.view_submission(ws, filled)
    answer = must_be_ok(stage.outbound.ask(Envelope.INTERACTIVE, payload))
    body = answer.body if isinstance(answer.body, dict) else {}
    _obey(stage, ws.modals.get(view_id=view.id), body)


def _filled(view: View, values: Json) -> Json:
    found = {each: dict(actions) for each, actions in view.values.items()}
    for block, element in elements(view.blocks):
        given = values.get(block["block_id"], {})
        if element["action_id"] in given:
            state = {"type": element["type"], **chosen(element, given[element["action_id"]])}
            found.setdefault(block["block_id"], {})[element["action_id"]] = state
    return found


def _obey(stage: Stage, view: View, body: Json) -> None:
    ws = stage.ws
    action = body.get("response_action")
    if action is None:
        ws.modals.close(view)
    elif action == "clear":
        ws.modals.close(view, everything=True)
    elif action == "errors":
        ws.modals.put(replace(view, errors=_blamed(view, body.get("errors"))))
        raise SlackError("invalid_input", errors=body.get("errors"))
    elif action == "update":
        ws.modals.update(view, checked(body.get("view"), "modal"))
    elif action == "push":
        ws.modals.open(view.user, checked(body.get("view"), "modal"))
    else:
        raise SlackError("invalid_response_action")


def _blamed(view: View, errors: object) -> Json:
    """The errors by block; Slack shows them only at input blocks."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_response_errors")
    return errors


def close(stage: Stage, *, view: View) -> None:
    """The person's Cancel or cross; the app hears of it where the view asked for that."""
    gone = stage.ws.modals.close(view, everything=view.clear_on_close)
    for each in reversed(gone):
        if each.notify_on_close:
            _tell(stage, stage.ws, each, cleared=view.clear_on_close)


def _tell(stage: Stage, ws: Workspace, view: View, *, cleared: bool) -> None:
    payload = payloads.view_closed(ws, view, cleared=cleared)
    must_be_ok(stage.outbound.ask(Envelope.INTERACTIVE, payload))
