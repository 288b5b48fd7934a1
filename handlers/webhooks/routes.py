"""The webhook endpoints: authentic, read, stored, and only then answered."""

import asyncio
import concurrent.futures
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

import msgspec
import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from bot.bot import Bot
from bot.domain.errors import Unavailable
from bot.settings import Settings
from handlers.body import TooLarge, read_body
from handlers.webhooks import alertmanager, pagerduty

log = structlog.get_logger()

ALERTMANAGER_BODY = 16 * 2**20
PAGERDUTY_BODY = 2**20  # PagerDuty drops its own above 256 KB
_encode = msgspec.json.Encoder().encode

T = TypeVar("T")
Take = Callable[[Request], Awaitable[Response]]


def answer(status: int, **words: object) -> Response:
    headers = {"retry-after": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return Response(_encode(words), status, headers, "application/json")


def webhook_routes(bot: Bot, settings: Settings, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter()
    takers = {
        "alertmanager": _alertmanager(bot, settings, now),
        "pagerduty": _pagerduty(bot, settings),
    }
    for source, take in takers.items():
        router.add_route(f"/webhooks/{source}", _counted(source, take, bot), methods=["POST"])
    return router


def _counted(source: str, take: Take, bot: Bot) -> Take:
    counters = {}

    async def counted(request: Request) -> Response:
        try:
            response = await take(request)
        except TooLarge:
            response = answer(413, error="The body is too large.")
        except ClientDisconnect:
            response = answer(400, error="The body never came to its end.")  # nobody reads it
        except Unavailable as error:
            response = answer(503, error=str(error))
        status = response.status_code
        if status not in counters:
            counters[status] = bot.measures.webhooks.labels(source=source, status=status)
        counters[status].inc()
        return response

    return counted


def _alertmanager(bot: Bot, settings: Settings, now: Callable[[], datetime]) -> Take:
    async def take(request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        if not alertmanager.authentic(authorization, settings.alertmanager_tokens):
            return answer(401, error="The Bearer token is none of CANDLEFISH_ALERTMANAGER_TOKENS.")
        body = await read_body(request, ALERTMANAGER_BODY)
        try:
            alerts = alertmanager.parse(body, now())
        except alertmanager.NoAlert as error:
            return answer(422, error=str(error))
        receipt = await _stored(bot.receive(alerts))
        return answer(200, accepted=receipt.accepted, incidents=receipt.incidents)

    return take


def _stored(promised: concurrent.futures.Future[T]) -> asyncio.Future[T]:
    """As `asyncio.wrap_future` does, which asks the promise five times under its lock."""
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[T] = loop.create_future()

    def hand_over() -> None:
        if waiter.cancelled():
            return
        error = promised.exception()
        if error is None:
            waiter.set_result(promised.result())
        else:
            waiter.set_exception(error)

    def told(_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(hand_over)

    promised.add_done_callback(told)
    return waiter


def _pagerduty(bot: Bot, settings: Settings) -> Take:
    async def take(request: Request) -> Response:
        body = await read_body(request, PAGERDUTY_BODY)
        signatures = ",".join(request.headers.getlist("x-pagerduty-signature"))
        secrets = settings.pagerduty_webhook_secrets.reveal()
        if not pagerduty.authentic(signatures, body, secrets):
            # Three refusals in a row and PagerDuty switches its feed off for a day.
            log.error("pagerduty.refused", why="its signature matches no secret of ours")
            return answer(401, error="The signature matches no secret.")
        try:
            event = pagerduty.parse(body)
        except pagerduty.Unread:
            log.error("pagerduty.unread", bytes=len(body))  # noqa: TRY400 (a traceback quotes it)
            outcome = "unread"
        else:
            outcome = "ignored"
            if event is not None:
                outcome = await run_in_threadpool(bot.receive_pagerduty, event)
        bot.measures.pagerduty.labels(outcome=outcome).inc()
        return answer(202, outcome=outcome)

    return take
