"""Asks a WSGI application one question: moto is one, and the twin's socket speaks ASGI."""

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.responses import Response

from sandbox.aws.call import AwsCall

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_LENGTH = "content-length"


def ask(app: WsgiApp, call: AwsCall, headers: Mapping[str, str]) -> Response:
    """`headers` are added to those of the call."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, found: list[tuple[str, str]], _: object = None) -> None:
        begun.append((status, found))

    content = b"".join(app(_environ(call, headers), start))
    status, found = begun[-1]
    response = Response(content, int(status.partition(" ")[0]))
    for name, value in found:
        if name.lower() != _LENGTH:
            response.headers[name] = value
    return response


def _environ(call: AwsCall, headers: Mapping[str, str]) -> dict[str, Any]:
    sent = {**call.headers, **headers}
    kind = sent.pop("content-type", "")
    sent.pop(_LENGTH, "")
    server, _, port = sent.get("host", "127.0.0.1:80").partition(":")
    return {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": call.path,
        "QUERY_STRING": call.query,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(call.body)),
        "SERVER_NAME": server,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(call.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()},
    }
