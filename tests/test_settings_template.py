"""The `.env` template: complete, true to the defaults, and kept in step with the code."""

from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, unknown_variables
from bot.settings_template import env_template

EXAMPLE = Path(__file__).parents[1] / ".env.example"


def test_the_tracked_example_is_the_template() -> None:
    assert EXAMPLE.read_text() == env_template(), "write env_template() to .env.example"


def test_it_names_every_variable_once_and_nothing_else() -> None:
    lines = [line for line in env_template().splitlines() if line.startswith(f"#{PREFIX}")]

    assert [line.partition("=")[0] for line in lines] == [
        f"#{PREFIX}{name.upper()}" for name in Settings.model_fields
    ]


def test_it_changes_nothing_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(env_template())

    assert Settings.load(tmp_path / ".env") == Settings.load(None)


def test_what_it_shows_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE.parent)
    example = "DATABASE_URL="
    lines = [
        line.removeprefix("#") if line.startswith(f"#{PREFIX}") and example not in line else line
        for line in env_template().splitlines()
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    shown, default = Settings.load(tmp_path / ".env"), Settings.load(None)

    assert repr(shown) == repr(default)
    assert unknown_variables({}, tmp_path / ".env") == ()
