"""Everything that opens a door of the bot, and what only looks like it."""

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

from handlers.tokens import Audience
from sandbox.slack.signing import signed_headers
from tests.fuzz.wire import Headers
from tests.serving import PAGERDUTY_SECRET, TOKEN, token


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Many callers' tokens, for one alone would soon be told to ask more slowly."""

    slack_secret: str
    api: tuple[str, ...]
    page: str
    session: str

    @classmethod
    def of(cls, folder: Path, slack_secret: str, callers: int) -> "Keys":
        return cls(
            slack_secret=slack_secret,
            api=tuple(token(folder, f"caller-{number}") for number in range(callers)),
            page=token(folder, audience=Audience.PAGE),
            session=token(folder, audience=Audience.SESSION),
        )

    def alertmanager(self) -> Headers:
        return [(b"authorization", f"Bearer {TOKEN}".encode())]

    def pagerduty(self, body: bytes) -> Headers:
        digest = hmac.new(PAGERDUTY_SECRET.encode(), body, sha256).hexdigest()
        return [(b"x-pagerduty-signature", f"v1=00,v1={digest}".encode())]

    def slack(self, body: bytes) -> Headers:
        signed = signed_headers(self.slack_secret, body, time.time())
        return [(name.encode(), value.encode()) for name, value in signed.items()]

    def caller(self, rng: Random) -> Headers:
        return [(b"authorization", f"Bearer {rng.choice(self.api)}".encode())]

    def visitor(self, rng: Random) -> Headers:
        return rng.choice(
            [[(b"cookie", f"a=b; candlefish={self.session}".encode())], self.caller(rng)]
        )


def forged(rng: Random, canary: str, keys: Keys) -> Headers:
    """Credentials that open nothing, in every shape that somebody may send them."""
    word = canary.encode()
    stamp = b"%d" % int(time.time())
    jws = rng.choice(keys.api)
    old = signed_headers(keys.slack_secret, b"", time.time() - 301)
    return rng.choice(
        [
            [],
            [(b"authorization", b"Bearer " + word)],
            [(b"authorization", b"Bearer")],
            [(b"authorization", b"Basic " + word)],
            [(b"authorization", b"Bearer \xff\xfe" + word)],
            [(b"authorization", b"Bearer " + word * 1000)],
            [(b"authorization", b"Bearer " + jws[:-4].encode() + b"AAAA")],
            [(b"authorization", f"Bearer {jws.split('.')[0]}.{jws.split('.')[1]}.".encode())],
            [(b"authorization", b"Bearer eyJhbGciOiJub25lIn0." + word + b".")],
            [(b"authorization", b"Bearer ..")],
            [(b"cookie", b"candlefish=" + word), (b"cookie", b"candlefish=\xff")],
            [(b"cookie", f"candlefish={jws}".encode())],  # an API token opens no page as a cookie
            [(b"x-pagerduty-signature", b"v1=" + word)],
            [(b"x-pagerduty-signature", b"\xff\xfe,,v1=," + word)],
            [(b"x-slack-request-timestamp", b"abc"), (b"x-slack-signature", b"v0=" + word)],
            [(b"x-slack-request-timestamp", stamp), (b"x-slack-signature", b"v0=\xe9\xff" + word)],
            [(b"x-slack-request-timestamp", stamp), (b"x-slack-signature", b"")],
            [(b"x-slack-request-timestamp", "١٢٣".encode()), (b"x-slack-signature", b"v0=")],
            [(b"x-slack-request-timestamp", b"9" * 4000), (b"x-slack-signature", b"v0=" + word)],
            [(b"x-slack-request-timestamp", b"-1"), (b"x-slack-signature", b"v0=")] * 2,
            [(name.encode(), value.encode()) for name, value in old.items()],
        ]
    )
