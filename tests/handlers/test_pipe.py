"""`candlefish … | head -1`: the reader is gone before everything is said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_COMMAND = str(Path(sys.executable).with_name("candlefish"))
NO_BOT = {"CANDLEFISH_BASE_URL": "http://127.0.0.1:1"}


@pytest.mark.parametrize(
    ("words", "status", "both"),
    [
        (("route", "alertname=GraphqlDown", "severity=critical"), 141, False),
        (("--help",), 1, False),
        (("init", "--help"), 1, True),
        (("doctor", "--json"), 141, False),
        (("list",), 141, True),
    ],
)
def test_a_pipe_that_nobody_reads_ends_it_quietly(
    words: tuple[str, ...], status: int, tmp_path: Path, *, both: bool
) -> None:
    """With `both` its errors go the same way, as with `2>&1`; the help is drawn by typer."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [_COMMAND, *words],
            env={"PATH": os.environ["PATH"], "CANDLEFISH_DATA_DIR": str(tmp_path), **NO_BOT},
            cwd=Path(__file__).parents[2],
            stdout=write, stderr=write if both else subprocess.PIPE,
            check=False, timeout=60,
        )  # fmt: skip
    finally:
        os.close(write)

    assert (done.returncode, done.stderr or b"") == (status, b"")
