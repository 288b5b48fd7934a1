"""Carries events to the app in the background, and again when it does not answer."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.slack.errors import Json
from sandbox.slack.outbound import Envelope, Outbound

RETRY_AFTER = (0.0, 60.0, 300.0)
LOOK_AGAIN = 0.02


@dataclass(frozen=True, kw_only=True)
class Parcel:
    payload: Json
    due: float
    attempt: int = 0
    reason: str = ""


class Courier:
    """Retries at once, after a minute and after five, by the twin's clock; then gives up."""

    def __init__(self, outbound: Outbound, clock: Callable[[], float]) -> None:
        self._outbound = outbound
        self._clock = clock
        self._lock = threading.Condition()
        self._parcels: list[Parcel] = []
        self._busy = False
        self._stopped = False
        self.given_up: list[Json] = []
        self._thread = threading.Thread(target=self._run, name="slack-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            self._lock.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def send(self, payload: Json) -> None:
        with self._lock:
            self._parcels.append(Parcel(payload=payload, due=self._clock()))
            self._lock.notify_all()

    def waiting(self) -> int:
        """Events not yet delivered nor given up."""
        with self._lock:
            return len(self._parcels) + self._busy

    def _run(self) -> None:
        while (parcel := self._next()) is not None:
            answer = self._outbound.ask(
                Envelope.EVENT, parcel.payload, attempt=parcel.attempt, reason=parcel.reason
            )
            with self._lock:
                self._busy = False
                if not answer.ok:
                    self._again(parcel, answer.trouble, no_retry=answer.no_retry)
                self._lock.notify_all()

    def _again(self, parcel: Parcel, trouble: str, *, no_retry: bool) -> None:
        if no_retry or parcel.attempt >= len(RETRY_AFTER):
            self.given_up.append(parcel.payload)
            return
        due = self._clock() + RETRY_AFTER[parcel.attempt]
        again = replace(parcel, due=due, attempt=parcel.attempt + 1, reason=trouble)
        self._parcels.append(again)

    def _next(self) -> Parcel | None:
        """The next due parcel, once there is one; None when stopped."""
        with self._lock:
            while not self._stopped:
                now = self._clock()
                for parcel in self._parcels:
                    if parcel.due <= now:
                        self._parcels.remove(parcel)
                        self._busy = True
                        return parcel
                # The clock may be a test's own, which wakes nobody when it moves.
                self._lock.wait(LOOK_AGAIN if self._parcels else None)
            return None

    def settle(self, seconds: float = 30.0) -> bool:
        """Waits until nothing due is left; what waits for a later retry does not count."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while self._busy or any(each.due <= self._clock() for each in self._parcels):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._lock.wait(min(left, LOOK_AGAIN))
            return True
