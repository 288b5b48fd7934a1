"""Slack, or what stands in for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What stands in a channel: `text` is what notifications and screen readers say."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What tells our own message later: whose it is, and which intent posted it."""

    incident: str
    intent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    ts: str
    mark: Mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """`barred` says in words why this account may never act; `None` where it may."""

    user: str
    team: str
    barred: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """What a token is good for: its team, the bot's own user, and its scopes."""

    team: str
    bot_user: str
    scopes: frozenset[str] = frozenset()
    clock_skew_seconds: float = 0.0


class Chat(Protocol):
    """Slack, or what stands in for it. `channel` is a channel id."""

    def post(self, channel: str, message: Message, mark: Mark, *, thread: str | None = None) -> str:
        """The new message's `ts`."""

    def edit(self, channel: str, ts: str, message: Message, mark: Mark) -> None:
        """Raises `Gone` where the message is not there."""

    def delete(self, channel: str, ts: str) -> None: ...

    def marked(
        self, channel: str, since: datetime, *, thread: str | None = None
    ) -> Sequence[Posted]:
        """Our own messages in the channel, or under `thread`, posted since then."""

    def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Within 2 s; raises `Expired` where the trigger is too old."""

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None: ...

    def channel_id(self, name: str) -> str | None:
        """The id of `#name` (or of an id, itself) if the bot can see it."""

    def is_member(self, channel: str) -> bool: ...

    def group_members(self, group: str) -> Sequence[str]: ...

    def profile(self, user: str) -> Profile: ...

    def workspace(self) -> Workspace: ...
