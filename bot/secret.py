"""Secrets as values that rotate without a restart and never show in a log or an error."""

import hmac
import logging
import os
import time
from pathlib import Path
from typing import NamedTuple

FILE = "file:"
_SETTLED_AFTER = 2.0
_log = logging.getLogger(__name__)


class UnreadableSecret(ValueError):
    """A secret file that cannot be used; the text says why and holds neither value nor path."""


class _Stamp(NamedTuple):
    device: int
    inode: int
    size: int
    modified: int
    changed: int


class _Seen(NamedTuple):
    stamp: _Stamp
    settled: bool
    text: str


class _SecretFile:
    """A file's text, read again when the file changes; unreadable, it keeps its last text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._complained = False
        self._seen = self._read()

    def text(self) -> str:
        try:
            if self._changed():
                self._seen = self._read()
            self._complained = False
        except UnreadableSecret as problem:
            self._complain(problem)
        return self._seen.text

    def _changed(self) -> bool:
        return not self._seen.settled or _stamp(self._path) != self._seen.stamp

    def _read(self) -> _Seen:
        stamp = _stamp(self._path)
        # Two writes within one tick of the file system's clock look alike, so a file that was
        # written just now is read once more.
        settled = time.time() - stamp.modified / 1e9 > _SETTLED_AFTER
        try:
            text = self._path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UnreadableSecret(f"its file cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise UnreadableSecret("its file is not UTF-8 text") from None
        if not text:
            raise UnreadableSecret("its file is empty")
        return _Seen(stamp, settled, text)

    def _complain(self, problem: UnreadableSecret) -> None:
        if self._complained:
            return
        # First, for the log itself asks for the secrets, in order to hide them.
        self._complained = True
        _log.warning("A secret keeps its last value: %s; mend %s", problem, self._path)


class Secret:
    """One secret: a constant, or `file:/path` whose changes are followed."""

    def __init__(self, source: str) -> None:
        self._text = _source(source)

    def reveal(self) -> str:
        return self._text if isinstance(self._text, str) else self._text.text()

    def __repr__(self) -> str:
        return "Secret(…)"


class SecretList:
    """Secrets of which any is accepted, so that old and new overlap while they rotate.

    `source` separates entries by commas; each is a constant or `file:/path`, and a file holds one
    secret per line.
    """

    def __init__(self, source: str = "") -> None:
        entries = (entry.strip() for entry in source.split(","))
        self._entries = tuple(_source(entry) for entry in entries if entry)

    def reveal(self) -> tuple[str, ...]:
        return tuple(value for entry in self._entries for value in _lines(entry))

    def accepts(self, candidate: str | bytes) -> bool:
        """Whether `candidate` is one of the secrets, in a time that does not tell which."""
        given = candidate if isinstance(candidate, bytes) else candidate.encode(errors="replace")
        matches = [hmac.compare_digest(value.encode(), given) for value in self.reveal()]
        return any(matches)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __repr__(self) -> str:
        return f"SecretList({len(self._entries)} …)"


def _source(source: str) -> str | _SecretFile:
    if not source.startswith(FILE):
        return source
    return _SecretFile(Path(source.removeprefix(FILE)))


def _lines(entry: str | _SecretFile) -> tuple[str, ...]:
    if isinstance(entry, str):
        return (entry,)
    return tuple(line.strip() for line in entry.text().splitlines() if line.strip())


def _stamp(path: Path) -> _Stamp:
    try:
        stat = os.stat(path)  # noqa: PTH116 (the hot path asks this for every request)
    except OSError as error:
        raise UnreadableSecret(f"its file cannot be read ({error.strerror})") from None
    return _Stamp(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
