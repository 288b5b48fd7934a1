"""Ctrl-C and SIGTERM as an event, so that every server is stopped in order."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def stop_requested(*signals: signal.Signals) -> Iterator[threading.Event]:
    """Set the event on the first of these signals; only the main thread may ask for it."""
    stop = threading.Event()

    def request(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, request) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
