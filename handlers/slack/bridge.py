"""`POST /slack/events`: bytes are verified, read, and then go through Bolt in a worker thread."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from fastapi import APIRouter, Request, Response
from slack_bolt import App, BoltResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from bot.secret import SecretList
from handlers.body import TooLarge, read_body
from handlers.slack.listeners import dispatch
from handlers.slack.reading import Unreadable, read
from handlers.slack.shapes import Challenge
from handlers.slack.verify import Verdict, verdict

log = structlog.get_logger()

MOST = 2**20


def slack_routes(app: App, secrets: SecretList, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter()
    router.add_route("/slack/events", _endpoint(app, secrets, now), methods=["POST"])
    return router


def _endpoint(
    app: App, secrets: SecretList, now: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        try:
            body = await read_body(request, MOST)
        except TooLarge:
            return _refused(413, "The body is too large.")
        except ClientDisconnect:
            return _refused(400, "The body never came to its end.")
        headers: list[tuple[bytes, bytes]] = request.scope["headers"]
        judged = verdict(headers, body, secrets.reveal(), now())
        if judged is not Verdict.AUTHENTIC:
            log.warning("slack.refused", why=judged.value, bytes=len(body))
            return _refused(401, f"The request is not let in: its {judged}.")
        try:
            said = read(_first(headers, b"content-type"), body)
        except Unreadable as error:
            log.warning("slack.unreadable", why=str(error), bytes=len(body))
            return _refused(400, str(error))
        if isinstance(said, Challenge):
            return Response(said.challenge, media_type="text/plain")
        retry = _first(headers, b"x-slack-retry-num")
        if retry:
            log.info("slack.retried", attempt=retry.decode("latin-1")[:4])
        return _response(await run_in_threadpool(dispatch, app, said))

    return take


def _first(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    return next((value for found, value in headers if found == name), b"")


def _refused(status: int, words: str) -> Response:
    return Response(words, status, media_type="text/plain")


def _response(answer: BoltResponse) -> Response:
    kinds = answer.headers.get("content-type") or ["text/plain"]
    return Response(answer.body or "", answer.status, media_type=kinds[0].partition(";")[0])
