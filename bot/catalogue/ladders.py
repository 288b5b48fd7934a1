"""ladders.yaml: who is called at which level."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from yaml.nodes import Node

from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.ladder import Ladder, Level

HIGHEST = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Reachable:
    """Whom a ladder may name; `None` where people.yaml could not be read."""

    people: Collection[str] | None
    groups: Collection[str] | None


def parse(sheet: Sheet, known: Reachable) -> Mapping[str, Ladder]:
    top = sheet.fields(sheet.root, "ladders.yaml", ("ladders",), ("ladders",))
    return {
        name: _ladder(sheet, name, node, known)
        for name, node in sheet.entries(top.get("ladders"), "ladders").items()
    }


def _ladder(sheet: Sheet, name: str, node: Node, known: Reachable) -> Ladder:
    found = sheet.fields(node, name, ("levels",), ("levels",))
    levels: list[Level] = []
    for item in sheet.items(found.get("levels"), f"{name}.levels"):
        level = _level(sheet, name, item, known)
        if levels and 0 < level.number <= levels[-1].number:
            sheet.say(item, f"{name}: level {level.number} must come before {levels[-1].number}")
        levels.append(level)
    if "levels" in found and not levels:
        sheet.say(found["levels"], f"{name} has no level")
    return Ladder(name=name, levels=tuple(levels))


def _level(sheet: Sheet, ladder: str, node: Node, known: Reachable) -> Level:
    found = sheet.fields(node, f"a level of {ladder}", ("level", "people", "groups"), ("level",))
    number = sheet.number(found.get("level"), f"{ladder}.level")
    if number is not None and (number != int(number) or not 1 < number <= HIGHEST):
        sheet.say(
            found["level"],
            f"{ladder}.level must be a whole number from 2 to {HIGHEST}: level 1 is the monitoring",
        )
    people = sheet.texts(found.get("people"), f"{ladder}.people")
    groups = sheet.texts(found.get("groups"), f"{ladder}.groups")
    sheet.refers(found.get("people"), f"{ladder}: person", known.people)
    sheet.refers(found.get("groups"), f"{ladder}: group", known.groups)
    if not people and not groups:
        sheet.say(node, f"{ladder}: level {number or 0:g} calls nobody: name people or groups")
    return Level(number=int(number or 0), people=people, groups=groups)
