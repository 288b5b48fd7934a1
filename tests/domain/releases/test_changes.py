"""The address under which two releases can be compared."""

import pytest

from bot.domain.releases.changes import between

CODE = "https://git.example/shop/api"


@pytest.mark.parametrize(
    ("older", "newer", "there"),
    [
        (f"{CODE}/commit/1a", f"{CODE}/commit/2b", f"{CODE}/compare/1a...2b"),
        (f"{CODE}/-/commit/1a", f"{CODE}/-/commit/2b", f"{CODE}/-/compare/1a...2b"),
        ("", f"{CODE}/commit/2b", f"{CODE}/commit/2b"),
        (f"{CODE}/commit/2b", f"{CODE}/commit/2b", f"{CODE}/commit/2b"),
        ("https://other.example/commit/1a", f"{CODE}/commit/2b", f"{CODE}/commit/2b"),
        (f"{CODE}/commit/1a", "https://ci.example/runs/7", "https://ci.example/runs/7"),
        ("https://ci.example/runs/6", "https://ci.example/runs/7", "https://ci.example/runs/7"),
    ],
)
def test_two_commits_of_one_home_are_compared(older: str, newer: str, there: str) -> None:
    assert between(older, newer) == there
