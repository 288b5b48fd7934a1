"""A moment as the API writes it."""

from typing import Annotated

from pydantic import Field

Time = Annotated[
    str,
    Field(
        description="RFC 3339, UTC",
        examples=["2026-01-31T03:12:00.000Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
