"""One door for every verb: understood, allowed, in its place, within limits, then answered.

Whatever a person can say gets an answer in words; what is refused names the next move.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.errors import Refused, Unavailable
from bot.domain.incidents.incident import Incident
from bot.domain.limits import CHANGES, READS
from bot.domain.names import number_of_incident
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.standing import Asker, asker, bearer
from bot.domain.severity import Severity
from bot.domain.verbs.parsing import parse
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.domain.verbs.saying import written
from bot.domain.verbs.table import BY_PHRASE
from bot.domain.verbs.verb import About, Command
from bot.flows import at_hand
from bot.flows.history import History
from bot.flows.verbs.answerers import ANSWERERS
from bot.flows.verbs.question import House, Question, existing, prefix
from bot.store import deliveries, incidents, standing
from bot.store.database import Conflict, Database

TRIES = 5
_PRESSING = (Severity.SEV1, Severity.SEV2)
_WAY_OUT = ", or name the open incident that it is for (`… INC-1`): that goes at once"
_STARTS = {phrase.split()[0] for phrase in BY_PHRASE}
_COMMAND = re.compile(r"`([^`\s]+)([^`]*)`")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """`changed` is told after every change that was committed."""

    db: Database
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]
    changed: Callable[[], None]
    house: House
    reads: History = field(default_factory=lambda: History(READS, "questions"))
    changes: History = field(default_factory=lambda: History(CHANGES, "changes", _WAY_OUT))

    def answer(self, asked: Asked) -> Reply:
        """Never raises for anything that a person can say."""
        try:
            return self._answered(asked)
        except Refused as no:
            next_move = _COMMAND.sub(lambda found: _spoken(found, asked.surface), no.next_move)
            between = "" if next_move.startswith("\n") else " "
            return Reply(text=f"{no.fact}{between}{next_move}".strip(), status=no.status)
        except Unavailable as error:
            later = "Nothing was done; try again in a moment."
            return Reply(text=f"{error} {later}", status=error.status)

    def _answered(self, asked: Asked) -> Reply:
        command, now = parse(asked.text), self.now()
        with self.db.read() as tx:
            who = self._asker(tx, asked, now)
            _must_be_allowed(who, command, asked)
            if not command.verb.changes:
                self.reads.spend(who.known_as, now)
                return self._reply(tx, asked, command, who, lock=False)
            _must_be_in_place(tx, command, asked)
            about = [existing(tx, one) for one in at_hand.numbers(tx, command, asked.incident)]
            rationed = command.verb.rationed and not _is_urgent(tx, command, about)
        if rationed:
            self.changes.spend(who.known_as, now)
        try:
            reply = self._changed(asked, command, who)
        except (Refused, Unavailable):
            if rationed:
                self.changes.give_back(who.known_as, now)
            raise
        self.changed()
        return reply

    def _changed(self, asked: Asked, command: Command, who: Asker) -> Reply:
        for _ in range(TRIES):
            try:
                with self.db.write() as tx:
                    # In the change's own transaction: a crash keeps both, or neither.
                    if asked.once and not deliveries.first_time(tx, asked.once, self.now()):
                        return Reply(text="")
                    return self._reply(tx, asked, command, who, lock=True)
            except Conflict:
                continue
        raise Unavailable("Others changed the same thing at the same time.", retry_after=1)

    def _reply(
        self, tx: Connection, asked: Asked, command: Command, who: Asker, *, lock: bool
    ) -> Reply:
        about = at_hand.numbers(tx, command, asked.incident)
        question = Question(
            tx=tx,
            now=self.now(),
            command=command,
            asker=who,
            surface=asked.surface,
            catalogue=self.catalogue(),
            house=self.house,
            incidents=[existing(tx, number, lock=lock) for number in about],
        )
        return ANSWERERS[command.verb.name](question)

    def _asker(self, tx: Connection, asked: Asked, now: datetime) -> Asker:
        catalogue = self.catalogue()
        if asked.surface is Surface.API:
            return bearer(catalogue.people, asked.actor, asked.role)
        user = asked.actor.removeprefix("slack:")
        why = standing.barred(tx, user)
        if why is not None:
            raise Refused(
                f"This Slack account may not use Candlefish: {why}.",
                "Ask a full member of this workspace to do it.",
            )
        groups = standing.memberships(tx, user)
        return asker(catalogue.people, catalogue.groups, asked.actor, groups, now)


def _is_urgent(tx: Connection, command: Command, about: Sequence[Incident]) -> bool:
    """What must go however much was asked for, and what changes nothing.

    Broken glass has a limit of its own.
    """
    if "dry-run" in command.values or "force" in command.values:
        return True
    if about:
        return all(one.is_open for one in about)
    return any(one.severity in _PRESSING for one in incidents.most_urgent(tx, 1))


def _must_be_allowed(who: Asker, command: Command, asked: Asked) -> None:
    needed = command.verb.needs(command.values)
    if who.may(needed):
        return
    who.must_be_sure(needed, f"`{command.verb.name}`")
    held = max(who.roles, key=list(Role).index, default=Role.VIEWER)
    raise Refused(
        f"`{command.verb.name}` needs the role {needed}; yours is {held}.",
        f"Ask one to say `{_again(command, asked)}`; `oncall` shows whom to ask.",
    )


def _must_be_in_place(tx: Connection, command: Command, asked: Asked) -> None:
    """From Slack things change in the incident channel, or on a card."""
    if asked.surface is not Surface.SLACK or asked.incident is not None:
        return
    channel = standing.channel(tx)
    if channel is None:
        raise Refused(
            "Slack has not told yet which channel is the incident channel, "
            "so nothing can be changed from here.",
            "In a terminal `candlefish doctor` says why, and the same commands work.",
        )
    if asked.place != channel:
        raise Refused(
            f"`{command.verb.name}` changes things, so everybody must see it: "
            f"it works in #slack:{channel} and on the cards there.",
            f"Say it there: `{_again(command, asked)}`",
        )


def _again(command: Command, asked: Asked) -> str:
    """The command with the incident at hand named, so that it can be copied elsewhere."""
    named, here = command.incidents, number_of_incident(asked.incident or "")
    if not named and here and command.verb.about is not About.NOTHING:
        named = (here,)
    return written(command.verb, command.values, command.many, named).replace("`", "'")


def _spoken(found: re.Match[str], surface: Surface) -> str:
    first, rest = found.groups()
    return f"`{prefix(surface)}{first}{rest}`" if first in _STARTS else found.group(0)
