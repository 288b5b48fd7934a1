"""What callers of the lists may ask for, or a sentence that says what is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import WithJsonSchema

from bot.domain.errors import Misuse
from bot.domain.incidents.incident import State
from bot.domain.incidents.listing import Filter
from bot.domain.names import number_of_incident
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.operation import State as Stage
from bot.domain.operations.plan import Kind
from bot.domain.severity import Severity
from handlers.api import cursor as cursors
from handlers.api.cursor import Listed

LEAST, USUAL, MOST = 1, 50, 200
_LONGEST_NAME = 253
_Word = TypeVar("_Word", bound=StrEnum)


def words(given: Iterable[str], allowed: type[_Word], name: str) -> tuple[_Word, ...]:
    """Values repeated or separated by commas; empty ones ask for nothing."""
    said = [word.strip().lower() for text in given for word in text.split(",")]
    known = {one.value: one for one in allowed}
    if any(word and word not in known for word in said):
        raise Misuse(f"{name} should be out of {', '.join(known)}; separate several by commas.")
    return tuple(dict.fromkeys(known[word] for word in said if word))


def label(given: str, name: str) -> str | None:
    """One plain word such as a component; `None` where nothing was asked."""
    if not given.isprintable() or len(given) > _LONGEST_NAME:
        raise Misuse(f"{name} should be one name of at most {_LONGEST_NAME} characters.")
    return given.strip() or None


def count(given: str | None) -> int:
    """How many items a page holds."""
    text = (given or "").strip() or str(USUAL)
    if text.isascii() and text.isdigit() and len(text) < 5 and LEAST <= int(text) <= MOST:  # noqa: PLR2004 - so that int() is never given a long number
        return int(text)
    raise Misuse(f"limit should be a number from {LEAST} to {MOST}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A part of an incident's alerts or timeline: at most `limit`, those after number `after`."""

    after: int
    limit: int


_Limit = Annotated[
    str | None,
    Query(description=f"How many items, from {LEAST} to {MOST}; {USUAL} if not said."),
    WithJsonSchema({"type": "integer", "minimum": LEAST, "maximum": MOST}),
]
_Cursor = Annotated[str, Query(description="The next_cursor of the page before.")]
_Allowed = "One or several, repeated or separated by commas: "


def listing(
    *,
    state: Annotated[list[str], Query(description=_Allowed + ", ".join(State))] = [],  # noqa: B006 - FastAPI copies it
    severity: Annotated[list[str], Query(description=_Allowed + ", ".join(Severity))] = [],  # noqa: B006 - FastAPI copies it
    component: Annotated[str, Query(description="One component's name.")] = "",
    environment: Annotated[str, Query(description="One environment's name.")] = "",
    limit: _Limit = None,
    cursor: _Cursor = "",
) -> Filter:
    return Filter(
        states=words(state, State, "state"),
        severities=words(severity, Severity, "severity"),
        component=label(component, "component"),
        environment=label(environment, "environment"),
        before=cursors.read(cursor, Listed.INCIDENTS),
        limit=count(limit),
    )


def operations(
    *,
    state: Annotated[list[str], Query(description=_Allowed + ", ".join(Stage))] = [],  # noqa: B006 - FastAPI copies it
    kind: Annotated[list[str], Query(description=_Allowed + ", ".join(Kind))] = [],  # noqa: B006 - FastAPI copies it
    incident: Annotated[str, Query(description="One incident, such as INC-42.")] = "",
    limit: _Limit = None,
    cursor: _Cursor = "",
) -> OperationFilter:
    return OperationFilter(
        states=words(state, Stage, "state"),
        kinds=words(kind, Kind, "kind"),
        incident=_incident(incident),
        before=cursors.read(cursor, Listed.OPERATIONS),
        limit=count(limit),
    )


def _incident(given: str) -> int | None:
    if not given.strip():
        return None
    number = number_of_incident(given.strip())
    if number is None:
        raise Misuse("incident should be one incident's name, such as INC-42.")
    return number


def alert_slice(limit: _Limit = None, cursor: _Cursor = "") -> Slice:
    return Slice(after=cursors.read(cursor, Listed.ALERTS) or 0, limit=count(limit))


def timeline_slice(limit: _Limit = None, cursor: _Cursor = "") -> Slice:
    return Slice(after=cursors.read(cursor, Listed.TIMELINE) or 0, limit=count(limit))
