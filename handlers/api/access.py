"""Who may use the API: the bearer of a token that the bot trusts, at a bearable pace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from handlers.api.pace import Pace
from handlers.tokens import Audience, BadToken, Claims, Verifier

_bearer = HTTPBearer(
    bearerFormat="JWT",
    auto_error=False,
    description="RS256; `candlefish token --role viewer --ttl 1h` prints one.",
)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Commands change things and have the slower pace."""

    verifier: Verifier
    now: Callable[[], datetime]
    reads: Pace = field(default_factory=lambda: Pace(per_minute=600, burst=600))
    commands: Pace = field(default_factory=lambda: Pace(per_minute=120, burst=120))

    def admit(self, token: str | None) -> Claims:
        if token is None:
            raise _unknown("Send a token: Authorization: Bearer …", challenge="Bearer")
        try:
            return self.verifier.verify(token, audience=Audience.API, now=self.now())
        except BadToken as bad:
            raise _unknown(str(bad), challenge='Bearer error="invalid_token"') from None


def _unknown(reason: str, *, challenge: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, reason, {"WWW-Authenticate": challenge})


def _draw(pace: Pace, claims: Claims) -> None:
    seconds = pace.wait(f"{claims.issuer} {claims.sub}")
    if seconds:
        reason = f"Too many requests from this token; try again in {seconds} s."
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(seconds)})


def _token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> str | None:
    return credentials.credentials if credentials else None


_Token = Annotated[str | None, Depends(_token)]


def reader(request: Request, token: _Token) -> Claims:
    gate: Gate = request.app.state.gate
    claims = gate.admit(token)
    _draw(gate.reads, claims)
    return claims


def commander(request: Request, token: _Token) -> Claims:
    gate: Gate = request.app.state.gate
    claims = gate.admit(token)
    _draw(gate.commands, claims)
    return claims


Commander = Annotated[Claims, Depends(commander)]
