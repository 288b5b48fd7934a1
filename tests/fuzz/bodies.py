"""Bodies nobody should send, made from those that are sent, with a word to find in the log."""

import copy
import gzip
import json
from random import Random
from typing import Any

_DEEP = 20_000
_LONG = 50_000


def weird(rng: Random, canary: str) -> Any:
    """A value where another was meant."""
    return rng.choice(
        [
            None, True, False, 0, -1, 10**18, 2**63, -(2**63) - 1, 1e308, 0.1, "", " ", "\x00",
            canary, f"{canary}\x00{canary}", f"\ud800{canary}", f"{canary}\udfff\n\r\x1b[31m",
            canary * 2000,
            "é" * 300, "\u202e\u2066" + canary, [], {}, [canary], {canary: canary}, [[[[canary]]]],
            [None] * 50, {"": ""}, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
            "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00+99:99", "1e400", "-0", "NaN",
            "INC-999999999999", "INC-0", "INC-1", "resolved", "FIRING", "<!channel>", "' OR 1=1 --",
            "{{7*7}}", "javascript:alert(1)", "../../etc/passwd", "%s%n%d", "${jndi:ldap://x}",
        ]
    )  # fmt: skip


def bent(rng: Random, value: Any, canary: str, times: int) -> Any:
    """The same with some parts replaced, left out or added."""
    value = copy.deepcopy(value)
    for _ in range(times):
        holder, key = _somewhere(rng, value)
        if holder is None:
            return weird(rng, canary)
        act = rng.random()
        if act < 0.6:
            holder[key] = weird(rng, canary)
        elif act < 0.8:
            del holder[key]
        elif isinstance(holder, dict):
            holder[canary] = weird(rng, canary)
        else:
            holder.extend([holder[key]] * 3)
    return value


def _somewhere(rng: Random, value: Any) -> tuple[Any, Any]:
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else list(range(len(one)))
        places += [(one, key) for key in keys]
        waiting += [one[key] for key in keys if isinstance(one[key], dict | list) and one[key]]
    return rng.choice(places) if places else (None, None)


def text(rng: Random, value: Any, canary: str) -> bytes:
    """The JSON of a value, or what only looks like it."""
    plain = json.dumps(value, ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")
    word = canary.encode()
    broken = [
        lambda: plain,
        lambda: plain,
        lambda: plain,
        lambda: plain[: rng.randrange(len(plain) + 1)],
        lambda: plain + word,
        lambda: b"\xef\xbb\xbf" + plain,
        lambda: plain.decode("utf-8", "replace").encode("utf-16"),
        lambda: b"\xff\xfe\x00" + word + rng.randbytes(rng.randrange(200)),
        lambda: _flipped(rng, plain),
        lambda: plain.replace(b"{", b'{"' + word + b'":1,"' + word + b'":2,', 1),
        lambda: plain.replace(b":", b":" + b"9" * 5000 + b",", 1),
        lambda: plain.replace(b": ", b": " + rng.choice([b"NaN", b"-Infinity", b"1e999", b"-"]), 1),
        lambda: b"[" * _DEEP + b'"' + word + b'"' + b"]" * _DEEP,
        lambda: b'{"alerts":' * _DEEP + b'"' + word + b'"' + b"}" * _DEEP,
        lambda: plain.replace(b'"', b'"' + word * 3, 3),
        lambda: plain + b" " * _LONG,
        lambda: b"",
        lambda: b"null",
        lambda: b'"' + word + b'"',
        lambda: gzip.compress(plain),
        lambda: plain.replace(b"\\u", b"\\x"),
    ]
    return rng.choice(broken)()


def _flipped(rng: Random, plain: bytes) -> bytes:
    found = bytearray(plain)
    for _ in range(rng.randint(1, 8)):
        if found:
            found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)
