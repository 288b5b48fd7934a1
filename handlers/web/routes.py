"""Every page, and the guard in front of each."""

import math
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.bot import Bot
from bot.domain.errors import Misuse, Refused, Unavailable
from bot.settings import Settings
from handlers.web import assets
from handlers.web.access import Door, NoEntry
from handlers.web.incident_list import IncidentList
from handlers.web.incident_page import IncidentPages
from handlers.web.links import Trusted
from handlers.web.live import Live
from handlers.web.render import page
from handlers.web.runbook_page import RunbookPages

Page = Callable[[Request, datetime], Response]
Endpoint = Callable[[Request], Response]


def page_routes(bot: Bot, settings: Settings, door: Door, live: Live) -> APIRouter:
    trusted = Trusted.of((settings.prometheus_url, settings.alertmanager_url))
    incidents = IncidentPages(bot, trusted, "/candlefish" if settings.slack_on else "candlefish")
    pages: dict[str, Page] = {
        "/incidents": IncidentList(bot).show,
        "/incidents/{name}": incidents.one,
        "/incidents/{name}/alerts": incidents.alerts,
        "/incidents/{name}/timeline": incidents.timeline,
        "/runbooks/{name}": RunbookPages(bot).one,
    }
    return APIRouter(
        routes=[
            Route("/", _home, methods=["GET"]),
            Route("/static/{name}", assets.static, methods=["GET"]),
            Route("/incidents/events", live.of_all, methods=["GET"]),
            Route("/incidents/{name}/events", live.of_one, methods=["GET"]),
            *(Route(path, _guarded(door, shown), methods=["GET"]) for path, shown in pages.items()),
        ]
    )


def _home(request: Request) -> Response:
    return RedirectResponse("/incidents", HTTPStatus.TEMPORARY_REDIRECT)


def _guarded(door: Door, shown: Page) -> Endpoint:
    def answered(request: Request) -> Response:
        now = door.now()
        try:
            entering = door.enter(request)
            if entering is not None:
                return entering
            door.check(request)
            return shown(request, now)
        except NoEntry as why:
            challenge = {"WWW-Authenticate": "Bearer"}
            return page(
                "no_entry.html",
                now=now,
                status=HTTPStatus.UNAUTHORIZED,
                headers=challenge,
                why=str(why),
                name=request.path_params.get("name", "INC-1"),
            )
        except Refused as no:
            return _problem(now, no)
        except Unavailable as why:
            return _away(now, why)

    return answered


def _problem(now: datetime, no: Refused) -> Response:
    wrong = isinstance(no, Misuse)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.NOT_FOUND
    return page("problem.html", now=now, status=status, fact=no.fact)


def _away(now: datetime, why: Unavailable) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(math.ceil(why.retry_after or 1))}
    return page("problem.html", now=now, status=status, headers=headers, fact=str(why))
