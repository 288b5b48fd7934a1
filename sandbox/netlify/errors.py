"""How Netlify says no: a status, and a body with a code and a message."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response

_WORDS = {
    HTTPStatus.UNAUTHORIZED: "Access Denied",
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.TOO_MANY_REQUESTS: "API rate limit exceeded",
}


class Problem(Exception):
    """Ends a request with this status; without words Netlify's usual ones for it."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def refusal(status: int, message: str = "") -> Response:
    words = message or _WORDS.get(HTTPStatus(status), HTTPStatus(status).phrase)
    return JSONResponse({"code": status, "message": words}, status)
