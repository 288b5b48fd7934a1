"""One call of the Web API: its arguments, however they were sent, read strictly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.slack.errors import Json, SlackError, missing

TRUE = {"1", "true", "True"}


def parse_arguments(content_type: str, body: bytes, query: str) -> Json:
    """Form or JSON body and query string as one mapping, as Slack takes them."""
    found: Json = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return found
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return {**found, **_json_object(body)}
    if kind == "application/x-www-form-urlencoded":
        try:
            return {**found, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
        except UnicodeDecodeError as error:
            raise SlackError("invalid_form_data") from error
    raise SlackError("invalid_post_type" if kind else "missing_post_type")


def _json_object(body: bytes) -> Json:
    try:
        read = json.loads(body)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(read, dict):
        raise SlackError("json_not_object")
    return read


@dataclass(frozen=True, kw_only=True)
class Call:
    """`args` hold no token: it is taken off at the door."""

    method: str
    args: Mapping[str, Any]
    at: float

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def need(self, *names: str) -> None:
        absent = [name for name in names if self.args.get(name) in (None, "")]
        if absent:
            raise missing(*absent)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name)
        if value is None:
            return default
        return value is True or str(value) in TRUE

    def number(self, name: str, *, default: int, at_most: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            found = int(str(value))
        except ValueError as error:
            raise SlackError("invalid_limit") from error
        if not 0 < found <= at_most:
            raise SlackError("invalid_limit")
        return found

    def value(self, name: str, refusal: str) -> Any:
        """A structure: as it is from a JSON body, decoded from a form."""
        found = self.args.get(name)
        if not isinstance(found, str):
            return found
        if not found:
            return None
        try:
            return json.loads(found)
        except ValueError as error:
            raise SlackError(refusal) from error

    def words(self, name: str) -> list[str]:
        """A comma-separated list, or a JSON array."""
        found = self.args.get(name)
        if isinstance(found, list):
            return [str(each) for each in found]
        return [each.strip() for each in self.text(name).split(",") if each.strip()]
