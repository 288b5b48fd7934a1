"""Who is let in: decided on bytes, for any bytes."""

import hmac
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.slack.verify import SIGNATURE, TIMESTAMP, Verdict, verdict

NOW = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
STAMP = str(int(NOW.timestamp())).encode()
BODY = b"command=%2Fcandlefish&text=help"


def signed(body: bytes = BODY, stamp: bytes = STAMP, secret: str = "new") -> list[tuple]:
    digest = hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, sha256).hexdigest()
    return [(TIMESTAMP, stamp), (SIGNATURE, b"v0=" + digest.encode())]


def judged(headers: list[tuple], body: bytes = BODY, secrets: tuple = ("old", "new")) -> Verdict:
    return verdict(headers, body, secrets, NOW)


@pytest.mark.parametrize("secret", ["old", "new"])
def test_any_of_our_secrets_lets_in(secret: str) -> None:
    assert judged(signed(secret=secret)) is Verdict.AUTHENTIC


def test_slacks_own_example_is_authentic() -> None:
    """Source: Slack's documentation, "Verifying requests from Slack"."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = b"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = [(TIMESTAMP, b"1531420618"), (SIGNATURE, signature)]
    at = datetime.fromtimestamp(1531420618, UTC)
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    assert verdict(headers, body, (secret,), at) is Verdict.AUTHENTIC


def test_without_a_secret_nobody_is_let_in() -> None:
    assert judged(signed(), secrets=()) is Verdict.OFF
    assert judged(signed(secret=""), secrets=()) is Verdict.OFF


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-301, Verdict.OLD),
        (-300, Verdict.AUTHENTIC),
        (300, Verdict.AUTHENTIC),
        (301, Verdict.OLD),
    ],
)
def test_five_minutes_either_way(seconds: int, expected: Verdict) -> None:
    stamp = str(int(NOW.timestamp()) + seconds).encode()
    assert judged(signed(stamp=stamp)) is expected


@pytest.mark.parametrize(
    "stamp", [b"", b"abc", b"-1", b"1e9", b" 1", b"\xff", b"9" * 13, "١٢٣".encode()]
)
def test_a_timestamp_that_is_no_number(stamp: bytes) -> None:
    assert judged(signed(stamp=stamp)) is Verdict.UNSIGNED


def test_a_header_that_comes_twice_or_not_at_all() -> None:
    stamp, signature = signed()
    assert judged([stamp]) is Verdict.UNSIGNED
    assert judged([signature]) is Verdict.UNSIGNED
    assert judged([stamp, signature, signature]) is Verdict.UNSIGNED
    assert judged([stamp, stamp, signature]) is Verdict.UNSIGNED


@pytest.mark.parametrize("signature", [b"", b"v0=", b"v1=00", b"v0=\xff\xfe", "v0=é".encode()])
def test_a_signature_that_is_none(signature: bytes) -> None:
    assert judged([(TIMESTAMP, STAMP), (SIGNATURE, signature)]) is Verdict.STRANGE


def test_another_secret_or_another_body() -> None:
    assert judged(signed(secret="stolen")) is Verdict.STRANGE
    assert judged(signed(), body=BODY + b" ") is Verdict.STRANGE


HEADER = some.tuples(some.sampled_from([TIMESTAMP, SIGNATURE, b"other"]), some.binary(max_size=80))


@given(headers=some.lists(HEADER, max_size=5), body=some.binary(max_size=200))
def test_whatever_comes_unsigned_is_judged_and_not_let_in(
    headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    assert judged(headers, body) is not Verdict.AUTHENTIC


@given(body=some.binary(max_size=200), secret=some.text(max_size=20))
def test_whatever_bytes_are_signed_are_let_in(body: bytes, secret: str) -> None:
    assert judged(signed(body, secret=secret), body, ("other", secret)) is Verdict.AUTHENTIC
