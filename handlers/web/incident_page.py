"""/incidents/INC-1 and the pages behind it that leave nothing out."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from bot.domain.errors import Misuse, Refused
from bot.domain.incidents.incident import Incident
from bot.domain.names import number_of_incident
from bot.domain.operations.scope import operable
from bot.domain.releases.suspects import when_it_came
from handlers.web import story, words, work
from handlers.web.links import Trusted, is_https
from handlers.web.moves import moves
from handlers.web.render import page

_PART = 100
_DIGITS = 18


class IncidentPages:
    """`prefix` is what stands before a verb: `/candlefish` where Slack is on, else `candlefish`."""

    def __init__(self, bot: Bot, trusted: Trusted, prefix: str) -> None:
        self._bot, self._trusted, self._prefix = bot, trusted, prefix

    def one(self, request: Request, now: datetime) -> Response:
        told = story.tell(self._bot, _number(request))
        one = told.incident
        operations, more = work.tell(self._bot, one.id, self._prefix)
        component = self._bot.catalogue().components.get(one.component or "")
        can_roll_back = component is not None and operable(component, one.environment)
        return page(
            "incident.html",
            now=now,
            one=one,
            told=told,
            evidence=self._bot.evidence(one.id),
            changes=self._bot.changes(one),
            when_it_came=when_it_came,
            names={**told.names, **self._bot.names(work.actors(operations))},
            work=operations,
            more_work=more,
            moves=moves(one, can_roll_back=can_roll_back),
            prefix=self._prefix,
            links=self._links(one),
            runbook=self._runbook(one),
            component=component,
            trusted=self._trusted,
            known=self._known(),
            lasted=words.lapse(((one.resolved_at or now) - one.started_at).total_seconds()),
            live=f"/incidents/{one.name}/events?since={one.version}",
        )

    def alerts(self, request: Request, now: datetime) -> Response:
        one = self._bot.incident(_number(request))
        found = self._bot.alerts(one.id, after=_after(request), limit=_PART + 1)
        shown = found[:_PART]
        return page(
            "alerts.html",
            now=now,
            one=one,
            alerts=shown,
            trusted=self._trusted,
            next_after=shown[-1].id if len(found) > _PART else None,
        )

    def timeline(self, request: Request, now: datetime) -> Response:
        one = self._bot.incident(_number(request))
        found = self._bot.timeline(one.id, after=_after(request), limit=_PART + 1)
        shown = found[:_PART]
        entries = [numbered.entry for numbered in shown]
        return page(
            "timeline.html",
            now=now,
            one=one,
            entries=entries,
            names=self._bot.names(story.actors(one, entries)),
            next_after=shown[-1].number if len(found) > _PART else None,
        )

    def _links(self, one: Incident) -> list[tuple[str, str]]:
        component = self._bot.catalogue().components.get(one.component or "")
        links = component.links if component else {}
        return [(title, url) for title, url in links.items() if is_https(url)]

    def _known(self) -> Trusted:
        """The places that ops people link to, the homes of the code among them."""
        every = self._bot.catalogue().components.values()
        return Trusted.of(url for one in every for url in one.links.values())

    def _runbook(self, one: Incident) -> tuple[str, str] | None:
        found = self._bot.catalogue().runbooks.get(one.runbook or "")
        return (found.name, found.title) if found else None


def _number(request: Request) -> int:
    number = number_of_incident(request.path_params["name"])
    if number is None:
        raise Refused("There is no incident of that name.", "They are called INC-1, INC-2, …")
    return number


def _after(request: Request) -> int:
    said = request.query_params.get("after", "0")
    if said.isascii() and said.isdigit() and len(said) <= _DIGITS:
        return int(said)
    raise Misuse("That is no part of this list.", "Begin at its start.")
