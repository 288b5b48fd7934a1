"""Roles by name, by fresh group, by stale group, by token."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ops_data.people import Person, Role
from bot.domain.ops_data.standing import Membership, asker, bearer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada", roles=frozenset({Role.SECURITY}))}
GROUPS = {
    "S1": frozenset({Role.OPERATOR}),
    "S2": frozenset({Role.VIEWER}),
    "S3": frozenset({Role.RESPONDER}),
    "S4": frozenset({Role.ADMIN}),
}


@pytest.mark.parametrize(
    ("actor", "groups", "minutes", "roles"),
    [
        ("slack:U1", [], 0, {Role.SECURITY}),
        ("slack:U9", [], 0, set()),
        ("slack:U9", ["S1"], 15, {Role.OPERATOR}),
        ("slack:U9", ["S1"], 16, {Role.RESPONDER}),
        ("slack:U9", ["S4"], 16, {Role.RESPONDER}),
        ("slack:U9", ["S3"], 16, {Role.RESPONDER}),
        ("slack:U9", ["S2"], 16, set()),
        ("slack:U9", ["S2", "gone"], 0, {Role.VIEWER}),
        ("slack:U1", ["S1"], 0, {Role.SECURITY, Role.OPERATOR}),
        ("slack:U1", ["S1"], 99, {Role.SECURITY, Role.RESPONDER}),
    ],
)
def test_roles(actor: str, groups: list[str], minutes: int, roles: set[Role]) -> None:
    seen = [Membership(group=one, fetched_at=NOW - timedelta(minutes=minutes)) for one in groups]

    assert asker(PEOPLE, GROUPS, actor, seen, NOW).roles == roles


@pytest.mark.parametrize(
    ("said", "roles"),
    [("operator", {Role.OPERATOR}), ("viewer", {Role.VIEWER}), ("root", set()), (None, set())],
)
def test_a_token_gives_the_role_it_says_and_no_other(said: str | None, roles: set[Role]) -> None:
    assert bearer(PEOPLE, "cli:ada", said).roles == roles


def test_one_person_is_known_by_one_name() -> None:
    assert bearer(PEOPLE, "cli:ada", None).known_as == "ada"
    assert asker(PEOPLE, GROUPS, "slack:U1", [], NOW).known_as == "ada"
    assert bearer(PEOPLE, "cli:eve", None).known_as == "cli:eve"
