"""Waits until something holds, and says what did not."""

import threading
import time
from collections.abc import Callable

_POLL = 0.05


def until(holds: Callable[[], object], what: str, *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"after {seconds:g} s still not: {what}"
        threading.Event().wait(_POLL)
