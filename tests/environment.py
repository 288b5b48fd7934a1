"""Settings from named variables and nothing else, and a word that must never show."""

import pytest

from bot.settings import Settings

CANARY = "hunter2-canary"


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"CANDLEFISH_{name}", value)
    return Settings.load(env_file=None)
