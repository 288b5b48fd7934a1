"""What the words after a verb mean: its flags, its arguments, the incident, the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.domain.verbs.saying import flags_said, one_word, reference, short, written
from bot.domain.verbs.verb import LISTED, TEXT_LENGTH, About, Argument, Command, Kind, Verb
from bot.domain.verbs.words import Word
from bot.domain.wording import either


class Wrong(Exception):
    """Why the words are no command, and better ones, the best first; they may be wrong too."""

    def __init__(self, fact: str, *better: str) -> None:
        super().__init__(fact)
        self.fact = fact
        self.better = better


@dataclass(kw_only=True)
class Reading:
    """What was understood so far; `rest` is what was not."""

    verb: Verb
    rest: list[Word]
    values: dict[str, str] = field(default_factory=dict)
    many: tuple[Word, ...] = ()
    incidents: tuple[int, ...] = ()

    def again(self, **values: str) -> str:
        """What was understood, with these values, in words."""
        said = {**self.values, **values}
        listed = [one for one in self.verb.arguments if one.kind is Kind.WORDS]
        many = self.many or [Word(said[one.name]) for one in listed if one.name in said]
        return written(self.verb, said, many, self.incidents)


def read(verb: Verb, said: Sequence[Word]) -> Command:
    reading = Reading(verb=verb, rest=[word for word in said if word.text.strip()])
    _take_flags(reading)
    for argument in verb.arguments:
        if not argument.is_loose:
            _take_fitting(reading, argument)
    for argument in verb.arguments:
        if argument.kind is Kind.WORD:
            _take_word(reading, argument)
    _take_incidents(reading)
    _take_rest(reading)
    _must_be_whole(reading)
    return Command(verb=verb, values=reading.values, many=reading.many, incidents=reading.incidents)


def _take_flags(reading: Reading) -> None:
    rest, reading.rest = reading.rest, []
    while rest:
        word = rest.pop(0)
        if not word.is_flag:
            reading.rest.append(word)
            continue
        name, equals, value = word.text[2:].partition("=")
        flag = reading.verb.flag(name.casefold())
        if flag is None:
            raise _no_such_flag(reading, name, rest)
        if flag.kind is Kind.SWITCH and not equals:
            reading.values[flag.name] = "yes"
            continue
        if not equals:
            value = rest.pop(0).text if rest and not rest[0].is_flag else ""
        meant = flag.read(value) if value else None
        if meant is None:
            said = f"not “{short(value)}”" if value else "and none was given"
            raise Wrong(
                f"`--{flag.name}` takes {flag.what} ({flag.shown}), {said}.",
                _raw(reading, rest, f"--{flag.name} {_nearest(flag, value)}"),
                _raw(reading, rest, f"--{flag.name} {one_word(flag.sample)}"),
            )
        if flag.kind is Kind.LIST and flag.name in reading.values:
            meant = f"{reading.values[flag.name]}{LISTED}{meant}"
        reading.values[flag.name] = meant


def _no_such_flag(reading: Reading, name: str, rest: list[Word]) -> Wrong:
    verb = reading.verb
    close = get_close_matches(name.casefold(), [flag.name for flag in verb.flags], n=1)
    known = either([f"`--{flag.name}`" for flag in verb.flags], "and") if verb.flags else ""
    return Wrong(
        f"`{verb.name}` has no “--{short(name)}”" + (f", only {known}." if known else "."),
        *(_raw(reading, rest, f"--{flag}") for flag in close),
        _raw(reading, rest, ""),
    )


def _raw(reading: Reading, rest: Sequence[Word], instead: str) -> str:
    """The words as they came, with other ones where the reading stands."""
    before = [_as_typed(word) for word in reading.rest]
    flags = flags_said(reading.verb, reading.values)
    after = [_as_typed(word) for word in rest]
    return " ".join(part for part in (reading.verb.name, *before, *flags, instead, *after) if part)


def _as_typed(word: Word) -> str:
    return one_word(word.text) if word.quoted else word.text


def _nearest(argument: Argument, word: str) -> str:
    close = get_close_matches(word.casefold(), argument.vocabulary, n=1)
    return close[0] if close else one_word(argument.sample)


def _take_fitting(reading: Reading, argument: Argument) -> None:
    for place, word in enumerate(reading.rest):
        meant = argument.read(word.text)
        if meant is not None:
            reading.values[argument.name] = meant
            del reading.rest[place]
            return


def _take_word(reading: Reading, argument: Argument) -> None:
    for place, word in enumerate(reading.rest):
        if word.quoted or reference(word.text) is None:
            reading.values[argument.name] = word.text
            del reading.rest[place]
            return


def _take_incidents(reading: Reading) -> None:
    """Beside free text an incident is named before or after it; elsewhere, anywhere."""
    verb, rest = reading.verb, reading.rest
    if verb.about is About.NOTHING:
        return
    most = 2 if verb.about is About.TWO else 1
    text = verb.text
    places = (
        [*range(len(rest))] if text is None else [place for place in (0, len(rest) - 1) if rest]
    )
    for place in dict.fromkeys(places):
        number = _number(rest[place], bare=text is None and bool(_bare_is_incident(verb)))
        if number is not None and len(reading.incidents) < most:
            reading.incidents += (number,)
            rest[place] = Word("")
    reading.rest = [word for word in rest if word.text]
    if text is not None and not reading.incidents:
        _must_not_be_a_number(reading, text)


def _bare_is_incident(verb: Verb) -> bool:
    return all(argument.kind is not Kind.WORDS for argument in verb.arguments)


def _number(word: Word, *, bare: bool) -> int | None:
    if word.quoted:
        return None
    digits = word.text.isascii() and word.text.isdigit() and len(word.text) < 10  # noqa: PLR2004 - ids stay within 32 bits
    return int(word.text) if bare and digits else reference(word.text)


def _must_not_be_a_number(reading: Reading, text: Argument) -> None:
    """`resolve 42` means an incident, not a note that says 42."""
    first = reading.rest[0] if reading.rest else Word("")
    number = _number(first, bare=True)
    if number is None or (text.required and len(reading.rest) > 1):
        return
    values = {text.name: text.sample} if text.required else {}
    flags = [flag for flag in reading.verb.flags if flag.read(first.text)]
    raise Wrong(
        f"“{first.text}” could be a text or something else.",
        *(reading.again(**{flag.name: first.text}) for flag in flags),
        written(reading.verb, {**reading.values, **values}, incidents=(number,)),
    )


def _take_rest(reading: Reading) -> None:
    """Free text, or a list of words, takes what is left."""
    words = [word.text for word in reading.rest]
    for argument in reading.verb.arguments:
        if argument.kind is Kind.WORDS:
            reading.many, reading.rest = tuple(reading.rest), []
        elif argument.kind is Kind.TEXT and words:
            said = " ".join(words).strip()
            if len(said) > TEXT_LENGTH:
                raise Wrong(
                    f"{argument.what.capitalize()} has at most {TEXT_LENGTH:,} characters; "
                    f"this one has {len(said):,}.",
                    reading.again(**{argument.name: f"{said[:60].rstrip()}…"}),
                )
            reading.values[argument.name] = said
            reading.many, reading.rest = tuple(reading.rest), []


def _must_be_whole(reading: Reading) -> None:
    verb = reading.verb
    for argument in verb.arguments:
        is_list = argument.kind is Kind.WORDS
        if argument.required and not (reading.many if is_list else argument.name in reading.values):
            raise _missing(reading, argument)
    if verb.about is About.TWO and not reading.incidents:
        raise Wrong(f"`{verb.name}` needs an incident.", verb.example)
    if reading.rest:
        extra = " ".join(word.text for word in reading.rest)
        raise Wrong(f"`{verb.name}` does not take “{short(extra)}”.", reading.again())


def _missing(reading: Reading, argument: Argument) -> Wrong:
    text = reading.verb.text
    said = [word.text for word in reading.rest]
    said += reading.values.pop(text.name, "").split() if text is not None else ()
    near: list[str] = []
    for word in list(said):
        match = get_close_matches(word.casefold(), argument.vocabulary, n=1)
        if match and not near:
            near = match
            said.remove(word)
    if text is not None and said:
        reading.values[text.name] = " ".join(said)
    samples = {
        one.name: one.sample
        for one in reading.verb.arguments
        if one.required and one.name not in reading.values
    }
    better = [reading.again(**{**samples, argument.name: word}) for word in near]
    takes = f" ({argument.shown})" if argument.vocabulary else ""
    return Wrong(
        f"`{reading.verb.name}` needs {argument.what}{takes}.", *better, reading.again(**samples)
    )
