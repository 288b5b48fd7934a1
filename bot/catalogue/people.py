"""people.yaml: who may do what, and how each surface knows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from yaml.nodes import Node

from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.people import Person, Role

_ROLES = {role.value: role for role in Role}
_NAMES = ("slack", "login", "email", "pagerduty")


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    people: Mapping[str, Person]
    groups: Mapping[str, frozenset[Role]]


def parse(sheet: Sheet) -> Staff:
    top = sheet.fields(sheet.root, "people.yaml", ("people", "groups"), ("people",))
    nodes = sheet.entries(top.get("people"), "people")
    people = {name: _person(sheet, name, node) for name, node in nodes.items()}
    for known_as in _NAMES:
        _unshared(sheet, known_as, people, nodes)
    groups = {
        name: _roles(sheet, node, f"groups.{name}")
        for name, node in sheet.entries(top.get("groups"), "groups").items()
    }
    return Staff(people=people, groups=groups)


def _person(sheet: Sheet, name: str, node: Node) -> Person:
    found = sheet.fields(node, name, (*_NAMES, "roles"), ("roles",))
    names = {field: sheet.text(found.get(field), f"{name}.{field}") for field in _NAMES}
    if names["email"] and "@" not in names["email"]:
        sheet.say(found["email"], f"{name}.email must be an address, not {names['email']}")
    if not any((names["slack"], names["login"], names["pagerduty"])):
        sheet.say(node, f"{name} needs slack, login or pagerduty: nobody would know them")
    return Person(name=name, **names, roles=_roles(sheet, found.get("roles"), f"{name}.roles"))


def _roles(sheet: Sheet, node: Node | None, what: str) -> frozenset[Role]:
    words = sheet.texts(node, what)
    sheet.refers(node, f"{what}: role", _ROLES)
    return frozenset(_ROLES[word] for word in words if word in _ROLES)


def _unshared(
    sheet: Sheet, known_as: str, people: Mapping[str, Person], nodes: Mapping[str, Node]
) -> None:
    owners: dict[str, str] = {}
    for name, person in people.items():
        value: str = getattr(person, known_as)
        owner = owners.setdefault(value, name)
        if value and owner != name:
            sheet.say(nodes[name], f"{name}.{known_as} {value} is already {owner}'s")
