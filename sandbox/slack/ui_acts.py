"""Reads what the page says a person did, and does it."""

from collections.abc import Callable

from sandbox.slack.acts.click import Container, act
from sandbox.slack.acts.command import command
from sandbox.slack.acts.form import close, submit
from sandbox.slack.acts.stage import Stage
from sandbox.slack.acts.talk import open_home, say
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.view import View
from sandbox.slack.workspace import Workspace


def perform(stage: Stage, body: object) -> Json:
    """One act of the page; raises SlackError with the word to show when it cannot be done."""
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    user = stage.ws.person(str(body.get("user"))).id
    handler = HANDLERS.get(str(body.get("type")))
    if handler is None:
        raise SlackError("unknown_act")
    try:
        handler(stage, user, body)
    except KeyError as error:
        raise SlackError(f"missing_or_unknown: {error.args[0]}") from error
    return {"ok": True}


def container(ws: Workspace, user: str, body: Json) -> Container:
    if "view" in body:
        return _own_view(ws, user, body)
    if "whisper" in body:
        whisper = ws.board.whispered(str(body["whisper"]))
        if whisper is None or whisper.user != user:
            raise SlackError("message_not_found")
        return whisper
    message = body["message"]
    return ws.board.get(message["channel"], message["ts"])


def _own_view(ws: Workspace, user: str, body: Json) -> View:
    view = ws.modals.get(view_id=str(body["view"]))
    if view.user != user:
        raise SlackError("not_found")
    return view


def _command(stage: Stage, user: str, body: Json) -> None:
    command(stage, user=user, channel=body["channel"], text=body["text"])


def _say(stage: Stage, user: str, body: Json) -> None:
    say(
        stage,
        user=user,
        channel=body["channel"],
        text=body["text"],
        thread_ts=body.get("thread_ts") or None,
    )


def _action(stage: Stage, user: str, body: Json) -> None:
    act(
        stage,
        user=user,
        on=container(stage.ws, user, body),
        block_id=body["block_id"],
        action_id=body["action_id"],
        value=body.get("value"),
    )


def _submit(stage: Stage, user: str, body: Json) -> None:
    submit(stage, view=_own_view(stage.ws, user, body), values=body.get("values") or {})


def _close(stage: Stage, user: str, body: Json) -> None:
    close(stage, view=_own_view(stage.ws, user, body))


def _home(stage: Stage, user: str, body: Json) -> None:
    open_home(stage, user=user)


def _dismiss(stage: Stage, user: str, body: Json) -> None:
    whisper = stage.ws.board.whispered(body["whisper"])
    if whisper is not None and whisper.user == user:
        stage.ws.board.hush(whisper.id)


HANDLERS: dict[str, Callable[[Stage, str, Json], None]] = {
    "command": _command,
    "say": _say,
    "action": _action,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "dismiss": _dismiss,
}
