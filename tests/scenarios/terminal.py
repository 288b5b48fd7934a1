"""A person at a terminal: the `candlefish` command as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMAND = str(Path(sys.executable).with_name("candlefish"))
_PATIENCE = 60  # seconds


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the command printed, and the status it left with."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """`login` is who sits there; `environ` is all that the command knows beside it."""

    environ: Mapping[str, str]
    folder: Path
    login: str = "ada"

    def run(self, *words: str, status: int = 0, **more: str) -> Said:
        """Runs `candlefish …`, which must leave with `status`; `more` is set for it alone."""
        done = subprocess.run(
            [_COMMAND, *words],
            env={**self.environ, "LOGNAME": self.login, **more},
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        said = Said(status=done.returncode, out=done.stdout, err=done.stderr)
        assert said.status == status, f"candlefish {' '.join(words)}\n{said}"
        return said

    @contextmanager
    def begin(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """`candlefish …` as it runs; it is not left running."""
        environ = {**self.environ, "LOGNAME": self.login, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            [_COMMAND, *words],
            env=environ, cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    def data(self, *words: str, status: int = 0, **more: str) -> Any:
        """What it says with `--json`."""
        return self.run(*words, "--json", status=status, **more).data
