"""Calling for a person."""

from typing import Protocol


class Pager(Protocol):
    def call(self, incident: int, level: int, text: str, key: str) -> None:
        """Calls the level for this incident with these words; the same key calls once."""
