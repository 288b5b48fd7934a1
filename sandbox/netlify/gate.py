"""What stands before every call of the API: the token, the allowance, and errors in words."""

from collections.abc import Callable, Collection
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from sandbox.netlify.account import NoSuchSite
from sandbox.netlify.errors import Problem, refusal
from sandbox.netlify.publishing import NothingBefore, NotReady
from sandbox.netlify.rates import Meter
from sandbox.netlify.site import NoSuchDeploy
from sandbox.twin.call import note

Endpoint = Callable[[Request], Response]


class Gate:
    def __init__(self, tokens: Collection[str], meter: Meter) -> None:
        self._tokens = tokens
        self._meter = meter

    def before(self, endpoint: Endpoint) -> Endpoint:
        def guarded(request: Request) -> Response:
            allowance = self._meter.count()
            if allowance.exceeded:
                response = refusal(HTTPStatus.TOO_MANY_REQUESTS)
            else:
                response = self._answered(endpoint, request)
            response.headers.update(allowance.headers())
            return response

        return guarded

    def _answered(self, endpoint: Endpoint, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self._tokens:
            return refusal(HTTPStatus.UNAUTHORIZED)
        note(request.scope).client = token
        try:
            return endpoint(request)
        except (NoSuchSite, NoSuchDeploy, NothingBefore):
            return refusal(HTTPStatus.NOT_FOUND)
        except NotReady:
            words = "Deploy is not ready and cannot be published"
            return refusal(HTTPStatus.UNPROCESSABLE_ENTITY, words)
        except Problem as problem:
            return refusal(problem.status, problem.message)
