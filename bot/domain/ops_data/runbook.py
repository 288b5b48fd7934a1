"""A page for the person who was just woken: what it means, what to look at, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Runbook:
    """`text` is the markdown below the front matter, `sections` the same cut at its `##` titles.

    `steps` are the numbered items of the section "Do", each as one text without its number.
    """

    name: str
    title: str
    text: str
    alerts: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    sections: Mapping[str, str]
    steps: tuple[str, ...] = ()


def sections_of(text: str) -> Mapping[str, str]:
    """The text under each `##` title; fenced code is never taken for a title."""
    sections: dict[str, list[str]] = {}
    here: list[str] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.startswith("## ") and not fenced:
            here = sections.setdefault(line[3:].strip(), [])
        else:
            here.append(line)
    return {title: "\n".join(lines).strip() for title, lines in sections.items()}


def steps_of(section: str) -> tuple[str, ...]:
    """The items numbered `1.`, `2.`, …, each with the indented lines that belong to it."""
    steps: list[list[str]] = []
    fenced = False
    for line in section.splitlines():
        number, dot, rest = line.partition(". ")
        if dot and number.isdecimal() and not fenced:
            steps.append([rest])
        elif steps and (not line.strip() or line.startswith("   ") or fenced):
            steps[-1].append(line.removeprefix("   "))
        fenced ^= line.lstrip().startswith("```")
    return tuple("\n".join(lines).strip() for lines in steps)
