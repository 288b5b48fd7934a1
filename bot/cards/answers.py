"""A verb's answer as Slack shows it to one person: escaped once, commands ready to copy."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.cards.mrkdwn import code, cut, plain_text, reply, section
from bot.domain.wording import on_one_line

SECTION_LENGTH = 2800
WHOLE_LENGTH = 8400  # Slack refuses messages somewhere above 11,000 characters
TEXT_LENGTH = 300
ERROR_LENGTH = 250

_SPAN = re.compile(r"`([^`\n]+)`")
_SOMEBODY = re.compile(
    r"@((?:slack|cli|pagerduty):[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)"
)
_CHANNEL = re.compile(r"#slack:[A-Z0-9]{1,32}")


def people_in(text: str) -> set[str]:
    """The actors that an answer names, so that somebody can say what they are called."""
    return set(_SOMEBODY.findall(text))


def answer(
    text: str, names: Mapping[str, str], *, link: tuple[str, str] | None = None
) -> dict[str, Any]:
    """A private answer; `link` is (label, address) of the page that tells it all."""
    sections, is_cut = _sections(text, names)
    blocks = [section(part) for part in sections]
    if is_cut:
        told = "The page has the rest." if link else "There is more than a message can hold."
        blocks.append(section(told))
    if link and is_cut:
        blocks.append(link_row(*link))
    return private(blocks, text)


def private(blocks: Iterable[Mapping[str, Any]], text: str) -> dict[str, Any]:
    """What only the person who asked sees; `text` is what a notification says."""
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": reply(cut(on_one_line(text), TEXT_LENGTH), TEXT_LENGTH * 5),
        "blocks": [dict(block) for block in blocks],
    }


def link_row(label: str, address: str) -> dict[str, Any]:
    """A button that leads to a page; pressing it also tells us, which changes nothing."""
    button = {"type": "button", "action_id": "open", "text": plain_text(label), "url": address}
    return {"type": "actions", "elements": [button]}


def spoken(text: str, names: Mapping[str, str]) -> str:
    """One line without markup, for the places where Slack shows plain words."""
    named = _SOMEBODY.sub(lambda found: f"@{names.get(found[1], found[1])}", text)
    placed = _CHANNEL.sub("the incident channel", named)  # the only one that answers name
    return cut(on_one_line(placed), ERROR_LENGTH)


def _sections(text: str, names: Mapping[str, str]) -> tuple[list[str], bool]:
    sections: list[str] = []
    room = WHOLE_LENGTH
    for line in text.strip().split("\n"):
        shown = _line(line, names)
        if len(shown) + 1 > room:
            return sections or [cut(shown, room)], True
        room -= len(shown) + 1
        if sections and len(sections[-1]) + len(shown) < SECTION_LENGTH:
            sections[-1] += f"\n{shown}"
        else:
            sections.append(shown)
    return [part or " " for part in sections], False


def _line(line: str, names: Mapping[str, str]) -> str:
    """Markup outside the code spans, none inside them: a command is copied as it stands."""
    parts: list[str] = []
    end = 0
    for span in _SPAN.finditer(line):
        parts += [_words(line[end : span.start()], names), code(span[1], SECTION_LENGTH // 2)]
        end = span.end()
    shown = "".join([*parts, _words(line[end:], names)])
    return shown if len(shown) < SECTION_LENGTH else reply(line, SECTION_LENGTH - 1)


def _words(text: str, names: Mapping[str, str]) -> str:
    known = _SOMEBODY.sub(lambda found: _named(found[1], names), text.replace("`", "'"))
    return reply(known, SECTION_LENGTH)


def _named(actor: str, names: Mapping[str, str]) -> str:
    if actor.startswith("slack:"):
        return f"@{actor}"
    return names.get(actor, actor.partition(":")[2])
