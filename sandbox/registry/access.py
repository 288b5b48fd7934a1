"""Who may pull: everybody, whoever knows the password, or whoever fetched a token for it."""

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.registry.errors import Code, error

SERVICE = "registry.sandbox"
TOKEN_SECONDS = 300


class Access(StrEnum):
    OPEN = "anonymous"
    BASIC = "basic"
    TOKEN = "bearer"  # noqa: S105 - the name of a scheme


@dataclass(frozen=True, kw_only=True)
class Account:
    user: str = "candlefish"
    password: str = "sandbox-pull-password"  # noqa: S105 - opens nothing but this twin


@dataclass(frozen=True, kw_only=True)
class _Grant:
    scopes: frozenset[str]
    until: float


class Doorkeeper:
    """`root` is the twin's own address, where its tokens are fetched; `clock` in seconds."""

    def __init__(
        self,
        access: Access,
        account: Account,
        *,
        root: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        self.access = access
        self._account = account
        self._root = root
        self._clock = clock
        self._lock = Lock()
        self._grants: dict[str, _Grant] = {}

    def refuse(self, request: Request, repository: str = "") -> Response | None:
        """None lets the request in; `repository` empty asks for the bare API."""
        if self.access is Access.OPEN:
            return None
        if self.access is Access.BASIC:
            if self._knows_password(request):
                return None
            return _unauthorized(f'Basic realm="{SERVICE}"')
        return self._refuse_token(request, f"repository:{repository}:pull" if repository else "")

    def token(self, request: Request) -> Response:
        """The token service: a token for the scopes asked for, or 401 for a wrong password."""
        if not self._knows_password(request):
            return _unauthorized(f'Basic realm="{SERVICE}"')
        token, now = secrets.token_urlsafe(32), self._clock()
        grant = _Grant(scopes=frozenset(_scopes(request)), until=now + TOKEN_SECONDS)
        with self._lock:
            self._grants[token] = grant
        body = {"token": token, "access_token": token, "expires_in": TOKEN_SECONDS}
        return JSONResponse(body)

    def _refuse_token(self, request: Request, scope: str) -> Response | None:
        scheme, token = _credentials(request)
        with self._lock:
            grant = self._grants.get(token) if scheme == "bearer" else None
        if scheme == "bearer" and (grant is None or grant.until <= self._clock()):
            return _unauthorized(self._challenge(scope, "invalid_token"))
        if grant is None:
            return _unauthorized(self._challenge(scope))
        if scope and scope not in grant.scopes:
            return _unauthorized(self._challenge(scope, "insufficient_scope"))
        return None

    def _challenge(self, scope: str, problem: str = "") -> str:
        parts = {"realm": f"{self._root()}/token", "service": SERVICE, "scope": scope}
        parts["error"] = problem
        told = ",".join(f'{name}="{value}"' for name, value in parts.items() if value)
        return f"Bearer {told}"

    def _knows_password(self, request: Request) -> bool:
        scheme, text = _credentials(request)
        try:
            pair = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        expected = f"{self._account.user}:{self._account.password}"
        return scheme == "basic" and secrets.compare_digest(pair.encode(), expected.encode())


def _credentials(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return scheme.lower(), text.strip()


def _scopes(request: Request) -> list[str]:
    """`repository:name:pull,push`, several of them, each action apart."""
    found = []
    for scope in request.query_params.getlist("scope"):
        resource, _, actions = scope.rpartition(":")
        found += [f"{resource}:{action}" for action in actions.split(",")]
    return found


def _unauthorized(challenge: str) -> Response:
    response = error(Code.UNAUTHORIZED)
    response.headers["WWW-Authenticate"] = challenge
    return response
