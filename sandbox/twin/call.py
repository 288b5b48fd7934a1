"""One request as it arrived, before any vendor has looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

NOTE = "candlefish.note"


@dataclass(frozen=True, kw_only=True)
class Call:
    """`query` is the raw text behind the question mark; header names are in small letters."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def agent(self) -> str:
        return self.headers.get("user-agent", "")


@dataclass(kw_only=True)
class Note:
    """What the vendor's half writes down about the request that it is answering.

    `changed`: a write that really changed something; `client` is who the vendor took it for;
    `effect` says what was done, in the twin's own words.
    """

    changed: bool = False
    client: str = ""
    effect: str = ""


def note(scope: Scope) -> Note:
    found: Note = scope[NOTE]
    return found


def read_call(scope: Scope, body: bytes) -> Call:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
    )
