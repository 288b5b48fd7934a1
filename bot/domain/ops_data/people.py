"""Who somebody is, and what their roles let them do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    RESPONDER = "responder"
    OPERATOR = "operator"
    SECURITY = "security"
    ADMIN = "admin"


_CONTAINS: Mapping[Role, frozenset[Role]] = {
    Role.VIEWER: frozenset({Role.VIEWER}),
    Role.RESPONDER: frozenset({Role.RESPONDER, Role.VIEWER}),
    Role.OPERATOR: frozenset({Role.OPERATOR, Role.RESPONDER, Role.VIEWER}),
    Role.SECURITY: frozenset({Role.SECURITY, Role.RESPONDER, Role.VIEWER}),
    Role.ADMIN: frozenset(Role),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One person, under every name our surfaces know them by; an empty one is not known there."""

    name: str
    slack: str = ""
    login: str = ""
    email: str = ""
    pagerduty: str = ""
    roles: frozenset[Role] = frozenset()


def allows(held: frozenset[Role], needed: Role) -> bool:
    """Whether these roles contain the needed one; everybody is a viewer, roles or none."""
    return needed is Role.VIEWER or any(needed in _CONTAINS[role] for role in held)


def person_of(people: Mapping[str, Person], actor: str) -> Person | None:
    """The person behind `slack:U1`, `cli:ada` or `pagerduty:P1`; `None` for strangers and `bot`."""
    surface, _, known_as = actor.partition(":")
    if not known_as:
        return None
    for person in people.values():
        names = {"slack": person.slack, "cli": person.login, "pagerduty": person.pagerduty}
        if names.get(surface) == known_as:
            return person
    return None


def address(person: Person) -> str:
    """How a person is written in answers and stored on timelines, less the @."""
    if person.slack:
        return f"slack:{person.slack}"
    return f"cli:{person.login}" if person.login else f"pagerduty:{person.pagerduty}"
