"""/incidents: what is open, the most severe first, and below it what is over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.listing import Filter
from bot.domain.severity import Severity
from handlers.api import query
from handlers.api.cursor import Listed, written
from handlers.web.render import page

_OPEN_SHOWN = 200
_OVER_SHOWN = 25


class IncidentList:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def show(self, request: Request, now: datetime) -> Response:
        revision = self._bot.revision()  # before the rest: what comes meanwhile is told live
        wanted = _wanted(request)
        urgent = [] if wanted.before else self._urgent(wanted)
        over = self._over(wanted)
        shown = [*urgent[:_OPEN_SHOWN], *over[:_OVER_SHOWN]]
        return page(
            "incidents.html",
            now=now,
            urgent=urgent[:_OPEN_SHOWN],
            too_many=len(urgent) > _OPEN_SHOWN,
            over=over[:_OVER_SHOWN],
            older=_older(request, over),
            later_page=wanted.before is not None,
            names=self._bot.names(_people(shown)),
            wanted=wanted,
            filtered=wanted != Filter(before=wanted.before),
            choices=self._choices(wanted),
            live=None if wanted.before else f"/incidents/events?since={revision}",
        )

    def _urgent(self, wanted: Filter) -> list[Incident]:
        states = tuple(one for one in wanted.states or State if one is not State.RESOLVED)
        found: list[Incident] = []
        for severity in wanted.severities or Severity:
            left = _OPEN_SHOWN + 1 - len(found)
            if states and left:
                part = replace(wanted, states=states, severities=(severity,), limit=left)
                found += self._bot.incidents(part)
        return found

    def _over(self, wanted: Filter) -> list[Incident]:
        if wanted.states and State.RESOLVED not in wanted.states:
            return []
        part = replace(wanted, states=(State.RESOLVED,), limit=_OVER_SHOWN + 1)
        return self._bot.incidents(part)

    def _choices(self, wanted: Filter) -> Mapping[str, list[str]]:
        components = self._bot.catalogue().components
        environments = {name for one in components.values() for name in one.environments}
        return {
            "component": sorted({*components, *filter(None, [wanted.component])}),
            "environment": sorted({*environments, *filter(None, [wanted.environment])}),
        }


def _wanted(request: Request) -> Filter:
    said = request.query_params
    return query.listing(
        state=said.getlist("state"),
        severity=said.getlist("severity"),
        component=said.get("component", ""),
        environment=said.get("environment", ""),
        cursor=said.get("cursor", ""),
    )


def _older(request: Request, over: list[Incident]) -> str | None:
    if len(over) <= _OVER_SHOWN:
        return None
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor" and pair[1]]
    cursor = written(Listed.INCIDENTS, over[_OVER_SHOWN - 1].id)
    return f"/incidents?{urlencode([*asked, ('cursor', cursor)])}"


def _people(shown: list[Incident]) -> set[str]:
    by = {one for incident in shown for one in (incident.acknowledged_by, incident.resolved_by)}
    return {one for one in by if one}
