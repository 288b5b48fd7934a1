"""From an authentic body to what it says; one that cannot be read is refused in one way."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from handlers.slack.shapes import (
    Challenge,
    Click,
    Command,
    Event,
    Other,
    Said,
    SslCheck,
    Submission,
)

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_MOST_FIELDS = 100
_BY_KIND: dict[str, type[Said]] = {
    "block_actions": Click,
    "view_submission": Submission,
    "event_callback": Event,
    "url_verification": Challenge,
}


for _kind in (Command, Other, *_BY_KIND.values()):
    msgspec.json.Decoder(_kind)  # as in store/operations: known before there are threads


class Unreadable(Exception):
    """Nothing that Slack sends looks like this; the message quotes nothing of it."""


def read(content_type: bytes, body: bytes) -> Said:
    """Raises `Unreadable`."""
    kind = content_type.partition(b";")[0].strip().lower().decode("latin-1")
    try:
        if kind == JSON:
            return told(msgspec.json.decode(body))
        if kind == FORM:
            return _form(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable("The body is not what Slack sends.") from None
    raise Unreadable("The content type is not one that Slack sends.")


def told(payload: object) -> Said:
    """What a decoded payload says, also one that came over Socket Mode; raises `Unreadable`."""
    try:
        if isinstance(payload, dict) and "command" in payload:
            return msgspec.convert(payload, Command)
        kind = msgspec.convert(payload, Other).type
        return msgspec.convert(payload, _BY_KIND.get(kind, Other))
    except (msgspec.MsgspecError, RecursionError):
        raise Unreadable("The payload is not what Slack sends.") from None


def plain(said: Said) -> dict[str, Any]:
    """The same as Bolt reads it, without anything that we did not look at."""
    built: dict[str, Any] = msgspec.to_builtins(said)
    if isinstance(said, Event) and not isinstance(said.event.user, str):
        del built["event"]["user"]
    return built


def _form(body: bytes) -> Said:
    fields = dict(
        parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    )
    if "payload" in fields:
        return told(msgspec.json.decode(fields["payload"]))
    if "command" in fields:
        return told(fields)
    if fields.get("ssl_check") == "1":
        return SslCheck()
    raise Unreadable("The form holds neither a command nor a payload.")
