"""Stands before a vendor's half: notes every request and lets the planned faults happen."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.twin.call import NOTE, Call, Note, read_call
from sandbox.twin.faults import Fault, Faults, Kind, Moment
from sandbox.twin.journal import Journal
from sandbox.twin.transport import cut

WAITING_THREADS = 32
Refusal = Callable[[int], Response]


def plain_refusal(status: int) -> Response:
    """For vendors whose errors have no shape of their own."""
    return Response(f"{HTTPStatus(status).phrase}\n", status, media_type="text/plain")


class Door:
    """`refusal` makes the vendor's own answer for an HTTP status."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        faults: Faults,
        journal: Journal,
        refusal: Refusal = plain_refusal,
    ) -> None:
        self._closed = threading.Event()
        self._app = app
        self._faults = faults
        self._journal = journal
        self._refusal = refusal
        self._threads = ThreadPoolExecutor(WAITING_THREADS, thread_name_prefix="twin-wait")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        call = read_call(scope, await _body(receive))
        found = scope[NOTE] = Note()
        fault = self._faults.take(call)
        await self._pass(Moment.SEEN, call)
        if fault is not None and fault.kind is Kind.DROP:
            self._journal.add(call, found, status=0)
            cut(scope)
        elif fault is not None and fault.kind is Kind.STATUS:
            self._journal.add(call, found, status=fault.status)
            await self._refused(fault)(scope, receive, send)
        else:
            await self._apply(scope, receive, send, call, fault)

    def close(self) -> None:
        """Whoever still waits in here is let go."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _apply(
        self, scope: Scope, receive: Receive, send: Send, call: Call, fault: Fault | None
    ) -> None:
        kind = fault.kind if fault else None
        seconds = fault.seconds if fault else 0.0
        lost = False

        async def answered(message: Message) -> None:
            nonlocal lost
            if message["type"] == "http.response.start":
                self._journal.add(call, scope[NOTE], status=message["status"])
                await self._pass(Moment.APPLIED, call)
                if kind is Kind.STALL:
                    await self._wait(seconds)
                elif kind is Kind.LOSE_ANSWER:
                    lost = True
                    cut(scope)
            if not lost:
                await send(message)

        if kind is Kind.SLOW:
            await self._wait(seconds)
        await self._app(scope, _again(call.body, receive), answered)

    async def _pass(self, moment: Moment, call: Call) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._faults.pass_moment, moment, call)

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._closed.wait, seconds)

    def _refused(self, fault: Fault) -> Response:
        response = (
            self._refusal(fault.status)
            if fault.body is None
            else Response(fault.body, fault.status)
        )
        response.headers.update(fault.headers)
        return response


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read already once more, then what really comes."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
