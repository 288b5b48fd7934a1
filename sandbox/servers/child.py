"""A child process with a captured log, a bounded wait until it is ready and a bounded stop."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.05


class NotReady(Exception):
    """A child ended, or did not get ready in time; the message carries the end of its log."""


@dataclass(frozen=True, kw_only=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def alive(self) -> bool:
        return self.process.poll() is None

    def tail(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def wait_ready(self, ready: Callable[[], bool], *, within: float) -> None:
        """Return once `ready()`; raises NotReady when the child ends or `within` seconds pass."""
        deadline = time.monotonic() + within
        while not ready():
            if not self.alive():
                status = self.process.returncode
                raise NotReady(f"{self.name} ended with status {status}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise NotReady(f"{self.name} was not ready after {within:g} s:\n{self.tail()}")
            time.sleep(_POLL)

    def stop(self, *, by: signal.Signals = signal.SIGTERM, within: float = 10.0) -> None:
        """Ask it to end; after `within` seconds kill it. Safe when it has ended already."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(by)
        try:
            self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=within)


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    cwd: Path | None = None,
) -> Child:
    """Start it in a session of its own, so that Ctrl-C reaches only the parent, who stops it."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is ours, and no shell reads it
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ.copy() if env is None else dict(env),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd=cwd,
            start_new_session=True,
        )
    return Child(name=name, process=process, log=log)


@contextlib.contextmanager
def running(child: Child, *, by: signal.Signals = signal.SIGTERM) -> Iterator[Child]:
    try:
        yield child
    finally:
        child.stop(by=by)
