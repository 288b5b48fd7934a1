"""The local commands' data, for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handlers import cli


def said(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handlers.cli", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_lists_its_problems_as_data(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("peple: {}\n")
    done = said("check", "--json", CANDLEFISH_ROUTES_DIR=str(tmp_path))

    problems = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"file", "line", "message"} == set(problems[0])
    assert ("people.yaml", 1) in {(Path(one["file"]).name, one["line"]) for one in problems}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ([], ["menu"]),
        (["--json"], ["menu", "--json"]),
        (["--json", "--wait", "rollback", "x"], ["rollback", "x", "--json", "--wait"]),
        (["status", "--json"], ["status", "--json"]),
        (["--help"], ["--help"]),
    ],
)
def test_the_verb_comes_first_and_none_is_the_menu(typed: list[str], meant: list[str]) -> None:
    assert cli.verb_first(typed) == meant


@pytest.mark.parametrize("words", [(), ("--json", "status")])
def test_every_other_word_goes_to_the_bot(words: tuple[str, ...]) -> None:
    done = said(*words, CANDLEFISH_BASE_URL="http://127.0.0.1:9")

    assert done.returncode == 3
    assert "No bot answers at http://127.0.0.1:9." in done.stderr


def test_flags_before_a_command_are_its_flags(tmp_path: Path) -> None:
    done = said("--json", "check", CANDLEFISH_ROUTES_DIR=str(tmp_path))

    assert done.returncode == 1
    assert json.loads(done.stdout)
