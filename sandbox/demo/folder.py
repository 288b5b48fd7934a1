"""The demo's folder: one demo at a time, begun anew every time."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path


class Occupied(Exception):
    """Another demo uses the folder."""


@contextlib.contextmanager
def fresh_folder(home: Path) -> Iterator[Path]:
    """An empty folder inside `home`; what the last demo left there is removed."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Occupied(
                f"another demo runs in {home}; stop it, or give --data-dir a folder of its own"
            ) from error
        run = home / "run"
        if run.exists():
            shutil.rmtree(run)
        run.mkdir()
        yield run.absolute()
