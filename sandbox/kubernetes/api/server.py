"""The API server: who asks, whether he may, and what there is to ask for."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.kubernetes.access.reviews import EVERYBODYS
from sandbox.kubernetes.access.rules import Token
from sandbox.kubernetes.access.tokens import ANONYMOUS, Tokens
from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import Answer, page_not_found, wants_pretty
from sandbox.kubernetes.api.ask import Ask, read
from sandbox.kubernetes.api.complaints import forbidden_to, no_such_resource, unauthorized
from sandbox.kubernetes.api.discovery import discovered
from sandbox.kubernetes.api.verbs import Verbs
from sandbox.kubernetes.api.watching import Watches
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.schema import Schema
from sandbox.kubernetes.store import Store
from sandbox.twin.call import Call, note, read_call


class ApiServer:
    """An ASGI application over a store."""

    def __init__(self, store: Store, schema: Schema) -> None:
        self.tokens = Tokens()
        self.policies = Policies()
        self.watches = Watches(store)
        self.verbs = Verbs(store, schema, self.policies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = read_call(scope, await Request(scope, receive).body())
        try:
            response = await run_in_threadpool(self._respond, call, scope)
        except Rejected as error:
            refused = Answer(body=error.status, code=error.code)
            response = refused.response(pretty=wants_pretty(call))
        await response(scope, receive, send)

    def _respond(self, call: Call, scope: Scope) -> Response:
        user = self.tokens.who(call.headers.get("authorization", ""))
        if user is None:
            raise unauthorized()
        note(scope).client = user.name
        ask = read(call)
        if ask is None:
            return _about(call)
        if not _may(user, ask):
            raise forbidden_to(user.name, ask.attributes)
        if not ask.knows_group:
            return page_not_found()
        if ask.kind is None:
            raise no_such_resource()
        if ask.verb == "watch":
            return self.watches.response(ask, ask.kind, scope)
        answer = self.verbs.answer(ask, ask.kind, user)
        note(scope).changed = answer.changed
        note(scope).effect = str(ask) if answer.changed else ""
        return answer.response(pretty=wants_pretty(call))


def _may(user: Token, ask: Ask) -> bool:
    everybodys = user is not ANONYMOUS and EVERYBODYS.allows(ask.attributes)
    return everybodys or user.allows(ask.attributes)


def _about(call: Call) -> Response:
    found = discovered(call.path)
    if found is None:
        return page_not_found()
    if isinstance(found, str):
        return PlainTextResponse(found)
    return Answer(body=found).response(pretty=wants_pretty(call))
