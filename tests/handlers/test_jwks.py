"""The outside key set: fetched when it must be, and not more often, over a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from handlers.jwks import OutsideKeys

KEY = rsa.generate_private_key(65537, 2048)


def as_jwk(kid: str, **members: object) -> dict[str, Any]:
    algorithm = jwt.get_algorithm_by_name("RS256")
    public: dict[str, Any] = algorithm.to_jwk(KEY.public_key(), as_dict=True)
    return {**public, "kid": kid, "key_ops": None, **members}


class Issuer(ThreadingHTTPServer):
    """Serves `body`, counts the requests, and holds them while `gate` is closed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 200
        self.body = b"{}"
        self.requests = 0
        self.asked = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/keys"

    def publish(self, *keys: dict[str, Any]) -> None:
        self.body = json.dumps({"keys": keys}).encode()


class _Answer(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.requests += 1
        self.server.asked.set()
        self.server.gate.wait(10)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Keep the test's output clean."""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(issuer: Issuer, clock: Clock) -> OutsideKeys:
    return OutsideKeys(issuer.url, monotonic=clock)


def test_a_key_is_fetched_once_and_kept(issuer: Issuer, keys: OutsideKeys) -> None:
    issuer.publish(as_jwk("one"))
    found = [keys.find("one") for _ in range(5)]

    assert [key and key.public_numbers() for key in found] == [
        KEY.public_key().public_numbers()
    ] * 5
    assert issuer.requests == 1


def test_strange_names_do_not_make_a_flood(issuer: Issuer, keys: OutsideKeys, clock: Clock) -> None:
    issuer.publish(as_jwk("one"))
    assert [keys.find(f"strange-{n}") for n in range(100)] == [None] * 100
    assert issuer.requests == 1

    clock.now += 31
    keys.find("strange")
    assert issuer.requests == 2


def test_a_new_key_is_found_after_the_pause(
    issuer: Issuer, keys: OutsideKeys, clock: Clock
) -> None:
    issuer.publish(as_jwk("one"))
    assert keys.find("one")
    issuer.publish(as_jwk("two"))
    clock.now += 31

    assert keys.find("two")
    assert keys.find("one") is None


def test_a_withdrawn_key_is_dropped_within_minutes(
    issuer: Issuer, keys: OutsideKeys, clock: Clock
) -> None:
    issuer.publish(as_jwk("one"))
    assert keys.find("one")
    issuer.publish(as_jwk("two"))
    clock.now += 301

    assert keys.find("one") is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"broken"),
        (302, b""),
        (200, b"<html>"),
        (200, b"\xff\xfe\xff"),
        (200, b"[]"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": [1]}'),
        (200, b'{"keys": 7}'),
        (200, b"[" * 100_000),
    ],
)
def test_old_keys_serve_while_the_issuer_is_ill(
    issuer: Issuer, keys: OutsideKeys, clock: Clock, status: int, body: bytes
) -> None:
    issuer.publish(as_jwk("one"))
    assert keys.find("one")
    issuer.status, issuer.body = status, body
    clock.now += 3600
    assert keys.find("one")
    assert keys.find("one")
    assert issuer.requests == 2

    clock.now += 12 * 3600
    assert keys.find("one") is None


def test_only_signing_keys_of_our_kind_count(issuer: Issuer, keys: OutsideKeys) -> None:
    shared = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}
    issuer.publish(as_jwk("good", use="sig"), as_jwk("crypt", use="enc"), shared)

    assert keys.find("good")
    assert keys.find("crypt") is None
    assert keys.find("shared") is None


def test_nobody_waits_for_another_ones_fetch(issuer: Issuer, keys: OutsideKeys) -> None:
    issuer.publish(as_jwk("one"))
    issuer.gate.clear()
    first = threading.Thread(target=keys.find, args=("one",))
    first.start()
    assert issuer.asked.wait(10)
    assert keys.find("one") is None
    issuer.gate.set()
    first.join()

    assert keys.find("one")
    assert issuer.requests == 1


def test_a_dead_issuer_is_no_error(clock: Clock) -> None:
    keys = OutsideKeys("http://127.0.0.1:1/keys", monotonic=clock)

    assert keys.find("one") is None
