"""Alertmanager's webhook: whose it is, and which alerts it tells of.

Written for version 4 and for what others send in its name: fields left out, numbers for words,
capitals, `groupKey` as a number. Unknown fields are ignored.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.domain.incidents.alert import Alert, Status, believed, fingerprint_of
from bot.secret import SecretList

SOURCE = "alertmanager"
_LONGEST_FINGERPRINT = 200


class NoAlert(Exception):
    """An authentic body that tells of no alert; the message says what is missing."""


class _Alert(msgspec.Struct, rename="camel"):
    labels: dict[str, str]
    status: str = ""
    annotations: dict[str, str] = {}
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")
    fingerprint: str = ""


class _Webhook(msgspec.Struct, rename="camel"):
    alerts: list[_Alert]
    status: str = ""
    group_key: str = ""


_STATUSES = frozenset(Status)

_strict = msgspec.json.Decoder(_Webhook)
_loose: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def authentic(authorization: str, tokens: SecretList) -> bool:
    """Whether the header carries one of these Bearer tokens, in time that tells nothing."""
    scheme, _, given = authorization.partition(" ")
    return scheme.casefold() == "bearer" and tokens.accepts(given.strip())


def parse(body: bytes, now: datetime) -> list[Alert]:
    """Raises `NoAlert`."""
    webhook = _webhook(body)
    return [_alert(one, webhook, now) for one in webhook.alerts]


def _webhook(body: bytes) -> _Webhook:
    if b"\\u0000" not in body:  # PostgreSQL stores no NUL: the slow way leaves them out
        try:
            webhook = _strict.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        else:
            if webhook.alerts and all(one.labels for one in webhook.alerts):
                return webhook
    return _coaxed(body)


def _coaxed(body: bytes) -> _Webhook:
    """The same from a sender that keeps less to the form."""
    try:
        told = _loose.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoAlert("The body is not JSON.") from None
    if not isinstance(told, dict) or not isinstance(told.get("alerts"), list):
        raise NoAlert("The body has no list `alerts`, so it is no Alertmanager webhook.")
    found = [one for one in told["alerts"] if isinstance(one, dict) and _words(one.get("labels"))]
    if not found:
        raise NoAlert("The list `alerts` holds no alert with labels.")
    return _Webhook(
        status=_word(told.get("status")),
        group_key=_word(told.get("groupKey")),
        alerts=[
            _Alert(
                labels=_words(one.get("labels")),
                status=_word(one.get("status")),
                annotations=_words(one.get("annotations")),
                starts_at=_time(one.get("startsAt")),
                ends_at=_time(one.get("endsAt")),
                generator_url=_word(one.get("generatorURL")),
                fingerprint=_word(one.get("fingerprint")),
            )
            for one in found
        ],
    )


def _alert(one: _Alert, webhook: _Webhook, now: datetime) -> Alert:
    starts, ends = _known(one.starts_at, now), _known(one.ends_at, now)
    status = _status(one.status) or (Status.RESOLVED if ends and ends <= now else None)
    status = status or _status(webhook.status) or Status.FIRING
    return Alert(
        source=SOURCE,
        fingerprint=_fingerprint(one),
        status=status,
        labels=one.labels,
        annotations=_plain(one.annotations),
        starts_at=starts,
        ends_at=ends if status is Status.RESOLVED else None,
        generator_url=one.generator_url,
        group_key=webhook.group_key,
    )


def _status(word: str) -> Status | None:
    word = word.casefold()
    return Status(word) if word in _STATUSES else None


def _fingerprint(one: _Alert) -> str:
    given = one.fingerprint
    return given if 0 < len(given) <= _LONGEST_FINGERPRINT else fingerprint_of(one.labels)


def _known(at: datetime | None, now: datetime) -> datetime | None:
    return believed(at if at is None or at.tzinfo else at.replace(tzinfo=UTC), now)


def _plain(annotations: Mapping[str, str]) -> Mapping[str, str]:
    """Some write SUMMARY; what reads them asks for `summary`."""
    if all(name == name.lower() for name in annotations):
        return annotations
    return {name.lower(): text for name, text in annotations.items()} | dict(annotations)


def _words(told: object) -> dict[str, str]:
    return {_word(name): _word(told[name]) for name in told} if isinstance(told, dict) else {}


def _word(told: object) -> str:
    if isinstance(told, bool | int | float | str):
        return str(told).replace("\x00", "")
    if told is None:
        return ""
    try:
        return msgspec.json.encode(told).decode().replace("\\u0000", "")
    except RecursionError:  # read just so, and written from a little deeper
        raise NoAlert("The body nests too deep.") from None


def _time(told: object) -> datetime | None:
    try:
        return msgspec.convert(told, datetime, strict=False)
    except msgspec.ValidationError:
        return None
