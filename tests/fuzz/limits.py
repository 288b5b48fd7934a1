"""Bodies just as large as an endpoint takes, and one byte larger."""

from tests.fuzz.keys import Keys
from tests.fuzz.wire import Headers, Shot, request

_MIB = 2**20
_CLOSE: Headers = [(b"connection", b"close"), (b"content-type", b"application/json")]


def at_the_limits(keys: Keys) -> list[tuple[Shot, set[int]]]:
    """Each with the answers that are right for it."""
    alert = b'{"alerts":[{"labels":{"alertname":"canarybig"}}]}'
    command = b'{"text":"canarybig"}'
    right = [
        ("/webhooks/alertmanager", _of(alert, 16 * _MIB), keys.alertmanager(), {200}),
        ("/webhooks/alertmanager", _of(alert, 16 * _MIB + 1), keys.alertmanager(), {413}),
        ("/webhooks/alertmanager", _of(alert, 16 * _MIB + 1), [], {401, 413}),
        *(
            (path, body, sign(body), answers)
            for size, answer in ((0, 0), (1, 413))
            for path, start, sign, most, good in (
                ("/webhooks/pagerduty", b"{}", keys.pagerduty, _MIB, 202),
                ("/slack/events", b'{"type":"canarybig"}', keys.slack, _MIB, 200),
            )
            for body in [_of(start, most + size)]
            for answers in [{answer or good}]
        ),
        ("/api/v1/commands", _of(command, 64 * 1024), _bearer(keys), {200}),
        ("/api/v1/commands", _of(command, 64 * 1024 + 1), _bearer(keys), {413}),
    ]
    return [
        (
            Shot(
                raw=request(b"POST", path.encode(), [*who, *_CLOSE], body),
                what=f"{path}, {len(body)} bytes",
                authentic=bool(who),
            ),
            answers,
        )
        for path, body, who, answers in right
    ]


def _bearer(keys: Keys) -> Headers:
    return [(b"authorization", f"Bearer {keys.api[0]}".encode())]


def _of(start: bytes, size: int) -> bytes:
    return start + b" " * (size - len(start))
