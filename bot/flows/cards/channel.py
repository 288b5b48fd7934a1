"""Which channel the cards stand in: a name in the settings, an id to Slack."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import GiveUp
from bot.ports.chat import Chat
from bot.store import facts
from bot.store.database import Database


class Channel:
    """Asks Slack once and keeps the answer across restarts; `doubt` makes it ask again."""

    def __init__(self, db: Database, chat: Chat, name: str, now: Callable[[], datetime]) -> None:
        self._db, self._chat, self._name, self._now = db, chat, name, now
        self._id: str | None = None
        self._doubted = False

    def id(self) -> str:
        """Raises `GiveUp` where the bot sees no such channel, or is not in it."""
        if self._id is None:
            self._id = (None if self._doubted else self._remembered()) or self._found()
            self._doubted = False
        return self._id

    def doubt(self) -> None:
        """Something is wrong with it: the name may stand for another channel by now."""
        self._id, self._doubted = None, True

    def _remembered(self) -> str | None:
        with self._db.read() as tx:
            if facts.find(tx, facts.SLACK_CHANNEL_NAME) != self._name:
                return None
            return facts.find(tx, facts.SLACK_CHANNEL)

    def _found(self) -> str:
        found = self._chat.channel_id(self._name)
        if found is None:
            raise GiveUp(
                f"Slack shows the bot no channel {self._name}: create it, or name the one for "
                "incidents in CANDLEFISH_SLACK_CHANNEL, and invite the bot there."
            )
        if not self._chat.is_member(found):
            raise GiveUp(f"The bot is not in {self._name}: say `/invite @Candlefish` there.")
        with self._db.write() as tx:
            facts.learn(tx, facts.SLACK_CHANNEL, found, self._now())
            facts.learn(tx, facts.SLACK_CHANNEL_NAME, self._name, self._now())
        return found
