"""Whose token it is where nobody says so."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from bot.settings import Settings
from handlers.local_token import local_token

NAMELESS = 54321  # a number that no account of the machine has, as containers run


def test_a_user_without_a_name_has_a_token_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: NAMELESS)
    settings = Settings(data_dir=tmp_path)
    token = local_token(
        settings, sub=None, role=None, ttl=timedelta(minutes=1), now=datetime.now(UTC)
    )

    assert jwt.decode(token, options={"verify_signature": False})["sub"] == f"uid-{NAMELESS}"
