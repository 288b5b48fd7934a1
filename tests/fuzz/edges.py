"""One request for each kind of endpoint: its body bent, its credentials right or forged."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from tests.fuzz import bodies, samples
from tests.fuzz.keys import Keys, forged
from tests.fuzz.wire import Headers

_TYPES = (
    b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"", b"\xff/\xfe",
    b"application/json; charset=utf-16", b"multipart/form-data; boundary=x", b"APPLICATION/JSON",
    b"application/x-www-form-urlencoded; charset=koi8-r", b"application/json, text/html",
)  # fmt: skip
_ENCODINGS = (b"gzip", b"br", b"deflate, gzip", b"identity", b"\xff")
_GARBAGE = (
    "INC-1", "INC-2", "INC-999999999999", "INC-0", "INC-01", "inc-1", "INC-", "INC-1%00", "-1",
    "%ff", "%zz", "%2e%2e%2fetc%2fpasswd", "..%5c..%5c", "INC-%D9%A1", "INC-1%0d%0aX-Evil:1",
    "%F0%9F%90%9F", "INC-9223372036854775808",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: bytes = b"POST"
    target: bytes
    headers: Headers
    body: bytes = b""
    open_to_all: bool = False


class Edge(Protocol):
    def __call__(self, rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked: ...


def alertmanager(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    body = _json(rng, samples.webhook(rng, canary), canary)
    who = keys.alertmanager() if authentic else forged(rng, canary, keys)
    return Asked(target=b"/webhooks/alertmanager", headers=[*who, *_odd(rng, canary)], body=body)


def pagerduty(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    body = _json(rng, samples.event(rng, canary), canary)
    who = keys.pagerduty(body) if authentic else forged(rng, canary, keys)
    return Asked(target=b"/webhooks/pagerduty", headers=[*who, *_odd(rng, canary)], body=body)


def slack(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    answers = rng.choice(["", "http://127.0.0.1:1/x", canary, "http://[", "file:///etc/passwd"])
    kind = rng.random()
    form = b"application/x-www-form-urlencoded"
    if kind < 0.4:
        fields = samples.slash(rng, canary, answers)
        if rng.random() < 0.5:
            fields = bodies.bent(rng, fields, canary, rng.randint(1, 3))
        body = _form(rng, fields if isinstance(fields, dict) else {"command": fields})
    elif kind < 0.75:
        payload = _json(rng, samples.interaction(rng, canary, answers), canary)
        body = b"payload=" + quote(payload).encode()
    else:
        body, form = _json(rng, samples.happening(rng, canary), canary), b"application/json"
    if rng.random() < 0.1:
        body = rng.randbytes(50) + canary.encode() + b"&%zz=%ff&command=%00"
    who = keys.slack(body) if authentic else forged(rng, canary, keys)
    odd = _odd(rng, canary)
    kept = [] if any(name == b"content-type" for name, _ in odd) else [(b"content-type", form)]
    return Asked(target=b"/slack/events", headers=[*who, *kept, *odd], body=body)


def api_read(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    name = rng.choice([*_GARBAGE, canary])
    path = rng.choice(
        ["", "", f"/{name}", f"/{name}/alerts", f"/{name}/timeline", f"/{name}/{canary}"]
    )
    target = f"/api/v1/incidents{path}{_query(rng, canary)}".encode()
    who = keys.caller(rng) if authentic else forged(rng, canary, keys)
    method = rng.choice([b"GET", b"GET", b"GET", b"HEAD", b"DELETE", b"OPTIONS"])
    return Asked(method=method, target=target, headers=[*who, *_odd(rng, canary)])


def api_command(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    said = {"text": samples.command(rng, canary), "incident": rng.choice([None, "INC-1", canary])}
    body = _json(rng, said, canary)
    who = keys.caller(rng) if authentic else forged(rng, canary, keys)
    return Asked(target=b"/api/v1/commands", headers=[*who, *_odd(rng, canary)], body=body)


def page(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    name = rng.choice([*_GARBAGE, canary])
    below = rng.choice(["", "/alerts", "/timeline", "/events"])
    pages = ["/incidents", "/incidents/events", f"/runbooks/{name}", "/runbooks/general"]
    path = rng.choice([*pages, *[f"/incidents/{name}{below}"] * 4])
    query = _query(rng, canary)
    if rng.random() < 0.1:
        query = f"?t={keys.page if authentic else canary}&after={canary}"
    who = keys.visitor(rng) if authentic else forged(rng, canary, keys)
    return Asked(method=b"GET", target=(path + query).encode(), headers=[*who, *_odd(rng, canary)])


def open_page(rng: Random, canary: str, keys: Keys, *, authentic: bool) -> Asked:
    """What needs no credentials, and addresses that are none."""
    target = rng.choice(
        ["/", "/livez", "/readyz", "/metrics", "/static/app.css", "/static/..%2f..%2fapp.py",
         "/static/../../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/%00",
         "/static//etc/passwd", "/static/" + "a" * 3000, "/api/v1/openapi.json", "/api/v1/docs",
         f"/{canary}", "//", "/%", "/%ff%fe", "/webhooks/github", f"/webhooks/{canary}", "/.env",
         "/webhooks/alertmanager/", "/api", "/api/", "/api/v1", "/api/v2/alerts"]
    )  # fmt: skip
    method = rng.choice([b"GET", b"GET", b"POST", b"PUT", b"TRACE", b"PROPFIND", b"OPTIONS"])
    target += _query(rng, canary) if rng.random() < 0.3 else ""
    who = keys.visitor(rng) if authentic else forged(rng, canary, keys)
    return Asked(
        method=method, target=target.encode(), headers=[*who, *_odd(rng, canary)],
        body=canary.encode() if method == b"POST" else b"", open_to_all=True,
    )  # fmt: skip


EDGES: dict[str, tuple[Edge, int]] = {
    "alertmanager": (alertmanager, 24),
    "pagerduty": (pagerduty, 16),
    "slack": (slack, 26),
    "api_read": (api_read, 12),
    "api_command": (api_command, 8),
    "page": (page, 9),
    "open_page": (open_page, 5),
}


def _json(rng: Random, honest: Any, canary: str) -> bytes:
    act = rng.random()
    if act < 0.2:
        return json.dumps(honest).encode()
    bent = bodies.bent(rng, honest, canary, rng.randint(1, 4))
    return json.dumps(bent).encode() if act < 0.6 else bodies.text(rng, bent, canary)


def _form(rng: Random, fields: dict[str, Any]) -> bytes:
    told = {
        str(name).encode("utf-8", "surrogatepass"): str(value).encode("utf-8", "surrogatepass")
        for name, value in fields.items()
    }
    body = urlencode(told).encode()
    return body + b"&" + body if rng.random() < 0.1 else body


def _query(rng: Random, canary: str) -> str:
    word = rng.choice(
        ["limit=-1", "limit=0", "limit=201", "limit=" + "9" * 5000, "limit=%D9%A1", "limit=1e3",
         f"cursor={canary}", "cursor=%00", "cursor=////", "cursor=aW5jaWRlbnRzOjE", "after=-1",
         "cursor=aW5jaWRlbnRzOjk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor=aW5jaWRlbnRzOsKy",
         f"state={canary}", "state=open,resolved", "severity=sev1&severity=sev9", "component=%ff",
         f"component={canary}%00", f"component={canary}%EF%BF%BE",
         f"environment={canary * 100}", "limit", "&&&=;", "after=999999999999999999", "since=%zz",
         "since=" + "9" * 400, f"since={canary}", "a=" + canary * 1500, ""]
    )  # fmt: skip
    return f"?{word}" if word else ""


def _odd(rng: Random, canary: str) -> Headers:
    """Headers beside the point. (A plain word as a request id is kept, so this one is none.)"""
    word = canary.encode()
    found: Headers = [(b"connection", b"close")]
    if rng.random() < 0.3:
        found.append((b"content-type", rng.choice(_TYPES)))
    if rng.random() < 0.1:
        found.append((b"content-encoding", rng.choice(_ENCODINGS)))
    if rng.random() < 0.1:
        ids = [
            word + b"\xff",
            word * 20,
            word + b"%0d%0aX: 1",
            b'"' + word + b'"',
            b"\t" + word + b" x",
        ]
        found.append((b"x-request-id", rng.choice(ids)))
    if rng.random() < 0.1:
        found.append(
            (rng.choice([b"x-slack-retry-num", b"x-forwarded-for", b"referer", b"origin"]), word)
        )
    if rng.random() < 0.05:
        found.append((b"user-agent", word * 500))
    return found
