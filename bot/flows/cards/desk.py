"""The one desk over which cards and thread lines go to Slack: it keeps within Slack's budget."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import Refused
from bot.domain.incidents.budget import EDITS, POSTS, Bucket
from bot.ports.chat import Chat, Mark, Message, Posted
from bot.ports.trouble import Gone, RateLimited

log = structlog.get_logger()

# Our clock and Slack's may differ: what was posted "since then" is looked for from earlier on.
CLOCK_MARGIN = timedelta(minutes=10)


class Desk:
    """Callers ask `wait_…` first. A Retry-After bars only the method that was told to wait."""

    def __init__(self, chat: Chat, now: Callable[[], datetime]) -> None:
        self._chat, self._now = chat, now
        self._posts: dict[str, Bucket] = defaultdict(lambda: Bucket(rate=POSTS))
        self._edits = Bucket(rate=EDITS)

    def wait_to_post(self, channel: str) -> float:
        return self._posts[channel].wait(self._now())

    def wait_to_edit(self) -> float:
        return self._edits.wait(self._now())

    def edits_left(self) -> int:
        return self._edits.left(self._now())

    def post(self, channel: str, message: Message, mark: Mark, *, thread: str | None = None) -> str:
        try:
            return self._chat.post(channel, message, mark, thread=thread)
        except RateLimited as error:
            self._posts[channel] = self._posts[channel].barred(self._until(error))
            raise
        finally:
            self._posts[channel] = self._posts[channel].spent(self._now())

    def edit(self, channel: str, ts: str, message: Message, mark: Mark) -> None:
        try:
            self._chat.edit(channel, ts, message, mark)
        except RateLimited as error:
            self._edits = self._edits.barred(self._until(error))
            raise
        finally:
            self._edits = self._edits.spent(self._now())

    def delete(self, channel: str, ts: str) -> None:
        """An extra copy of our own; one that is gone already is as good."""
        try:
            self._chat.delete(channel, ts)
        except Gone:
            return
        except Refused as error:  # a workspace may forbid it, and a copy too many holds up nothing
            log.warning("card.copy_stays", why=str(error))

    def copies(
        self, channel: str, since: datetime, intents: set[str], *, thread: str | None = None
    ) -> dict[str, list[str]]:
        """For each intent the messages it made, the oldest first."""
        found: Sequence[Posted] = self._chat.marked(channel, since - CLOCK_MARGIN, thread=thread)
        copies: dict[str, list[str]] = {}
        for one in sorted(found, key=lambda one: float(one.ts)):
            if one.mark.intent in intents:
                copies.setdefault(one.mark.intent, []).append(one.ts)
        return copies

    def _until(self, error: RateLimited) -> datetime:
        return self._now() + timedelta(seconds=error.retry_after or 1)
