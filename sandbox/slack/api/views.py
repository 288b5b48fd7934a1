"""views.*: modals and the App Home."""

from typing import Any

from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.view import View
from sandbox.slack.view_check import view_complaints
from sandbox.slack.workspace import Workspace


def checked(view: Any, kind: str) -> Json:
    """The view, when Slack would take it; `kind` is modal or home."""
    complaints = view_complaints(view)
    if not complaints and view["type"] != kind:
        complaints = [f"[ERROR] view must be of type {kind} [json-pointer:/view/type]"]
    if complaints:
        raise SlackError("invalid_arguments", response_metadata={"messages": complaints})
    return dict(view)


def payload(call: Call, kind: str) -> Json:
    call.need("view")
    return checked(call.value("view", "invalid_json"), kind)


def told(ws: Workspace, view: View) -> Json:
    return {"view": view.as_api(ws.app)}


@method("views.open")
def open_view(ws: Workspace, call: Call) -> Json:
    call.need("trigger_id")
    view = payload(call, "modal")
    user = ws.triggers.redeem(call.text("trigger_id"))
    return told(ws, ws.modals.open(user, view))


@method("views.push")
def push(ws: Workspace, call: Call) -> Json:
    return open_view(ws, call)


@method("views.update")
def update(ws: Workspace, call: Call) -> Json:
    if not call.text("view_id") and not call.text("external_id"):
        call.need("view_id")
    found = ws.modals.get(view_id=call.text("view_id"), external_id=call.text("external_id"))
    view = payload(call, found.type)
    if call.text("hash") and call.text("hash") != found.hash:
        raise SlackError("hash_conflict")
    return told(ws, ws.modals.update(found, view))


@method("views.publish")
def publish(ws: Workspace, call: Call) -> Json:
    call.need("user_id")
    view = payload(call, "home")
    user = ws.person(call.text("user_id")).id
    before = ws.modals.home(user)
    if call.text("hash") and before and call.text("hash") != before.hash:
        raise SlackError("hash_conflict")
    return told(ws, ws.modals.publish(user, view))
