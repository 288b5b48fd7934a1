"""The folder a server lives in: the caller's, which stays, or a temporary one, which goes."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def folder_for(name: str, wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix=f"candlefish-{name}-") as temporary:
        yield Path(temporary)
