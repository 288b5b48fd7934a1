"""Requests as bytes: mostly well framed, now and then as no HTTP client would write them."""

from random import Random

from tests.fuzz.edges import EDGES, Asked
from tests.fuzz.keys import Keys
from tests.fuzz.wire import Shot, request

_SLOPPY = 0.15
_NAMES = list(EDGES)
_WEIGHTS = [weight for _, weight in EDGES.values()]


def shot(rng: Random, number: int, keys: Keys) -> Shot:
    canary = f"canary{number}x{rng.randrange(10**6)}"
    name = rng.choices(_NAMES, _WEIGHTS)[0]
    authentic = rng.random() < 0.5
    asked = EDGES[name][0](rng, canary, keys, authentic=authentic)
    if rng.random() < _SLOPPY:
        return Shot(
            raw=_sloppy(rng, asked, canary.encode()), what=name, authentic=authentic, framed=False
        )
    raw = _chunked(rng, asked) if rng.random() < 0.1 else _plain(asked)
    return Shot(raw=raw, what=name, authentic=authentic, open_to_all=asked.open_to_all)


def _plain(asked: Asked) -> bytes:
    return request(asked.method, asked.target, asked.headers, asked.body)


def _chunked(rng: Random, asked: Asked) -> bytes:
    size = rng.choice([1, 7, 1000, 100_000])
    parts = [asked.body[at : at + size] for at in range(0, min(len(asked.body), 5000 * size), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    headers = [*asked.headers, (b"transfer-encoding", b"chunked")]
    return request(asked.method, asked.target, headers, chunks, length=False)


def _sloppy(rng: Random, asked: Asked, word: bytes) -> bytes:
    raw, body = _plain(asked), asked.body
    length = b"content-length: %d" % len(body)
    sizes = rng.choice([b"zz\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"5\r\nab"])
    headers = [*asked.headers, (b"transfer-encoding", b"chunked")]
    chunked = request(asked.method, asked.target, headers, sizes + word, length=False)
    socket = (
        b"upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: x" + word + b"\r\n"
    )
    return rng.choice(
        [
            raw.replace(length, b"content-length: %d" % (len(body) + 50)),
            raw.replace(length, b"content-length: %d" % (len(body) // 2)),
            raw.replace(length, b"content-length: -1"),
            raw.replace(length, b"content-length: " + word),
            raw.replace(length, b"content-length: " + b"9" * 30),
            raw.replace(length, length + b"\r\ncontent-length: 1"),
            raw.replace(length, length + b"\r\ntransfer-encoding: chunked"),
            raw.replace(length, length + b"\r\nexpect: 100-continue"),
            raw.replace(length, b"x-" + word + b": " + b"a" * 70_000),
            raw.replace(length, b"\r\n".join([b"x: " + word] * 2000) + b"\r\n" + length),
            raw.replace(length, length + b"\r\nx: a\x00" + word),
            raw.replace(length, length + b"\r\n folded: " + word),
            raw.replace(length, length + b"\r\n: " + word),
            raw.replace(b"connection: close", b"connection: upgrade\r\n" + socket),
            raw.replace(b"HTTP/1.1", rng.choice([b"HTTP/1.0", b"HTTP/9.9", b"HTTP/", word]), 1),
            raw.replace(b"host: bot\r\n", rng.choice([b"", b"host: " + word + b"/\xff\r\n"]), 1),
            raw.replace(b"\r\n", b"\n"),
            raw.lower(),
            raw[: rng.randrange(len(raw) + 1)],
            b"%s http://%s/%s HTTP/1.1\r\n\r\n" % (asked.method, word, word),
            b"%s * HTTP/1.1\r\nhost: x\r\n\r\n" % rng.choice([b"OPTIONS", b"GET", b"CONNECT"]),
            b"GET /%s HTTP/1.1\r\nhost: x\r\n\r\n" % (word * 6000),
            b"\x16\x03\x01\x02\x00\x01" + word,
            rng.randbytes(100) + word + b"\r\n\r\n",
            raw + raw,
            chunked,
        ]
    )  # fmt: skip
