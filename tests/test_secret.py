"""Secrets from files: followed as they change, kept while they are gone, one of several."""

from pathlib import Path

import pytest

from bot.secret import Secret, SecretList, UnreadableSecret
from tests.environment import CANARY


def rewrite(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def test_secret_file_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    secret = Secret(f"file:{path}")
    assert secret.reveal() == "first"

    rewrite(path, "second")
    assert secret.reveal() == "second"
    path.write_text("thirdd")
    assert secret.reveal() == "thirdd"


def test_secret_file_rewritten_in_the_same_tick_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("aaaa")
    secret = Secret(f"file:{path}")
    for text in ("bbbb", "cccc", "dddd"):
        path.write_text(text)
        assert secret.reveal() == text


def test_secret_keeps_its_last_value_while_its_file_is_gone_or_empty(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "token"
    path.write_text(CANARY)
    secret = Secret(f"file:{path}")
    path.unlink()
    assert [secret.reveal(), secret.reveal()] == [CANARY, CANARY]
    path.write_text(" \n")
    assert secret.reveal() == CANARY
    path.write_text("back")
    assert secret.reveal() == "back"

    assert len(caplog.records) == 1
    assert CANARY not in caplog.text


def test_secret_list_accepts_any_entry_and_each_line_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    path.write_text("new\nold\n")
    tokens = SecretList(f"constant, file:{path}")

    assert [tokens.accepts(word) for word in ("constant", "new", b"old")] == [True] * 3
    assert not any(
        tokens.accepts(word) for word in ("", "newold", "new\nold", "ne", "\udcff", b"\xff")
    )
    rewrite(path, "newest\n")
    assert tokens.accepts("newest")
    assert not tokens.accepts("old")


def test_no_secret_accepts_nothing() -> None:
    nobody = SecretList(" , ")

    assert not nobody
    assert not nobody.accepts("")


def test_missing_secret_file_is_refused_at_the_start() -> None:
    with pytest.raises(UnreadableSecret, match="cannot be read"):
        Secret("file:/missing/secret")
