"""Draws App Homes: for whoever opens theirs, and again for those who looked lately.

What is wanted stands in memory: after a restart a person who looks again wants it again.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.cards.home import Overview, barred, home
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.line import NEEDING
from bot.domain.ops_data.catalogue import Catalogue
from bot.ports.chat import Chat
from bot.ports.trouble import RateLimited
from bot.store import incidents, operations, standing
from bot.store.database import Database

log = structlog.get_logger()

MOST_WANTED = 500
MOST_VIEWERS = 50
LOOKS_FOR = timedelta(minutes=15)  # how long an opened Home is kept up to date
AT_MOST_EVERY = timedelta(seconds=15)
OPEN_SHOWN = 200
_IDLE = 0.25  # seconds; `want` cannot wake the loop
_OFF = 60.0


class Homes:
    """`turn` is for a Loop. Each replica draws for the people whose clicks it took."""

    def __init__(
        self,
        *,
        db: Database,
        chat: Chat | None,
        catalogue: Callable[[], Catalogue],
        base_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._chat, self._catalogue = db, chat, catalogue
        self._base_url, self._now = base_url, now
        self._lock = threading.Lock()
        self._wanted: dict[str, None] = {}
        self._looked: dict[str, datetime] = {}
        self._drawn: dict[str, tuple[int, datetime]] = {}
        self._not_before: datetime | None = None

    def want(self, user: str) -> None:
        """Asks for this person's Home; asking twice before it is drawn is asking once."""
        with self._lock:
            if len(self._wanted) >= MOST_WANTED and user not in self._wanted:
                log.warning("homes.too_many", waiting=len(self._wanted))
                return
            self._wanted[user] = None
            self._looked.pop(user, None)
            self._looked[user] = self._now()
            while len(self._looked) > MOST_VIEWERS:
                self._looked.pop(next(iter(self._looked)))

    def turn(self) -> float:
        """Draws the one that waits longest; raises `Unavailable` with it still waiting."""
        if self._chat is None:
            return _OFF
        now = self._now()
        if self._not_before is not None and now < self._not_before:
            return _IDLE
        user = self._next(now)
        if user is None:
            return _IDLE
        try:
            self._draw(self._chat, user, now)
        except RateLimited as error:
            self._not_before = now + timedelta(seconds=error.retry_after or 1)
            self._again(user)
            return _IDLE
        except Unavailable:
            self._again(user)
            raise
        except (GiveUp, Refused) as error:
            log.warning("homes.given_up", user=user, why=str(error))
            self._forget(user)
        return 0.0

    def _next(self, now: datetime) -> str | None:
        with self._lock:
            for user in self._wanted:
                del self._wanted[user]
                return user
            self._looked = {user: at for user, at in self._looked.items() if now - at < LOOKS_FOR}
            self._drawn = {user: it for user, it in self._drawn.items() if user in self._looked}
            due = [user for user, (_, at) in self._drawn.items() if now - at >= AT_MOST_EVERY]
        if not due:
            return None
        with self._db.read() as tx:
            revision = incidents.revision(tx)
        return next((user for user in due if self._drawn[user][0] < revision), None)

    def _draw(self, chat: Chat, user: str, now: datetime) -> None:
        with self._db.read() as tx:
            revision = incidents.revision(tx)
            why = standing.barred(tx, user)
            found = [] if why else incidents.most_urgent(tx, OPEN_SHOWN)
            plans = [] if why else operations.in_states(tx, NEEDING)
        overview = Overview(
            incidents=found,
            operations=plans,
            user=f"slack:{user}",
            people=self._catalogue().people,
            base_url=self._base_url,
        )
        chat.publish_home(user, barred(why) if why else home(overview))
        self._drawn[user] = (revision, now)

    def _again(self, user: str) -> None:
        with self._lock:
            self._wanted = {user: None, **self._wanted}

    def _forget(self, user: str) -> None:
        with self._lock:
            self._looked.pop(user, None)
            self._drawn.pop(user, None)
