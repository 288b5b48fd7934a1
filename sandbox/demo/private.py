"""Files that hold a token: for their owner alone from their first byte on."""

import os
from pathlib import Path


def write_private(file: Path, text: str) -> Path:
    """A new file, mode 0600; raises FileExistsError where there is one."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
    return file
