"""AWS's own words for no, in the protocol that the service speaks."""

import json
from xml.sax.saxutils import escape

from starlette.responses import Response

QUERY_SERVICES = {"rds", "sts", "iam", "elasticache"}
"""They answer XML; the others of this twin answer JSON."""
REQUEST_ID = "00000000-0000-4000-8000-000000000000"
_XML = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
    f"</Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
)


def error(service: str, code: str, message: str, status: int = 400) -> Response:
    if service in QUERY_SERVICES:
        body = _XML.format(code=escape(code), message=escape(message))
        return Response(body, status, media_type="text/xml")
    answer = json.dumps({"__type": code, "message": message})
    return Response(answer, status, media_type="application/x-amz-json-1.1")


def refusal(status: int) -> Response:
    """A front end's answer that knows nothing of services: a status without a body."""
    return Response(status_code=status)
