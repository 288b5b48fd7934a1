"""The pager until there is one: the level's people are mentioned under the incident's card.

It writes the call on the timeline, and the card's thread tells it with their names in it, so a
dead Slack only means "later", and a crash calls nobody twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Unavailable
from bot.domain.incidents.incident import Incident, Reason, changed
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.ladder import Level, level_people
from bot.flows.verbs.oncall import ladder_of, people_of
from bot.store import calls, incidents
from bot.store.database import Conflict, Database

TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Mentions:
    db: Database
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]
    changed: Callable[[], None]

    def call(self, incident: int, level: int, text: str, key: str) -> None:
        for _ in range(TRIES):
            try:
                with self.db.write() as tx:
                    found = incidents.find(tx, incident, lock=True)
                    if found is None or not calls.made(tx, key, f"{found.name} level {level}"):
                        return
                    told = self._told(found, level, text)
                    incidents.apply(tx, [changed(found, Reason.ASKED, told)])
            except Conflict:
                continue
            self.changed()
            return
        raise Unavailable("Others changed the same incident, too often.", retry_after=1)

    def _told(self, incident: Incident, number: int, text: str) -> Entry:
        catalogue = self.catalogue()
        ladder = ladder_of(catalogue, incident.ladder)
        level = level_people(ladder, number) if ladder else Level(number=number)
        people = people_of(catalogue, level)
        return Entry(
            incident=incident.id,
            at=self.now(),
            kind=Kind.ESCALATED,
            text=text,
            data={
                "level": number,
                "people": [person.slack for person in people if person.slack],
                "groups": list(level.groups),
            },
        )
