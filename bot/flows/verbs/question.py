"""Everything that an answer is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.errors import Refused
from bot.domain.incidents.incident import Change, Incident
from bot.domain.incidents.wire import incident_json
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.standing import Asker
from bot.domain.verbs.reply import Reply, Surface
from bot.domain.verbs.verb import Command
from bot.store import incidents


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What the settings say that answers depend on; `off` names what is switched off.

    `troubles` tells what keeps the bot from its work now.
    """

    environment: str
    silences_on: bool = False
    operations_on: bool = True
    off: tuple[str, ...] = ()
    troubles: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A command in its transaction; `incidents` are those it is about, as they are now."""

    tx: Connection
    now: datetime
    command: Command
    asker: Asker
    surface: Surface
    catalogue: Catalogue
    house: House
    incidents: Sequence[Incident] = ()

    @property
    def incident(self) -> Incident:
        if not self.incidents:
            raise Refused("No incident is named.", "`incident list` shows the open ones.")
        return self.incidents[0]

    @property
    def actor(self) -> str:
        return self.asker.actor

    def value(self, name: str) -> str:
        """What was said for an argument or flag; empty where nothing was."""
        return self.command.values.get(name, "")

    def say(self, words: str) -> str:
        """A command between backticks, as it is said where the question came from."""
        return f"`{prefix(self.surface)}{words}`"

    def keep(self, change: Change, text: str) -> Reply:
        """Stores a change of one incident, and says so."""
        incidents.apply(self.tx, [change])
        return Reply(text=text, data=incident_json(change.incident))


def prefix(surface: Surface) -> str:
    return "/candlefish " if surface is Surface.SLACK else "candlefish "


def existing(tx: Connection, number: int, *, lock: bool = False) -> Incident:
    found = incidents.find(tx, number, lock=lock)
    if found is None:
        raise Refused(f"There is no INC-{number}.", "`incident list` shows the open ones.")
    return found
