"""An outside issuer's key set, fetched rarely and never twice for one flood of strange tokens."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWKClient, PyJWTError

_TIMEOUT = 2.0
_FRESH = 300.0
_PAUSE = 30.0
_OLDEST = 12 * 3600.0
_log = logging.getLogger(__name__)


class OutsideKeys:
    """Keys by their `kid`.

    Old keys serve on for 12 hours while the issuer is down. One caller fetches at a time, at most
    every 30 seconds and for about 2; the others answer from what is known.
    """

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = PyJWKClient(url, cache_jwk_set=False, timeout=_TIMEOUT)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    def find(self, kid: str) -> RSAPublicKey | None:
        if self._wanted(kid) and self._lock.acquire(blocking=False):
            try:
                if self._wanted(kid):
                    self._fetch()
            finally:
                self._lock.release()
        return None if self._age(self._fetched_at) > _OLDEST else self._keys.get(kid)

    def _wanted(self, kid: str) -> bool:
        outdated = kid not in self._keys or self._age(self._fetched_at) > _FRESH
        return outdated and self._age(self._tried_at) > _PAUSE

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._monotonic() - moment

    def _fetch(self) -> None:
        self._tried_at = self._monotonic()
        try:
            found = self._client.get_jwk_set().keys
        except (PyJWTError, OSError, ValueError, RecursionError) as error:
            _log.warning("The issuer's key set cannot be read: %s", type(error).__name__)
            return
        self._keys = {
            key.key_id: key.key
            for key in found
            if key.key_id
            and isinstance(key.key, RSAPublicKey)
            and key.public_key_use in {None, "sig"}
        }
        self._fetched_at = self._tried_at
