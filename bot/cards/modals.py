"""The forms: what needs words is asked for in one of these, and answered as a typed command is."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.cards.mrkdwn import cut, plain, plain_text, said, section
from bot.domain.incidents.incident import Incident
from bot.domain.severity import Severity
from bot.domain.verbs.verb import TEXT_LENGTH

TITLE_LENGTH, LABEL_LENGTH, OPTION_LENGTH, VALUE_LENGTH, OPTIONS = 24, 200, 75, 150, 100
SHORT_LENGTH = 200
DURATIONS: Mapping[str, str] = {
    "30m": "30 minutes",
    "1h": "1 hour",
    "2h": "2 hours",
    "4h": "4 hours",
    "8h": "8 hours",
    "1d": "1 day",
    "3d": "3 days",
    "7d": "7 days",
}
EVERYTHING = "*"  # for all components; no component is called so
_SEVERITIES: Mapping[Severity, str] = {
    Severity.SEV1: "sev1: down for everybody",
    Severity.SEV2: "sev2: badly broken for many",
    Severity.SEV3: "sev3: broken for some",
    Severity.SEV4: "sev4: nobody suffers yet",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a form is for, carried through Slack in its private metadata.

    `incident` is named where the form was opened on one, `only` where just that one was open;
    `place` is the channel it was opened in.
    """

    form: str
    incident: str | None = None
    only: str | None = None
    place: str | None = None

    @property
    def named(self) -> str | None:
        return self.incident or self.only

    def packed(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value})


def declare(about: About, components: Iterable[str]) -> dict[str, Any]:
    known = {name: name for name in components}
    return _form(
        about,
        "Declare an incident",
        "Declare",
        _words("title", "What is broken?", length=SHORT_LENGTH, lines=False),
        _select("severity", "How bad is it?", _severities(), first=Severity.SEV3.value),
        *([_select("component", "Which component?", known, needed=False)] if known else []),
    )


def note(about: About, incidents: Sequence[Incident]) -> dict[str, Any]:
    return _form(
        about,
        _titled("Note on", about),
        "Save",
        *_which(about, incidents),
        _words("text", "What should the timeline say?"),
    )


def severity(about: About, incidents: Sequence[Incident]) -> dict[str, Any]:
    return _form(
        about,
        _titled("Severity of", about),
        "Change",
        *_which(about, incidents),
        _select("severity", "How bad is it?", _severities()),
        _words("why", "Why?", needed=False),
    )


def silence(about: About, incidents: Sequence[Incident], alerts: Iterable[str]) -> dict[str, Any]:
    """`alerts` are the names to choose from; without any the name is typed."""
    names = {name: name for name in alerts if len(name) <= VALUE_LENGTH}
    which = (
        _select("alert", "Which alert?", names, first=next(iter(names)))
        if names
        else _words("alert", "Which alert?", length=SHORT_LENGTH, lines=False)
    )
    return _form(
        about,
        _titled("Silence in", about) if about.named else "Silence an alert",
        "Silence",
        *_told(about, incidents),
        which,
        _select("duration", "For how long?", DURATIONS, first="2h"),
        _words("why", "Why?", needed=False),
    )


def resolve(about: About, incidents: Sequence[Incident]) -> dict[str, Any]:
    return _form(
        about,
        _titled("Resolve", about),
        "Resolve",
        *_told(about, incidents),
        section("It stays ended until an alert starts anew."),
        _words("note", "What was it?", needed=False),
    )


def rollback(
    about: About, incidents: Sequence[Incident], components: Sequence[str]
) -> dict[str, Any]:
    """`components` are those that can be rolled back, of which the incident's own comes first."""
    one = next((each for each in incidents if each.name == about.named), None)
    names = {name: name for name in components if len(name) <= VALUE_LENGTH}
    if one is not None and one.component in names:
        names = {one.component: names[one.component], **names}
    offered = dict(list(names.items())[: OPTIONS - 1])
    first = one.component or "" if one is not None else ""
    where = f" in {said(one.environment, LABEL_LENGTH)}" if one is not None else ""
    return _form(
        about,
        _titled("Roll back for", about),
        "Plan it",
        *_told(about, incidents),
        section(f"This makes a plan{where}. Nothing is done before it is approved."),
        _select(
            "component",
            "Roll back what?",
            {**offered, EVERYTHING: "everything that can be rolled back"},
            first=first,
        ),
        _words(
            "to-version", "To which version? Without one: the last known good",
            needed=False, length=SHORT_LENGTH, lines=False,
        ),
        _tick("dry-run", "Dry run", "Only show the plan"),
        _tick("may-stall", "Restore point", "Take one first, also where it holds up the database"),
        _words(
            "force", "Break-glass: what is at stake? Pages leadership, to be reviewed",
            needed=False, length=SHORT_LENGTH, lines=False,
        ),
    )  # fmt: skip


def notice(blocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """An answer in a box, for where Slack has no other way to answer one person."""
    return {
        "type": "modal",
        "callback_id": "notice",
        "title": plain_text("Candlefish"),
        "close": plain_text("Close"),
        "blocks": [dict(block) for block in blocks],
    }


def _form(about: About, title: str, submit: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": f"form:{about.form}",
        "private_metadata": about.packed(),
        "title": plain_text(cut(title, TITLE_LENGTH)),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "blocks": list(blocks),
    }


def _titled(words: str, about: About) -> str:
    return f"{words} {about.named or 'an incident'}"


def _told(about: About, incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """Which incident it is about, where that is known."""
    named = [one for one in incidents if one.name == about.named]
    return [section(f"*{one.name}* · {said(one.title, LABEL_LENGTH)}") for one in named]


def _which(about: About, incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """The incident that it is about, or the choice among those that are open."""
    if about.named:
        return _told(about, incidents)
    named = {one.name: f"{one.name} {one.severity} {one.title}" for one in incidents}
    return [_select("incident", "Which incident?", named, first=next(iter(named)))]


def _severities() -> dict[str, str]:
    return {severity.value: words for severity, words in _SEVERITIES.items()}


def _words(
    name: str, label: str, *, needed: bool = True, length: int = TEXT_LENGTH - 1, lines: bool = True
) -> dict[str, Any]:
    element = {"type": "plain_text_input", "multiline": lines, "max_length": length}
    return _input(name, label, element, needed=needed)


def _select(
    name: str, label: str, options: Mapping[str, str], *, first: str = "", needed: bool = True
) -> dict[str, Any]:
    fitting = [(value, words) for value, words in options.items() if len(value) <= VALUE_LENGTH]
    offered = [_option(value, words) for value, words in fitting[:OPTIONS]]
    element: dict[str, Any] = {"type": "static_select", "options": offered}
    chosen = next((option for option in offered if option["value"] == first), None)
    if chosen:
        element["initial_option"] = chosen
    return _input(name, label, element, needed=needed)


def _tick(name: str, label: str, words: str) -> dict[str, Any]:
    element = {"type": "checkboxes", "options": [_option("yes", words)]}
    return _input(name, label, element, needed=False)


def _option(value: str, words: str) -> dict[str, Any]:
    return {"text": plain_text(plain(words, OPTION_LENGTH) or value), "value": value}


def _input(name: str, label: str, element: dict[str, Any], *, needed: bool) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": {**element, "action_id": name},
        "optional": not needed,
    }
