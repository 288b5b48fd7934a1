"""What a verb is: its words, what it takes, who may say it, and whether it changes anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.duration import parse_duration
from bot.domain.names import number_of_operation
from bot.domain.ops_data.people import Role
from bot.domain.severity import severity_of
from bot.domain.verbs.words import Word

TEXT_LENGTH = 3000  # as much as a section of a Slack message shows

LISTED = "\n"  # between what a flag was given several times
_DIGITS = 4  # of a count

ROLES = ("ic", "comms", "ops", "scribe")
_ROLE_WORDS = {
    **{role: role for role in ROLES},
    "commander": "ic",
    "communications": "comms",
    "operations": "ops",
}


class Kind(StrEnum):
    """What kind of word an argument is; the last four take any word.

    A flag of kind `SWITCH` takes none, one of kind `LIST` may be said again.
    """

    SEVERITY = "severity"
    DURATION = "duration"
    ROLE = "role"
    PERSON = "person"
    CHOICE = "choice"
    COUNT = "count"
    OPERATION = "operation"
    SWITCH = "switch"
    LIST = "list"
    WORD = "word"
    WORDS = "words"
    TEXT = "text"


class About(StrEnum):
    """Which incident a verb is about."""

    NOTHING = "none"
    ONE = "the one named, or the one at hand, or the only one open"
    ENDED = "the one named, or the one at hand"
    TWO = "one named, and the one that takes it in"
    PERHAPS = "the one named, if any"
    SOME = "the one named, or the one at hand, if any"


def _severity(word: str) -> str | None:
    severity = severity_of(word)
    return None if severity is None else severity.value


def _count(word: str) -> str | None:
    return word if word.isascii() and word.isdigit() and len(word) <= _DIGITS else None


def _operation(word: str) -> str | None:
    number = number_of_operation(word)
    return None if number is None else f"OP-{number}"


_READERS: Mapping[Kind, Callable[[str], str | None]] = {
    Kind.SEVERITY: _severity,
    Kind.DURATION: lambda word: None if parse_duration(word) is None else word.lower(),
    Kind.ROLE: lambda word: _ROLE_WORDS.get(word.casefold()),
    Kind.PERSON: lambda word: word if word.startswith("@") or word.casefold() == "me" else None,
    Kind.COUNT: _count,
    Kind.OPERATION: _operation,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """`shown` is how usage writes it, `sample` what an example may put there."""

    name: str
    kind: Kind
    shown: str
    sample: str
    what: str
    required: bool = True
    choices: tuple[str, ...] = ()

    @property
    def is_loose(self) -> bool:
        return self.kind in (Kind.WORD, Kind.WORDS, Kind.TEXT)

    def read(self, word: str) -> str | None:
        """The word as this argument means it; `None` where it cannot be meant."""
        if self.kind is Kind.CHOICE:
            return word.casefold() if word.casefold() in self.choices else None
        reader = _READERS.get(self.kind)
        return reader(word) if reader else word

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words it could be, for putting a mistyped one right."""
        if self.kind is Kind.SEVERITY:
            return ("sev1", "sev2", "sev3", "sev4", "critical", "warning", "info")
        return tuple(_ROLE_WORDS) if self.kind is Kind.ROLE else self.choices


@dataclass(frozen=True, kw_only=True, slots=True)
class Verb:
    """`aliases` stand in the help, `synonyms` are merely understood.

    `role` is what it takes, `forced` what it takes with `--force` where that is less.

    What is not `rationed` is never one change too many: it must go however much was asked for.
    """

    name: str
    summary: str
    example: str
    role: Role = Role.VIEWER
    forced: Role | None = None
    changes: bool = False
    rationed: bool = True
    about: About = About.NOTHING
    arguments: tuple[Argument, ...] = ()
    flags: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    def needs(self, values: Mapping[str, str]) -> Role:
        return self.forced if self.forced and values.get("force") else self.role

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.name, *self.aliases, *self.synonyms)

    @property
    def incident_first(self) -> bool:
        """Whether the incident reads best right after the verb, or at the end."""
        return not self.arguments or (
            self.arguments[0].is_loose and self.about not in (About.PERHAPS, About.SOME)
        )

    @property
    def usage(self) -> str:
        named = {About.NOTHING: [], About.TWO: ["INC-2", "[INC-1]"]}.get(self.about, ["[INC-1]"])
        parts = [one.shown if one.required else f"[{one.shown}]" for one in self.arguments]
        parts += [f"[{f'--{flag.name} {flag.shown}'.rstrip()}]" for flag in self.flags]
        said = [*named, *parts] if self.incident_first else [*parts, *named]
        return " ".join([self.name, *said])

    @property
    def text(self) -> Argument | None:
        """The argument that takes whatever words are left."""
        return next((one for one in self.arguments if one.kind is Kind.TEXT), None)

    def flag(self, name: str) -> Argument | None:
        return next((one for one in self.flags if one.name == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A verb with everything that was said about it; `incidents` are numbers, in their order.

    `many` are the words of a list, or those that free text was made of, as they came.
    """

    verb: Verb
    values: Mapping[str, str] = field(default_factory=dict)
    many: tuple[Word, ...] = ()
    incidents: tuple[int, ...] = ()
