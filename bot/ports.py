"""What the bot asks of the world, in its own words; an adapter answers for each vendor.

Every call has a timeout, raises `Unavailable` where trying later may help, and `GiveUp` where
only a person can (a revoked token, a missing scope, an archived channel).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.errors import Unavailable
from bot.domain.reconcile import Listed


class RateLimited(Unavailable):
    """The vendor asked for a pause; `retry_after` is its own word, in seconds."""


class TimedOut(Unavailable):
    """The vendor was asked, and took longer than it may."""


class Gone(Exception):
    """The message that was to be changed is not there any more."""


class Expired(Exception):
    """The form came too late: what would have opened it was used or ran out."""


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


class Metrics(Protocol):
    """Prometheus. Several threads may ask at once."""

    def check(self) -> None:
        """Returns where Prometheus is ready to answer queries."""

    def ask(self, query: str) -> Sequence[float]:
        """The samples of an instant query, within 2 s.

        Raises `TimedOut`, `Unavailable`, or `GiveUp` where Prometheus will not run this query.
        """


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything outside the process; a vendor that is off is `None`."""

    now: Callable[[], datetime]
    chat: Chat | None = None
    silences: Silences | None = None
    firing: Firing | None = None
    metrics: Metrics | None = None
