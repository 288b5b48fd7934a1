"""Whether bytes come from Slack: decided before anything is parsed, by any of several secrets."""

import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"
WINDOW = 300  # seconds; Slack's own advice against replays
_SECONDS = re.compile(rb"[0-9]{1,12}")


class Verdict(StrEnum):
    """Why a request is let in or not, in the words that the log keeps."""

    AUTHENTIC = "signed by one of our secrets"
    OFF = "no signing secret is set"
    UNSIGNED = "signature or timestamp is missing, repeated or malformed"
    OLD = "timestamp is more than five minutes away"
    STRANGE = "signature matches no secret"


def verdict(
    headers: Iterable[tuple[bytes, bytes]], body: bytes, secrets: Sequence[str], now: datetime
) -> Verdict:
    """Header names are lower case, as ASGI gives them. Takes any bytes and never raises."""
    if not secrets:
        return Verdict.OFF
    told = list(headers)
    stamps = [value for name, value in told if name == TIMESTAMP]
    signatures = [value for name, value in told if name == SIGNATURE]
    if len(stamps) != 1 or len(signatures) != 1 or not _SECONDS.fullmatch(stamps[0]):
        return Verdict.UNSIGNED
    if abs(now.timestamp() - int(stamps[0])) > WINDOW:
        return Verdict.OLD
    signed = b"v0:" + stamps[0] + b":" + body
    matches = [hmac.compare_digest(_signature(secret, signed), signatures[0]) for secret in secrets]
    return Verdict.AUTHENTIC if any(matches) else Verdict.STRANGE


def _signature(secret: str, signed: bytes) -> bytes:
    return b"v0=" + hmac.new(secret.encode(), signed, sha256).hexdigest().encode()
