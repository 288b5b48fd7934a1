"""Every answer that is not the wanted one, as one JSON shape that quotes nothing of the request."""

import math
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.domain.errors import Misuse, Refused, Unavailable
from handlers.api.models import Failure

_WORDS = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that the bot does not trust.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The words of the request were wrong; the reason says how.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; Retry-After says when to come back.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database does not answer; try again.",
}


def described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says about these answers."""
    return {int(status): {"model": Failure, "description": _WORDS[status]} for status in statuses}


def install(app: FastAPI) -> None:
    app.add_exception_handler(Misuse, _misuse)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _misuse)
    app.add_exception_handler(HTTPException, _said)


def _answer(status: int, reason: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": reason}, status, headers=headers)


def _misuse(request: Request, error: Exception) -> JSONResponse:
    # A validation error knows the request's own words; the answer must not.
    reason = str(error) if isinstance(error, Misuse) else "The request is not of the right form."
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, reason)


def _refused(request: Request, error: Exception) -> JSONResponse:
    return _answer(HTTPStatus.NOT_FOUND, str(error))


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    after = error.retry_after if isinstance(error, Unavailable) else None
    seconds = str(math.ceil(after or 1))
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": seconds})


def _said(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is installed for nothing else
    headers = dict(error.headers or {})
    return _answer(error.status_code, error.detail, headers)
