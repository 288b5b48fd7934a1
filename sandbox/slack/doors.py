"""The twin's other addresses: response URLs, uploads, and the files themselves."""

import json
from email.parser import BytesParser
from email.policy import HTTP

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.answers import respond
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Faults, Outage
from sandbox.slack.journal import Journal, Received
from sandbox.slack.transport import cut
from sandbox.slack.workspace import Workspace

BAD_REQUEST = 400


class Doors:
    def __init__(self, ws: Workspace, *, faults: Faults, journal: Journal) -> None:
        self._ws = ws
        self._faults = faults
        self._journal = journal

    def routes(self) -> list[BaseRoute]:
        posts = ["POST"]
        return [
            Route("/commands/{team}/{app}/{key}", self.response_url, methods=posts),
            Route("/actions/{team}/{app}/{key}", self.response_url, methods=posts),
            Route("/upload/{ticket}", self.upload, methods=posts),
            Route("/files/{file}", self.file),
            Route("/files/{file}/{name}", self.file),
        ]

    def _outage(self, request: Request) -> Response | None:
        if self._faults.outage is Outage.DROPS:
            return cut(request)
        if self._faults.outage is Outage.ANSWERS_503:
            return PlainTextResponse("upstream connect error", status_code=503)
        return None

    async def response_url(self, request: Request) -> Response:
        down = self._outage(request)
        if down is not None:
            return down
        key = request.path_params["key"]
        args = {}
        error, status = "", 200
        try:
            args = _json_object(await request.body())
            with self._ws.feed.lock:
                found = self._ws.response_urls.use(key)
                whisper = respond(self._ws, args, found)
                if whisper:
                    self._ws.response_urls.remember(key, whisper=whisper)
        except SlackError as refusal:
            error = refusal.word
            status = max(refusal.status, BAD_REQUEST)
            answer = JSONResponse(refusal.body(), status_code=status)
        else:
            answer = JSONResponse({"ok": True})
        at = self._ws.stamps.now()
        call = Received(method="response_url", args=args, at=at, error=error, status=status)
        self._journal.add(call)
        return answer

    async def upload(self, request: Request) -> Response:
        down = self._outage(request)
        if down is not None:
            return down
        content = _content(request.headers.get("content-type", ""), await request.body())
        try:
            file = self._ws.files.receive(request.path_params["ticket"], content)
        except SlackError as error:
            return PlainTextResponse(error.word, status_code=error.status)
        return PlainTextResponse(f"OK - {len(file.content or b'')}")

    async def file(self, request: Request) -> Response:
        file = self._ws.files.get(request.path_params["file"])
        if file is None or file.content is None:
            return PlainTextResponse("no such file", status_code=404)
        safe = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return Response(file.content, media_type=file.mimetype, headers=safe)


def _json_object(body: bytes) -> dict[str, object]:
    try:
        read = json.loads(body)
    except ValueError as error:
        raise SlackError("invalid_payload", status=400) from error
    if not isinstance(read, dict):
        raise SlackError("invalid_payload", status=400)
    return read


def _content(content_type: str, body: bytes) -> bytes:
    """The file within an upload: the body itself, or the first part of a form."""
    if not content_type.startswith("multipart/form-data"):
        return body
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = (
        [part for part in form.iter_parts() if part.get_filename()] if form.is_multipart() else []
    )
    found = parts[0].get_payload(decode=True) if parts else b""
    return found if isinstance(found, bytes) else b""
