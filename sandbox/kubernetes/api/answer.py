"""One answer of the API server, before it is bytes."""

import json
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from sandbox.kubernetes.api.ask import TRUE
from sandbox.kubernetes.statuses import failure
from sandbox.twin.call import Call

JSON = "application/json"
FLOW_SCHEMA = str(uuid.uuid5(uuid.NAMESPACE_DNS, "flowschema"))
PRIORITY_LEVEL = str(uuid.uuid5(uuid.NAMESPACE_DNS, "prioritylevel"))
_PEOPLES_TOOLS = ("curl", "Wget", "Mozilla/5.0")
_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`changed`: a write that really changed what is stored."""

    body: Any
    code: int = 200
    warnings: tuple[str, ...] = ()
    changed: bool = False

    def response(self, *, pretty: bool = False) -> Response:
        body = json.dumps(self.body, indent=2).encode() if pretty else packed(self.body)
        found = Response(body, self.code, headers(self.code), JSON)
        for warning in self.warnings:
            found.headers.append("warning", f"299 - {json.dumps(warning)}")
        return found


def packed(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def wants_pretty(call: Call) -> bool:
    """People get indented JSON: by their tool's name, or because they ask for it."""
    asked = dict(parse_qsl(call.query)).get("pretty", "")
    return asked in TRUE or (not asked and call.agent.startswith(_PEOPLES_TOOLS))


def headers(code: int = 200) -> dict[str, str]:
    found = {"audit-id": str(uuid.uuid4()), "cache-control": "no-cache, private"}
    if code == HTTPStatus.FORBIDDEN:
        found["x-content-type-options"] = "nosniff"
    if code != HTTPStatus.UNAUTHORIZED:
        found["x-kubernetes-pf-flowschema-uid"] = FLOW_SCHEMA
        found["x-kubernetes-pf-prioritylevel-uid"] = PRIORITY_LEVEL
    return found


def page_not_found() -> Response:
    """What an API group gets that nobody serves: no Status, no JSON."""
    extra = {"x-content-type-options": "nosniff"}
    text = "404 page not found\n"
    return Response(text, 404, headers() | extra, "text/plain; charset=utf-8")


def plain_failure(code: int) -> Response:
    """A Status body for a planned fault."""
    phrase = HTTPStatus(code).phrase
    reason = _REASONS.get(code, "InternalError")
    message = f"an error on the server ({phrase!r}) has prevented the request from succeeding"
    return Answer(body=failure(code, reason, message), code=code).response()
