"""A command in words again: what a person could copy, and the parser would understand."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.verbs.verb import LISTED, Argument, Kind, Verb
from bot.domain.verbs.words import Word, quoted, split

_REFERENCE = re.compile(r"inc-?([0-9]{1,9})[.,:;]?", re.IGNORECASE)
_ECHOED = 40


def reference(word: str) -> int | None:
    """The number in `INC-42` or `inc42`; `None` where the word names no incident so."""
    found = _REFERENCE.fullmatch(word)
    return int(found.group(1)) if found else None


def written(
    verb: Verb,
    values: Mapping[str, str],
    many: Sequence[Word] = (),
    incidents: Sequence[int] = (),
) -> str:
    named = [f"INC-{number}" for number in incidents]
    said: list[str] = []
    for argument in verb.arguments:
        if argument.kind is Kind.WORDS:
            said += [quoted(one.text) if one.quoted else one_word(one.text) for one in many]
        elif argument.name in values:
            said.append(_said(argument, values[argument.name]))
    said += flags_said(verb, values)
    return " ".join(
        [verb.name, *named, *said] if verb.incident_first else [verb.name, *said, *named]
    )


def flags_said(verb: Verb, values: Mapping[str, str]) -> list[str]:
    said: list[str] = []
    for flag in verb.flags:
        if flag.name not in values:
            continue
        if flag.kind is Kind.SWITCH:
            said.append(f"--{flag.name}")
            continue
        each = values[flag.name].split(LISTED) if flag.kind is Kind.LIST else [values[flag.name]]
        for value in each:
            said += [f"--{flag.name}", one_word(value)]
    return said


def one_word(text: str) -> str:
    """The text as one word, between quotes only where it needs them."""
    plain = split(text)
    alone = len(plain) == 1 and plain[0].text == text and not plain[0].quoted
    return text if alone and not plain[0].is_flag and reference(text) is None else quoted(text)


def typed(arguments: Sequence[str]) -> str:
    """A terminal's arguments as one text: what the shell kept together stays together."""
    return " ".join(_kept_together(argument) for argument in arguments)


def _kept_together(argument: str) -> str:
    words = split(argument)
    if len(words) == 1 and words[0] == (argument, False):
        return argument
    name, equals, value = argument.partition("=")
    flag = equals and len(split(name)) == 1 and split(name)[0].is_flag
    return f"{name}={quoted(value)}" if flag else quoted(argument)


def short(text: str) -> str:
    """A person's own words, few enough to be told back to them."""
    plain = " ".join(text.replace("`", "'").split())
    return plain if len(plain) <= _ECHOED else f"{plain[: _ECHOED - 1].rstrip()}…"


def _said(argument: Argument, value: str) -> str:
    return quoted(value) if argument.kind is Kind.TEXT else one_word(value)
