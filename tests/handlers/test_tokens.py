"""Tokens: ours, an outside issuer's, and everything that only looks like one."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ops_data.people import Role
from handlers.keys import LocalKey, local_key, thumbprint
from handlers.tokens import Audience, BadToken, Claims, Verifier, sign

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 600
OUTSIDE = rsa.generate_private_key(65537, 2048)
LOCAL_RSA = rsa.generate_private_key(65537, 2048)
LOCAL = LocalKey(kid=thumbprint(LOCAL_RSA.public_key()), private=LOCAL_RSA)
STRANGER = rsa.generate_private_key(65537, 2048)
VERIFIER = Verifier(local=LOCAL, files={"any": OUTSIDE.public_key()})


def ours(*, audience: Audience = Audience.API, ttl: timedelta = timedelta(minutes=10)) -> str:
    return sign(LOCAL, sub="ada", role=Role.OPERATOR, ttl=ttl, audience=audience, now=NOW)


def made(
    key: rsa.RSAPrivateKey, *, headers: dict[str, Any] | None = None, **changes: object
) -> str:
    claims = {"sub": "ada", "role": "viewer", "iss": "https://id.example", "exp": LATER, **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return raw(key, {"alg": "RS256", "typ": "JWT", **(headers or {})}, kept)


def raw(key: rsa.RSAPrivateKey, header: dict[str, Any], claims: object) -> str:
    algorithm = jwt.get_algorithm_by_name("RS256")
    signed = b".".join(map(encoded, (header, claims)))
    return b".".join((signed, base64url(algorithm.sign(signed, key)))).decode()


def encoded(part: object) -> bytes:
    return base64url(json.dumps(part).encode())


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def why_not(token: str, *, audience: Audience = Audience.API, now: datetime = NOW) -> str:
    with pytest.raises(BadToken) as raised:
        VERIFIER.verify(token, audience=audience, now=now)
    return raised.value.fact


@pytest.mark.parametrize("audience", list(Audience))
def test_our_token_opens_what_it_is_for_and_nothing_else(audience: Audience) -> None:
    token = ours(audience=audience)

    assert VERIFIER.verify(token, audience=audience, now=NOW) == Claims(
        sub="ada", role=Role.OPERATOR, issuer="candlefish", expires_at=NOW + timedelta(minutes=10)
    )
    for other in set(Audience) - {audience}:
        assert why_not(token, audience=other) == "The token is for something else."


def test_our_token_carries_the_fixed_claims_and_the_name_of_its_key() -> None:
    token = ours()

    assert jwt.get_unverified_header(token)["kid"] == LOCAL.kid
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "sub": "ada",
        "role": "operator",
        "iss": "candlefish",
        "aud": "api",
        "iat": int(NOW.timestamp()),
        "exp": LATER,
    }


@given(seconds=st.integers(1, 10**6), after=st.integers(-(10**6), 10**6))
def test_our_token_holds_until_its_end_and_not_a_second_longer(seconds: int, after: int) -> None:
    token = ours(ttl=timedelta(seconds=seconds))
    now = NOW + timedelta(seconds=seconds + after)
    if after < 0:
        assert VERIFIER.verify(token, audience=Audience.API, now=now).sub == "ada"
    else:
        assert why_not(token, now=now) == "The token has expired."


@pytest.mark.parametrize("headers", [{}, {"kid": "their-own-name"}, {"kid": 7}])
def test_an_outside_token_needs_no_audience(headers: dict[str, Any]) -> None:
    if headers.get("kid") == 7:
        assert why_not(made(OUTSIDE, headers=headers)) == "This is not a token."
        return
    claims = VERIFIER.verify(made(OUTSIDE, headers=headers), audience=Audience.API, now=NOW)

    assert (claims.sub, claims.role, claims.issuer) == ("ada", Role.VIEWER, "https://id.example")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": None}, "The token does not say until when it holds."),
        ({"exp": "soon"}, "The token does not say until when it holds."),
        ({"exp": True}, "The token does not say until when it holds."),
        ({"exp": float("nan")}, "The token does not say until when it holds."),
        ({"exp": float("inf")}, "The token does not say until when it holds."),
        ({"exp": 10**30}, "The token does not say until when it holds."),
        ({"exp": int(NOW.timestamp()) - 30}, "The token has expired."),
        ({"nbf": LATER}, "The token does not hold yet."),
        ({"iss": None}, "The token has no iss."),
        ({"iss": "candlefish"}, "The token claims to be Candlefish's own."),
        ({"sub": None}, "The token has no sub."),
        ({"sub": 1}, "The token has no sub."),
        ({"sub": " "}, "The token has no sub."),
        ({"sub": "ada\nbot"}, "The token has no sub."),
        ({"sub": "a" * 201}, "The token's sub is too long."),
        ({"role": None}, "The token has no role."),
        ({"role": ["admin"]}, "The token has no role."),
        (
            {"role": "root"},
            "The token names no role out of viewer, responder, operator, security, admin.",
        ),
        ({"aud": "another-service"}, "The token is for something else."),
        ({"aud": ["another-service"]}, "The token is for something else."),
        ({"aud": []}, "The token is for something else."),
        ({"aud": {"api": 1}}, "The token is for something else."),
        ({"aud": "page"}, "The token is for something else."),
    ],
)
def test_a_signed_token_is_refused_for(changes: dict[str, object], reason: str) -> None:
    assert why_not(made(OUTSIDE, **changes)) == reason


def test_an_outside_token_opens_no_page() -> None:
    for one in (Audience.PAGE, Audience.SESSION):
        for aud in (one, [one]):
            assert "by a link from Slack" in why_not(made(OUTSIDE, aud=aud), audience=one)


def test_our_token_without_audience_opens_no_page() -> None:
    assert (
        why_not(made(LOCAL.private), audience=Audience.PAGE) == "The token is for something else."
    )
    assert VERIFIER.verify(made(LOCAL.private), audience=Audience.API, now=NOW).sub == "ada"


@pytest.mark.parametrize(
    "kid", [None, LOCAL.kid, "any", "unheard-of"], ids=["none", "ours", "any", "unheard-of"]
)
def test_a_stranger_signs_nothing(kid: str | None) -> None:
    token = made(STRANGER, headers={"kid": kid} if kid else {})

    assert why_not(token) == "No key that this bot trusts has signed this token."


def test_an_outside_key_does_not_sign_in_the_name_of_ours() -> None:
    token = made(OUTSIDE, headers={"kid": LOCAL.kid})

    assert why_not(token) == "No key that this bot trusts has signed this token."


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS384", "PS256", "ES256", ""])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    claims = {"sub": "ada", "role": "admin", "iss": "candlefish", "aud": "api", "exp": LATER}
    signed = b".".join((encoded({"alg": algorithm, "kid": LOCAL.kid}), encoded(claims)))
    public = LOCAL.private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    confused = base64url(hmac.digest(public, signed, hashlib.sha256))
    for signature in (b"", confused, ours().rpartition(".")[2].encode()):
        token = b".".join((signed, signature)).decode()
        assert why_not(token) == "The token is not signed with RS256."


@given(st.data())
def test_a_changed_token_is_refused(data: st.DataObject) -> None:
    token = ours()
    place = data.draw(st.integers(0, len(token) - 1))
    sign_at = data.draw(st.sampled_from("AQgw_-."))
    changed = token[:place] + sign_at + token[place + 1 :]
    # The last sign of each part holds bits that the decoder leaves out.
    same = [base64.urlsafe_b64decode(part + "===") for part in token.split(".")]
    if changed.count(".") == 2 and all(
        base64.urlsafe_b64decode(part + "===") == known
        for part, known in zip(changed.split("."), same, strict=True)
    ):
        return

    assert why_not(changed)


@given(st.text())
def test_any_text_is_refused_in_words(text: str) -> None:
    assert why_not(text) == "This is not a token."


@pytest.mark.parametrize(
    "token",
    [
        base64url(b"[" * 4000).decode() + ".e30.x",
        base64url(b'{"alg": "RS256", "kid": ' + b"[" * 4000).decode() + ".e30.x",
        "é" * 100,
        "a.b.c",
        "..",
    ],
)
def test_hostile_headers_are_refused(token: str) -> None:
    assert why_not(token) == "This is not a token."


def test_a_deep_payload_is_refused() -> None:
    algorithm = jwt.get_algorithm_by_name("RS256")
    signed = encoded({"alg": "RS256"}) + b"." + base64url(b"[" * 4000)
    token = b".".join((signed, base64url(algorithm.sign(signed, OUTSIDE)))).decode()

    assert why_not(token) == "This is not a token."


def test_a_huge_token_is_not_even_read() -> None:
    assert why_not("a" * 10_000) == "This is too long to be a token."


def test_reasons_quote_nothing_of_the_token() -> None:
    assert "canary" not in why_not(made(OUTSIDE, role="canary"))
    assert "canary" not in why_not(made(OUTSIDE, aud="canary"))
    assert "canary" not in why_not("canary")


def test_keys_from_files_are_believed(tmp_path: Path) -> None:
    path = tmp_path / "theirs.pem"
    public = OUTSIDE.public_key()
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    verifier = Verifier.of(local_key(tmp_path), key_files=(path,), jwks_url=None)

    assert verifier.verify(made(OUTSIDE), audience=Audience.API, now=NOW).sub == "ada"
