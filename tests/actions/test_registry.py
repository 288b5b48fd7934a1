"""The set of actions is open: a file is one, and nothing else is edited."""

from pathlib import Path

import pytest

import bot.actions
from bot.actions.registry import ACTIONS, found_in

_FILE = """
class Nothing:
    name = "{name}"
    args = dict


ACTION = Nothing()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an empty package that can be imported."""
    folder = tmp_path / f"open_set_{tmp_path.name}"
    (folder / "parts").mkdir(parents=True)
    for empty in (folder, folder / "parts"):
        (empty / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return folder.name


def write(tmp_path: Path, package: str, file: str, name: str) -> None:
    (tmp_path / package / f"{file}.py").write_text(_FILE.format(name=name), encoding="utf-8")


def test_every_file_is_an_action() -> None:
    files = {path.stem for path in Path(bot.actions.__path__[0]).glob("*.py")}

    assert set(ACTIONS) == files - {"__init__", "registry"}


def test_a_new_file_is_a_new_action(tmp_path: Path, package: str) -> None:
    write(tmp_path, package, "wave", "wave")

    assert list(found_in(package)) == ["wave"]


def test_an_action_that_is_not_called_as_its_file_is_refused(tmp_path: Path, package: str) -> None:
    write(tmp_path, package, "wave", "tide")

    with pytest.raises(ImportError, match="wave"):
        found_in(package)
