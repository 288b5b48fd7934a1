"""A part of the demo that is kept going when it is killed, as a supervisor would."""

import contextlib
from collections.abc import Callable, Iterator

from sandbox.servers import Child


class Kept:
    """`child` is the present process: another one after each `begin_again`."""

    def __init__(self, begin: Callable[[], Child]) -> None:
        self._begin = begin
        self.child = begin()

    def killed(self) -> bool:
        """Whether a signal ended it, which is somebody else's: the block's own comes last."""
        return (self.child.process.poll() or 0) < 0

    def begin_again(self) -> None:
        self.child = self._begin()


@contextlib.contextmanager
def kept(begin: Callable[[], Child]) -> Iterator[Kept]:
    """Stops whichever process it has come to by the end of the block."""
    found = Kept(begin)
    try:
        yield found
    finally:
        found.child.stop()
