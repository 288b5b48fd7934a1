"""Between the socket and moto: names each call, checks its key, and notes what it changed."""

from http import HTTPStatus
from threading import RLock

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.aws.call import AwsCall, read_aws_call
from sandbox.aws.effects import Effects
from sandbox.aws.identity import Identity
from sandbox.aws.wsgi import WsgiApp, ask
from sandbox.twin.call import Note, note

AWS = "candlefish.aws"
_SUBJECTS = (
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
)


class Named:
    """Outermost: gives faults and the journal a path, where AWS posts everything to `/`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        parts = []
        more = True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        call = read_aws_call(scope, b"".join(parts))
        named = {**scope, "path": call.address, AWS: call}
        await self._app(named, _once(call.body, receive), send)


class Front:
    """`account` keeps what moto holds for this twin apart from every other in the process."""

    def __init__(
        self, moto: WsgiApp, *, account: str, identity: Identity, effects: Effects, lock: RLock
    ) -> None:
        self._moto = moto
        self._effects = effects
        self._account = {"x-moto-account-id": account}
        self._identity = identity
        self._lock = lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await run_in_threadpool(self._answer, scope[AWS], note(scope))
        await response(scope, receive, send)

    def _answer(self, call: AwsCall, written: Note) -> Response:
        written.client = call.access_key
        refused = self._identity.refuse(call)
        if refused is not None:
            return refused
        with self._lock:
            self._effects.none = False
            response = ask(self._moto, call, self._account)
            good = response.status_code < HTTPStatus.BAD_REQUEST
            written.changed = good and call.writes and not self._effects.none
        written.effect = f"{call.name} {_subject(call)}".strip()
        return response


def _subject(call: AwsCall) -> str:
    found = (call.form[name][0] for name in _SUBJECTS if name in call.form)
    return next(found, "")


def _once(body: bytes, receive: Receive) -> Receive:
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
