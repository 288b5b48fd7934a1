"""Who a bearer token says is calling, and whether to believe it; the tokens we give out."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.types import Options

from bot.domain.errors import Refused
from bot.domain.ops_data.people import Role
from handlers.jwks import OutsideKeys
from handlers.keys import LocalKey, thumbprint

ISSUER = "candlefish"
_ALGORITHM = "RS256"
_LONGEST = 8192
_LONGEST_NAME = 200
_SKEW = 30.0
_ANOTHER = "Get another with `candlefish token --role …`."
_JUDGED_HERE = Options(
    verify_exp=False,
    verify_nbf=False,
    verify_iat=False,
    verify_aud=False,
    verify_iss=False,
    verify_sub=False,
    verify_jti=False,
)


class Audience(StrEnum):
    """What a token opens: each opens nothing of the others'.

    A page's link and the cookie that it leaves are two, so that a cookie cannot renew itself.
    """

    API = "api"
    PAGE = "page"
    SESSION = "session"


class BadToken(Refused):
    """A token that opens nothing; the text says why, and quotes none of it."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    sub: str
    role: Role
    issuer: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class _Key:
    public: RSAPublicKey
    outside: bool


def sign(
    key: LocalKey, *, sub: str, role: Role, ttl: timedelta, audience: Audience, now: datetime
) -> str:
    """A token that this bot believes until `now + ttl`."""
    claims = {
        "sub": sub,
        "role": role.value,
        "iss": ISSUER,
        "aud": audience.value,
        "iat": int(now.timestamp()),
        "exp": math.ceil((now + ttl).timestamp()),
    }
    return jwt.encode(claims, key.private, algorithm=_ALGORITHM, headers={"kid": key.kid})


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """Believes the local key, the outside keys from files, and the outside key set."""

    local: LocalKey
    files: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    outside: OutsideKeys | None = None

    @classmethod
    def of(cls, local: LocalKey, *, key_files: tuple[Path, ...], jwks_url: str | None) -> Self:
        keys = [load_pem_public_key(path.read_bytes()) for path in key_files]
        rsa_keys = [key for key in keys if isinstance(key, RSAPublicKey)]
        return cls(
            local=local,
            files={thumbprint(key): key for key in rsa_keys},
            outside=OutsideKeys(jwks_url) if jwks_url else None,
        )

    def verify(self, token: str, *, audience: Audience, now: datetime) -> Claims:
        """The claims of a genuine token for `audience`; raises BadToken."""
        kid = _kid(token)
        for key in self._candidates(kid):
            claims = _claims(token, key.public)
            if claims is not None:
                return _judge(claims, outside=key.outside, audience=audience, now=now)
        raise BadToken("No key that this bot trusts has signed this token.", _ANOTHER)

    def _candidates(self, kid: str | None) -> Iterator[_Key]:
        if kid in {None, self.local.kid}:
            yield _Key(public=self.local.private.public_key(), outside=False)
        if kid == self.local.kid:
            return
        # An issuer names its keys as it likes, so the names of the files' keys bind nobody.
        yield from (_Key(public=key, outside=True) for key in self.files.values())
        found = self.outside.find(kid) if self.outside and kid else None
        if found is not None:
            yield _Key(public=found, outside=True)


def _kid(token: str) -> str | None:
    if len(token) > _LONGEST:
        raise BadToken("This is too long to be a token.", _ANOTHER)
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise BadToken("This is not a token.", _ANOTHER) from None
    if header.get("alg") != _ALGORITHM:
        raise BadToken(f"The token is not signed with {_ALGORITHM}.", _ANOTHER)
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def _claims(token: str, key: RSAPublicKey) -> Mapping[str, object] | None:
    """What `key` has signed; `None` when it has not. The claims are judged by us, at our clock."""
    try:
        claims: Mapping[str, object] = jwt.decode(
            token, key, algorithms=[_ALGORITHM], options=_JUDGED_HERE
        )
    except jwt.InvalidSignatureError:
        return None
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise BadToken("This is not a token.", _ANOTHER) from None
    return claims


def _judge(
    claims: Mapping[str, object], *, outside: bool, audience: Audience, now: datetime
) -> Claims:
    skew = _SKEW if outside else 0.0
    expires = _seconds(claims.get("exp"))
    begins = _seconds(claims.get("nbf", 0))
    if expires is None or begins is None:
        raise BadToken("The token does not say until when it holds.", _ANOTHER)
    if now.timestamp() >= expires + skew:
        raise BadToken("The token has expired.", _ANOTHER)
    if now.timestamp() < begins - skew:
        raise BadToken("The token does not hold yet.", "Check the clocks, or try again later.")
    issuer = _word(claims, "iss")
    if outside and issuer == ISSUER:
        raise BadToken("The token claims to be Candlefish's own.", _ANOTHER)
    _judge_audience(claims.get("aud"), outside=outside, audience=audience)
    return Claims(
        sub=_word(claims, "sub"),
        role=_role(claims),
        issuer=issuer,
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _judge_audience(aud: object, *, outside: bool, audience: Audience) -> None:
    named = [aud] if isinstance(aud, str) else aud
    # An outside issuer need not know our audience, yet what it gave out for others is not for us.
    if named is None and audience is Audience.API:
        return
    if outside and audience is not Audience.API:
        raise BadToken("Pages are opened by a link from Slack, not by this token.", "Ask for one.")
    if not isinstance(named, list) or audience.value not in named:
        raise BadToken("The token is for something else.", _ANOTHER)


def _role(claims: Mapping[str, object]) -> Role:
    try:
        return Role(_word(claims, "role"))
    except ValueError:
        known = ", ".join(Role)
        raise BadToken(f"The token names no role out of {known}.", _ANOTHER) from None


def _word(claims: Mapping[str, object], name: str) -> str:
    word = claims.get(name)
    if not isinstance(word, str) or not word.strip() or not word.isprintable():
        raise BadToken(f"The token has no {name}.", _ANOTHER)
    if len(word) > _LONGEST_NAME:
        raise BadToken(f"The token's {name} is too long.", _ANOTHER)
    return word


def _seconds(value: object) -> float | None:
    """A NumericDate within what a datetime can hold; JSON here knows NaN, which never passes."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    latest = datetime.max.replace(tzinfo=UTC).timestamp()
    return float(value) if 0 <= value < latest else None
