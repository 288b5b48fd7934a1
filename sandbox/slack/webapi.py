"""The door of the Web API: who calls, whether they may, how often, and what goes wrong."""

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.api import METHODS
from sandbox.slack.api.registry import Method, Token
from sandbox.slack.call import Call, parse_arguments
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.faults import Fault, Faults, Kind, Moment, Outage
from sandbox.slack.journal import Journal, Received
from sandbox.slack.rates import Meter
from sandbox.slack.transport import cut
from sandbox.slack.workspace import Workspace

APP_SCOPES = ("connections:write",)


class WebApi:
    def __init__(self, ws: Workspace, *, meter: Meter, faults: Faults, journal: Journal) -> None:
        self._ws = ws
        self._meter = meter
        self._faults = faults
        self._journal = journal

    async def endpoint(self, request: Request) -> Response:
        name = request.path_params["method"]
        if self._faults.outage is Outage.ANSWERS_503:
            return PlainTextResponse("upstream connect error", status_code=503)
        if self._faults.outage is Outage.DROPS:
            return cut(request)
        body = await request.body()
        await run_in_threadpool(self._faults.pass_moment, Moment.SEEN, name)
        fault = self._faults.take(name)
        if fault is not None and fault.kind is Kind.DROP:
            return cut(request)
        answer = self._answer(request, name, body, fault)
        await run_in_threadpool(self._faults.pass_moment, Moment.APPLIED, name)
        await asyncio.sleep(self._faults.seconds(name))
        if fault is not None and fault.kind is Kind.LOSE_ANSWER:
            return cut(request)
        return answer

    def _answer(self, request: Request, name: str, body: bytes, fault: Fault | None) -> Response:
        """Answers and writes the journal; nothing here waits."""
        args: Json = {}
        headers: dict[str, str] = {}
        status = 200
        try:
            kind = request.headers.get("content-type", "")
            args = parse_arguments(kind, body, request.url.query)
            token = _token(request.headers.get("authorization", ""), args)
            if fault is not None and fault.kind is Kind.STATUS:
                self._note(name, args, error=f"HTTP {fault.status}", status=fault.status)
                return PlainTextResponse("<html>Server Error</html>", status_code=fault.status)
            method, headers = self._admit(name, token)
            self._inject(fault)
            self._limit(name, args)
            call = Call(method=name, args=args, at=self._ws.stamps.now())
            with self._ws.feed.lock:
                found = {"ok": True, **method.function(self._ws, call)}
        except SlackError as error:
            found, status = error.body(), error.status
            headers = {**headers, **error.headers}
        self._note(name, args, error=found.get("error", ""), status=status)
        return JSONResponse(found, status_code=status, headers=headers)

    def _note(self, name: str, args: Json, *, error: str, status: int) -> None:
        at = self._ws.stamps.now()
        self._journal.add(Received(method=name, args=args, at=at, error=error, status=status))

    def _admit(self, name: str, token: str) -> tuple[Method, dict[str, str]]:
        app = self._ws.app
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if not token:
            raise SlackError("not_authed")
        kinds = {app.bot_token: Token.BOT, app.app_token: Token.APP}
        if token not in kinds:
            raise SlackError("invalid_auth")
        if kinds[token] is not method.token:
            raise SlackError("not_allowed_token_type")
        provided = APP_SCOPES if kinds[token] is Token.APP else app.scopes
        headers = {"x-oauth-scopes": ",".join(provided)}
        if method.scope:
            headers["x-accepted-oauth-scopes"] = method.scope
        if method.scope and method.scope not in provided:
            raise SlackError(
                "missing_scope",
                headers=headers,
                needed=method.scope,
                provided=",".join(provided),
            )
        return method, headers

    def _inject(self, fault: Fault | None) -> None:
        if fault is not None and fault.kind is Kind.ERROR:
            raise SlackError(fault.error)
        if fault is not None and fault.kind is Kind.RATE_LIMIT:
            raise ratelimited(fault.retry_after)

    def _limit(self, name: str, args: Json) -> None:
        word = str(args.get("channel", ""))
        named = self._ws.named_channel(word)
        with self._ws.feed.lock:
            wait = self._meter.refuse_for(name, named.id if named else word)
        if wait is not None:
            raise ratelimited(wait)


def ratelimited(seconds: int) -> SlackError:
    return SlackError("ratelimited", status=429, headers={"Retry-After": str(seconds)})


def _token(header: str, args: dict[str, Any]) -> str:
    """From the header, else from the form; taken off the arguments either way."""
    in_form = str(args.pop("token", "") or "")
    scheme, _, word = header.partition(" ")
    return word.strip() if scheme.lower() == "bearer" and word.strip() else in_form
