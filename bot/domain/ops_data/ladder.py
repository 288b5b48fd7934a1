"""Who is called at which level of escalation."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.ops_data.people import Person, address
from bot.domain.wording import either


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One rung: names from people.yaml, and Slack user groups by their ids."""

    number: int
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """Levels from the lowest to the highest; level 1 is the monitoring itself and names nobody."""

    name: str
    levels: tuple[Level, ...]

    @property
    def top(self) -> int:
        return self.levels[-1].number


def level_people(ladder: Ladder, level: int) -> Level:
    """Who is called at this level: its own rung, or above the top the top one.

    Below the first rung (level 1, the monitoring itself) nobody is.
    """
    reached = [rung for rung in ladder.levels if rung.number <= level]
    return reached[-1] if reached else Level(number=level)


def called(level: Level, people: Iterable[Person]) -> str:
    """Everybody whom a level names; empty where it names nobody."""
    everybody = [f"@{address(person)}" for person in people]
    everybody += [f"@group:{group}" for group in level.groups]
    return either(everybody, "and") if everybody else ""
