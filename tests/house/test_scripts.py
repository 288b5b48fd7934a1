"""The set-up scripts on machines that lack something: what they say, and how they end."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT

TOOLS = ("sh", "dirname", "tr", "cat")
SERVERS = ("prometheus", "promtool", "prometheus-alertmanager", "amtool", "chromium")


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / script],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def program(folder: Path, name: str, text: str = "exit 0") -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs in which nobody is root and nothing of ours is installed."""
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    program(tmp_path, "id", "echo 1001")
    return tmp_path


def test_missing_servers_are_named_with_what_is_left_out(machine: Path) -> None:
    done = run("servers", machine)

    assert done.returncode == 0
    assert "Not installed: prometheus; the demo sends the alerts itself" in done.stderr
    assert "Not installed: chromium; the browser tests are skipped." in done.stderr
    assert "apt-get install prometheus prometheus-alertmanager" in done.stderr


def test_with_ci_set_missing_servers_fail(machine: Path) -> None:
    assert run("servers", machine, CI="true").returncode == 1


def test_servers_that_are_there_are_left_alone(machine: Path) -> None:
    for name in SERVERS:
        program(machine, name)
    program(machine, "postgres")
    program(machine, "initdb")
    program(machine, "id", "echo should not be asked >&2; exit 1")
    done = run("servers", machine, CI="true")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_new_enough_python_the_message_says_what_to_do(machine: Path) -> None:
    program(machine, "python3", "exit 1")
    done = run("python", machine)

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_the_machines_own_python_comes_first_and_a_named_one_before_it(machine: Path) -> None:
    program(machine, "python3.13")
    assert run("python", machine).stdout == f"{machine}/python3.13\n"
    program(machine, "python3")
    assert run("python", machine).stdout == f"{machine}/python3\n"
    program(machine, "mine")
    assert run("python", machine, PYTHON="mine").stdout == f"{machine}/mine\n"


def test_a_python_that_makes_no_environments_is_named(machine: Path) -> None:
    program(
        machine,
        "python3",
        'case "$2" in *ensurepip*) exit 1;; *print*) echo python3.11-venv;; esac',
    )
    done = run("venv", machine)

    assert done.returncode == 1
    assert "cannot make a virtual environment: apt-get install python3.11-venv" in done.stderr


def test_packages_are_not_installed_by_anybody_but_root(machine: Path) -> None:
    program(machine, "apt-get", "echo called >&2")
    done = run("apt", machine)

    assert (done.returncode, done.stderr) == (1, "")
