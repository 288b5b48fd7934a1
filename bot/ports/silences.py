"""Alertmanager: what is kept quiet there, and what fires."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.incidents.reconcile import Listed


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """Alerts with all of these labels stay quiet until `ends_at`; `key` finds it again."""

    key: str
    matchers: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


class Silences(Protocol):
    """Alertmanager's silences."""

    def find(self, key: str) -> str | None:
        """The id of the silence that was made with this key, if one was."""

    def create(self, silence: Silence) -> str:
        """The new silence's id; the key stands in its comment."""

    def check(self) -> str:
        """The version of the Alertmanager that answers."""


class Firing(Protocol):
    """What fires by Alertmanager's own list."""

    def listed(self) -> Listed: ...
