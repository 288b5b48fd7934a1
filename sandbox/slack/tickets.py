"""The two short-lived keys that Slack hands out: trigger ids and response URLs."""

from dataclasses import dataclass, replace

from sandbox.slack.errors import SlackError
from sandbox.slack.stamps import Stamps

TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


@dataclass(frozen=True, kw_only=True)
class Trigger:
    user: str
    until: float
    used: bool = False


@dataclass(frozen=True, kw_only=True)
class ResponseUrl:
    user: str
    channel: str
    until: float
    thread_ts: str | None = None
    message_ts: str | None = None
    whisper: str | None = None
    uses: int = 0


class Triggers:
    """Each opens one modal, within three seconds."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        now = self._stamps.now()
        key = f"{int(now * 1000)}.{len(self._issued) + 1}.{self._stamps.secret()}"
        self._issued[key] = Trigger(user=user, until=now + TRIGGER_SECONDS)
        return key

    def redeem(self, key: str) -> str:
        """The user whose click or command it came from."""
        trigger = self._issued.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._stamps.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        self._issued[key] = replace(trigger, used=True)
        return trigger.user


class ResponseUrls:
    """Each may be used five times within half an hour."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._issued: dict[str, ResponseUrl] = {}

    def issue(
        self,
        user: str,
        channel: str,
        *,
        thread_ts: str | None = None,
        message_ts: str | None = None,
        whisper: str | None = None,
    ) -> str:
        key = self._stamps.secret()
        self._issued[key] = ResponseUrl(
            user=user,
            channel=channel,
            until=self._stamps.now() + RESPONSE_SECONDS,
            thread_ts=thread_ts,
            message_ts=message_ts,
            whisper=whisper,
        )
        return key

    def use(self, key: str) -> ResponseUrl:
        found = self._issued.get(key)
        if found is None:
            raise SlackError("invalid_url", status=404)
        if self._stamps.now() > found.until:
            raise SlackError("expired_url", status=404)
        if found.uses >= RESPONSE_USES:
            raise SlackError("used_url", status=404)
        found = replace(found, uses=found.uses + 1)
        self._issued[key] = found
        return found

    def peek(self, key: str) -> ResponseUrl:
        """What it stands for, without using it up."""
        return self._issued[key]

    def remember(self, key: str, *, whisper: str) -> None:
        """What the first answer was, so that a later one can replace it."""
        found = self._issued[key]
        if found.whisper is None and found.message_ts is None:
            self._issued[key] = replace(found, whisper=whisper)


class SocketTickets:
    """Each lets one Socket Mode connection in."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._open: set[str] = set()

    def issue(self) -> str:
        key = self._stamps.secret()
        self._open.add(key)
        return key

    def redeem(self, key: str) -> bool:
        known = key in self._open
        self._open.discard(key)
        return known
