"""GET /incidents and what belongs to one incident, for programs."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from bot.bot import Bot
from bot.domain.errors import Refused
from bot.domain.incidents.listing import Filter
from bot.domain.incidents.wire import alert_json, entry_json, fact_json, incident_json
from bot.domain.names import number_of_incident
from handlers.api import query
from handlers.api.access import reader
from handlers.api.cursor import Listed, written
from handlers.api.failures import described
from handlers.api.models import AlertPage, EntryPage, IncidentDetail, IncidentPage


def the_bot(request: Request) -> Bot:
    bot: Bot = request.app.state.bot
    return bot


def the_number(number: Annotated[str, Path(examples=["INC-42"])]) -> int:
    found = number_of_incident(number)
    if found is None:
        raise Refused("There is no incident of that name.", "They are called INC-1, INC-2, …")
    return found


TheBot = Annotated[Bot, Depends(the_bot)]
Number = Annotated[int, Depends(the_number)]
_ABSENT = described(HTTPStatus.NOT_FOUND)

router = APIRouter(
    prefix="/incidents",
    tags=["incidents"],
    dependencies=[Depends(reader)],
    responses=described(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


@router.get("", summary="Incidents, the newest first", response_model=IncidentPage)
def list_incidents(bot: TheBot, wanted: Annotated[Filter, Depends(query.listing)]) -> Any:
    found = bot.incidents(replace(wanted, limit=wanted.limit + 1))
    items = found[: wanted.limit]
    more = written(Listed.INCIDENTS, items[-1].id) if len(found) > len(items) else None
    return {"items": [incident_json(one) for one in items], "next_cursor": more}


@router.get("/{number}", summary="One incident", response_model=IncidentDetail, responses=_ABSENT)
def show_incident(bot: TheBot, number: Number) -> Any:
    told = incident_json(bot.incident(number))
    return {**told, "evidence": [fact_json(one) for one in bot.evidence(number)]}


@router.get(
    "/{number}/alerts",
    summary="Its alerts, in the order they were received",
    response_model=AlertPage,
    responses=_ABSENT,
)
def list_alerts(
    bot: TheBot, number: Number, part: Annotated[query.Slice, Depends(query.alert_slice)]
) -> Any:
    bot.incident(number)
    found = bot.alerts(number, after=part.after, limit=part.limit + 1)
    items = found[: part.limit]
    more = written(Listed.ALERTS, items[-1].id) if len(found) > len(items) else None
    return {"items": [alert_json(one) for one in items], "next_cursor": more}


@router.get(
    "/{number}/timeline",
    summary="Its story, in the order it was learned",
    response_model=EntryPage,
    responses=_ABSENT,
)
def list_entries(
    bot: TheBot, number: Number, part: Annotated[query.Slice, Depends(query.timeline_slice)]
) -> Any:
    bot.incident(number)
    found = bot.timeline(number, after=part.after, limit=part.limit + 1)
    items = found[: part.limit]
    more = written(Listed.TIMELINE, items[-1].number) if len(found) > len(items) else None
    return {"items": [entry_json(one.entry) for one in items], "next_cursor": more}
