"""The card loop asks of each card what it should say now, and sees to it that it does.

Level-triggered: it looks at what is behind, the most severe first, and brings that up to date as
fast as Slack allows. A thousand changes are one edit; a 429, a crash, a dead Slack mean "later".
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.incidents.budget import EDITS, backoff
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.cards.behind import Behind
from bot.flows.cards.channel import Channel
from bot.flows.cards.desk import Desk
from bot.flows.cards.showing import Showing
from bot.flows.cards.threads import ThreadLines
from bot.flows.leader import Leader
from bot.ports.chat import Chat
from bot.ports.trouble import RateLimited
from bot.store import cards
from bot.store.cards import Card
from bot.store.database import Conflict, Database

log = structlog.get_logger()
IDLE = 5.0
FOLLOW = 3.0
GAP = timedelta(milliseconds=50)  # a storm wakes the loop hundreds of times a second
AFTER_GIVING_UP = 30.0
MOST_BACKOFF = 15.0
BATCH = 50
# While few edits are left, a card that was edited lately gives way to the others: they take turns.
SCARCE = 3
SPACING = timedelta(seconds=5)
DOUBTS = 3


class CardLoop:
    """`turn` is for a Loop; `problem` says what keeps cards from being shown, if anything does.

    `waiting` counts those behind, and `lag()` is the age of the oldest of them in seconds.
    """

    def __init__(
        self,
        *,
        db: Database,
        chat: Chat,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        channel: str,
        base_url: str,
        leader: Leader | None = None,
    ) -> None:
        self._db, self._chat, self._now = db, chat, now
        self._leader = leader or Leader(db, "cards", now)
        self._desk = Desk(chat, now)
        self._channel = Channel(db, chat, channel, now)
        self._showing = Showing(
            db=db, desk=self._desk, channel=self._channel, catalogue=catalogue, now=now,
            base_url=base_url,
        )  # fmt: skip
        self._threads = ThreadLines(
            db=db, desk=self._desk, catalogue=catalogue, now=now, base_url=base_url
        )
        self.problem: str | None = None
        self._failures = 0
        self._more_to_post = False
        self._resting_until = self._healing_after = now()
        self._behind = Behind(db, now)
        self._edited_at: dict[int, datetime] = {}
        self._doubts: dict[int, int] = {}

    @property
    def waiting(self) -> int:
        return self._behind.count

    def lag(self) -> float:
        return self._behind.lag()

    def turn(self) -> float:
        if not self._leader.leads():
            self._behind.nothing()
            return FOLLOW
        rest = (self._resting_until - self._now()).total_seconds()
        if rest > 0:
            return min(rest, IDLE)
        self._resting_until = self._now() + GAP
        try:
            return self._guarded()
        finally:
            self._behind.look()

    def _guarded(self) -> float:
        try:
            pause = self._work()
        except Conflict:
            return GAP.total_seconds()
        except RateLimited as error:
            return self._rest(error.retry_after or 1)
        except Unavailable as error:
            self._failures += 1
            self._complain(str(error))
            seconds = backoff(self._failures, most=MOST_BACKOFF)
            return self._rest(max(seconds, error.retry_after or 0))
        except (GiveUp, Refused) as error:
            self._channel.doubt()
            self._complain(str(error))
            return self._rest(AFTER_GIVING_UP)
        self._well()
        return pause

    def stop(self) -> None:
        self._leader.resign()

    def _work(self) -> float:
        self._behind.begin()
        self._channel.id()  # commands ask which channel it is, before there is any card
        with self._db.read() as tx:
            pending = cards.pending(tx)
        if not pending.anything:
            self._behind.nothing()
            return IDLE
        if pending.flying:
            self._heal()
        more, pause = self._post() if pending.unposted else (False, IDLE)
        if pending.unshown:
            pause = min(pause, self._edit())
        # Thread lines share the channel's one message a second, and a card comes first.
        return pause if more else min(pause, self._threads.turn(IDLE))

    def _heal(self) -> None:
        if self._now() < self._healing_after:
            return
        try:
            self._showing.heal()
        except RateLimited as error:  # only reading is limited: other cards go on
            wait = timedelta(seconds=error.retry_after or 1)
            self._healing_after = self._now() + wait

    def _post(self) -> tuple[bool, float]:
        """Posts the first card that has none; whether more wait, and for how long."""
        channel = self._channel.id()
        wait = self._desk.wait_to_post(channel)
        if wait > 0 and self._more_to_post:
            return True, wait
        with self._db.read() as tx:
            absent = cards.behind(tx, self._now(), posted=False, limit=2)
        self._more_to_post = len(absent) > (wait <= 0)
        if not absent:
            return False, IDLE
        if wait > 0:
            return True, wait
        first, *more = absent
        self._doubting(first, channel, partial(self._showing.post, first, channel))
        return (True, self._desk.wait_to_post(channel)) if more else (False, IDLE)

    def _edit(self) -> float:
        wait = self._desk.wait_to_edit()
        if wait > 0:
            return wait
        lately = self._edited_lately()
        with self._db.read() as tx:
            stale = cards.behind(
                tx, self._now(), posted=True, limit=BATCH, but=lately if self._scarce() else ()
            )
        for card in stale:
            wait = self._desk.wait_to_edit()
            if wait > 0 or not self._leader.leads():  # Slack may be slow, and a lease is short
                return wait
            if card.incident in lately and self._scarce():
                continue
            self._doubting(card, card.channel or "", partial(self._showing.edit, card))
            self._edited_at[card.incident] = self._now()
        return 1.0 if lately else IDLE

    def _scarce(self) -> bool:
        return self._desk.edits_left() <= SCARCE

    def _edited_lately(self) -> set[int]:
        """Those that had their turn of this round; a round is as long as all waiting edits take."""
        spacing = max(SPACING, self._behind.standing * EDITS.every)
        over = self._now() - spacing
        self._edited_at = {number: at for number, at in self._edited_at.items() if at > over}
        return set(self._edited_at)

    def _doubting(self, card: Card, channel: str, show: Callable[[], None]) -> None:
        """Is it Slack that fails, or this card? One that always does must not hold up the rest."""
        try:
            show()
        except RateLimited:
            raise
        except Unavailable:
            self._doubts[card.incident] = self._doubts.get(card.incident, 0) + 1
            if self._doubts[card.incident] >= DOUBTS:
                self._chat.workspace()  # raises where it is Slack
                self._showing.put_off(card, channel)
            raise
        self._doubts.pop(card.incident, None)

    def _rest(self, seconds: float) -> float:
        self._resting_until = self._now() + timedelta(seconds=seconds)
        return min(seconds, IDLE)

    def _complain(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("cards.waiting", why=problem)
        self.problem = problem

    def _well(self) -> None:
        if self.problem:
            log.info("cards.going_on")
        self.problem, self._failures = None, 0
