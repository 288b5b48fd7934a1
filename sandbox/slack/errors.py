"""Slack's one way to say no: an error word, sometimes with details and an HTTP status."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """Answered to the caller as `{"ok": false, "error": word, …}`."""

    def __init__(
        self,
        word: str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(word)
        self.word = word
        self.status = status
        self.headers = headers or {}
        self.details = details

    def body(self) -> Json:
        return {"ok": False, "error": self.word, **self.details}


def missing(*fields: str) -> SlackError:
    messages = [f"[ERROR] missing required field: {field}" for field in fields]
    return SlackError("invalid_arguments", response_metadata={"messages": messages})
