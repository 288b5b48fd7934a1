"""Long lists in pages: one snapshot, handed out piece by piece."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Expired
from sandbox.kubernetes.statuses import failure

KEPT = 64


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    items: list[Object]
    version: int


class Pages:
    def __init__(self) -> None:
        self._lock = Lock()
        self._rests: OrderedDict[str, Snapshot] = OrderedDict()

    def rest(self, token: str) -> Snapshot:
        """What a `continue` token still has to give; raises `Expired`."""
        with self._lock:
            found = self._rests.get(token)
        if found is None:
            message = (
                "The provided continue parameter is too old to display a consistent list result. "
                "You can start a new list without the continue parameter."
            )
            raise Expired(failure(410, "Expired", message))
        return found

    def keep(self, snapshot: Snapshot) -> str:
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._rests[token] = snapshot
            while len(self._rests) > KEPT:
                self._rests.popitem(last=False)
        return token

    def forget(self) -> None:
        """Every token handed out is too old from now on."""
        with self._lock:
            self._rests.clear()
