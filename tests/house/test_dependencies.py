"""What we depend on: bounded below, locked by hash, and no lock tells where it came from."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
TYPES_ONLY = "types-"
BELOW = {"dbos": "<3.5"}  # a new minor release must first pass the tests of the engine
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
EXTRAS = [
    Requirement(text) for extra in PROJECT["optional-dependencies"].values() for text in extra
]


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    entries = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return {name: rest for name, *others in entries for rest in [" ".join(others)]}


def locked_names(lock: str) -> set[str]:
    return {canonicalize_name(entry.partition("==")[0].partition("[")[0]) for entry in pins(lock)}


@pytest.mark.parametrize("requirement", RUNTIME + EXTRAS, ids=lambda found: found.name)
def test_bounded_from_below_and_not_from_above(requirement: Requirement) -> None:
    if requirement.name.startswith(TYPES_ONLY):
        return
    above = [str(bound) for bound in requirement.specifier if bound.operator != ">="]
    assert above == [BELOW[requirement.name]] if requirement.name in BELOW else above == []
    assert [bound.operator for bound in requirement.specifier].count(">=") == 1


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_hashes(lock: str) -> None:
    assert pins(lock)
    for entry, rest in pins(lock).items():
        assert re.fullmatch(r"[a-z0-9.-]+(\[[a-z,-]+\])?==[\w.!+]+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    assert {canonicalize_name(found.name) for found in RUNTIME} <= locked_names("requirements.lock")
    assert {canonicalize_name(found.name) for found in RUNTIME + EXTRAS} <= locked_names(
        "requirements-dev.lock"
    )


@pytest.mark.parametrize("part", ["requirements.lock", "requirements-build.lock"])
def test_what_is_tested_is_what_is_shipped(part: str) -> None:
    tested = pins("requirements-dev.lock")

    assert {name: rest for name, rest in pins(part).items() if tested.get(name) != rest} == {}
