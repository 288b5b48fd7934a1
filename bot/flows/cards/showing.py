"""Brings one card to its incident's present state: posts it, edits it, finds it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.cards.incident import card as render
from bot.domain.errors import GiveUp, Refused
from bot.domain.incidents.budget import backoff
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.cards.card_view import look
from bot.flows.cards.channel import Channel
from bot.flows.cards.desk import Desk
from bot.ports.chat import Mark, Message
from bot.ports.trouble import Gone, RateLimited
from bot.store import cards, incidents
from bot.store.cards import Card
from bot.store.database import Database

log = structlog.get_logger()
_REFUSED_FIRST, _REFUSED_MOST = 10.0, 600.0


class Showing:
    """Each call commits what it will do, does it outside any transaction, commits what came of it.

    `Unavailable` and `GiveUp` are the caller's; a refusal concerns the one card alone.
    """

    def __init__(
        self,
        *,
        db: Database,
        desk: Desk,
        channel: Channel,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        base_url: str,
    ) -> None:
        self._db, self._desk, self._channel = db, desk, channel
        self._catalogue, self._now, self._base_url = catalogue, now, base_url

    def post(self, card: Card, channel: str) -> None:
        intent = card.intent or uuid4().hex
        with self._db.write() as tx:
            cards.intend(tx, card.incident, channel, intent, self._now())
        version, message, name = self._rendered(card)
        try:
            ts = self._desk.post(channel, message, Mark(incident=name, intent=intent))
        except (RateLimited, Refused, GiveUp) as error:
            with self._db.write() as tx:
                cards.not_sent(tx, card.incident, intent)
            self._answered(card, channel, error)
            return
        with self._db.write() as tx:
            ours = cards.posted(tx, card.incident, intent, ts)
            if ours:
                cards.shown(tx, card.incident, version, self._now())
        if not ours:  # another leader was faster
            self._desk.delete(channel, ts)

    def edit(self, card: Card) -> None:
        version, message, name = self._rendered(card)
        channel, ts = card.channel or "", card.ts or ""
        try:
            self._desk.edit(channel, ts, message, Mark(incident=name, intent=card.intent or ""))
        except Gone:
            self._vanished(card)
        except GiveUp:
            if channel == self._channel.id():
                raise
            self._vanished(card)  # it stood in a channel that is not ours any more
        except (RateLimited, Refused) as error:
            self._answered(card, channel, error)
        else:
            with self._db.write() as tx:
                cards.shown(tx, card.incident, version, self._now())

    def heal(self) -> None:
        """Finds out about posts that may have happened: adopts one, deletes further ones."""
        with self._db.read() as tx:
            flying = cards.in_flight(tx)
        for channel in {card.channel for card in flying if card.channel}:
            here = {card.intent: card for card in flying if card.channel == channel and card.intent}
            since = min(card.intent_at for card in here.values() if card.intent_at)
            copies = self._desk.copies(channel, since, set(here))
            for intent, card in here.items():
                self._settle(card, channel, intent, copies.get(intent, []))

    def put_off(self, card: Card, channel: str) -> None:
        """It fails while others do not: it waits, and longer each time."""
        seconds = backoff(card.failures + 1, first=_REFUSED_FIRST, most=_REFUSED_MOST)
        with self._db.write() as tx:
            cards.failed(tx, card, channel, self._now() + timedelta(seconds=seconds))

    def _settle(self, card: Card, channel: str, intent: str, copies: list[str]) -> None:
        for extra in copies[1:]:
            self._desk.delete(channel, extra)
        with self._db.write() as tx:
            if not copies:
                cards.not_sent(tx, card.incident, intent)
            elif cards.posted(tx, card.incident, intent, copies[0]):
                # Which version it shows is unknown: the first, if there was only one.
                cards.shown(tx, card.incident, 1, self._now())
        log.info("card.healed", incident=card.incident, found=len(copies))

    def _rendered(self, card: Card) -> tuple[int, Message, str]:
        with self._db.read() as tx:
            incident = incidents.by_numbers(tx, (card.incident,))[card.incident]
            view = look(tx, incident, self._catalogue(), self._base_url, self._now())
        return incident.version, render(view), incident.name

    def _answered(self, card: Card, channel: str, error: Exception) -> None:
        if isinstance(error, GiveUp):
            raise error
        if isinstance(error, Refused):
            log.error("card.refused", incident=card.incident, why=str(error))
            self.put_off(card, channel)

    def _vanished(self, card: Card) -> None:
        with self._db.write() as tx:
            cards.vanished(tx, card.incident, card.ts or "")
        log.info("card.vanished", incident=card.incident)
