"""A reader that goes away, as `| head -1` does, ends a command quietly, with the usual status."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STATUS = 141  # 128 and SIGPIPE: what a shell says of any command that nobody reads any more


@contextmanager
def may_break() -> Iterator[None]:
    """Around all that a command prints; what typer made of a broken pipe is found here too."""
    try:
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.__stdout__, sys.__stderr__):
                if stream is not None:
                    stream.flush()
    except BrokenPipeError:
        _say_no_more()
        raise SystemExit(STATUS) from None


def _say_no_more() -> None:
    """What is left unsaid goes nowhere: Python would complain of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
