"""How a registry says no: the OCI distribution specification's codes and body."""

from enum import Enum
from http import HTTPStatus

from starlette.responses import JSONResponse, Response


class Code(Enum):
    """Each with its status and the reference registry's words."""

    UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, "authentication required")
    DENIED = (HTTPStatus.FORBIDDEN, "requested access to the resource is denied")
    NAME_UNKNOWN = (HTTPStatus.NOT_FOUND, "repository name not known to registry")
    MANIFEST_UNKNOWN = (HTTPStatus.NOT_FOUND, "manifest unknown")
    BLOB_UNKNOWN = (HTTPStatus.NOT_FOUND, "blob unknown to registry")
    TOOMANYREQUESTS = (HTTPStatus.TOO_MANY_REQUESTS, "too many requests")
    UNKNOWN = (HTTPStatus.INTERNAL_SERVER_ERROR, "unknown error")

    @property
    def status(self) -> HTTPStatus:
        return self.value[0]


def error(code: Code, *, message: str = "", detail: object = None) -> Response:
    row: dict[str, object] = {"code": code.name, "message": message or code.value[1]}
    if detail is not None:
        row["detail"] = detail
    return JSONResponse({"errors": [row]}, code.status)


def refusal(status: int) -> Response:
    """For a planned fault: the code that belongs to the status, or UNKNOWN."""
    code = next((each for each in Code if each.status == status), Code.UNKNOWN)
    response = error(code)
    response.status_code = status
    return response
