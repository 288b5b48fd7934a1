"""Slack's markup, and the one place where words that others wrote are made safe in it.

Whoever sends an alert writes its title and labels: they may name no channel, group or person,
open no link, hide no direction marks, and take no more room than they are given.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bot.domain.incidents.timeline import BOT
from bot.domain.ops_data.people import Person, person_of
from bot.domain.wording import on_one_line, visible

ELLIPSIS = "…"
ADDRESS_LENGTH = 1000
BOT_NAME = "Candlefish"

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{0,30}")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]{0,30}")
_SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{0,30}")
_MARK = re.compile(r"([@#])(slack|cli|pagerduty|group):([A-Za-z0-9._-]{1,64})")
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is left out."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}{ELLIPSIS}"


def plain(text: str, limit: int) -> str:
    """For plain_text objects, which Slack does not parse."""
    return cut(on_one_line(text), limit)


def said(text: str, limit: int) -> str:
    """Untrusted words in mrkdwn, escaped once; `limit` counts what is sent, escapes included."""
    return _escaped(on_one_line(text), limit)


def code(text: str, limit: int) -> str:
    """Untrusted words as a code span; a backtick would end it."""
    unticked = on_one_line(text).replace("`", "'")
    return f"`{_escaped(unticked, limit - 2)}`"


def _escaped(text: str, limit: int) -> str:
    parts = [_ESCAPES.get(char, char) for char in text[: limit + 1]]
    if len(text) <= limit and sum(map(len, parts)) <= limit:
        return "".join(parts)
    room = limit - len(ELLIPSIS)
    kept: list[str] = []
    for part in parts:
        if len(part) > room:
            break
        room -= len(part)
        kept.append(part)
    return f"{''.join(kept).rstrip()}{ELLIPSIS}"


def reply(text: str, limit: int = 3000) -> str:
    """A Reply's text, escaped; `@slack:U1`, `@group:S1` and `#slack:C1` become mentions."""
    escaped = "".join(_ESCAPES.get(char, char) for char in visible(text))
    marked = _MARK.sub(lambda found: _named(*found.groups()), escaped)
    if len(marked) <= limit:
        return marked
    # Whole words only, so that neither an escape nor a mention is cut in two.
    return f"{marked[: limit - 2].rsplit(None, 1)[0]} {ELLIPSIS}"


def _named(sign: str, surface: str, known_as: str) -> str:
    tail = known_as[len(known_as.rstrip("._-")) :]  # the end of a sentence is no part of a name
    bare = known_as.removesuffix(tail)
    if sign == "#" and surface == "slack" and _SLACK_CHANNEL.fullmatch(bare):
        return f"<#{bare}>{tail}"
    if sign == "@" and surface == "slack" and _SLACK_USER.fullmatch(bare):
        return f"<@{bare}>{tail}"
    if sign == "@" and surface == "group" and _SLACK_GROUP.fullmatch(bare):
        return f"<!subteam^{bare}>{tail}"
    return f"{sign}{known_as}"


def person(actor: str | None, people: Mapping[str, Person]) -> str:
    """An actor, as a Slack mention where people.yaml or the actor itself knows the Slack user."""
    if actor is None or actor == BOT:
        return BOT_NAME
    surface, _, known_as = actor.partition(":")
    if surface == "slack" and _SLACK_USER.fullmatch(known_as):
        return f"<@{known_as}>"
    known = person_of(people, actor)
    if known is not None and _SLACK_USER.fullmatch(known.slack):
        return f"<@{known.slack}>"
    return said(known.name if known else known_as or actor, 64)


def group(identity: str) -> str:
    """A Slack user group, mentioned by its id."""
    return f"<!subteam^{identity}>" if _SLACK_GROUP.fullmatch(identity) else said(identity, 64)


def at(moment: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """An absolute time in the reader's own zone; UTC where Slack cannot tell."""
    return f"<!date^{int(moment.timestamp())}^{form}|{moment:%Y-%m-%d %H:%M} UTC>"


def clock(moment: datetime) -> str:
    return at(moment, "{time}")


def hosts_of(urls: Collection[str]) -> frozenset[str]:
    """The hosts of configured links: the only ones that a card may lead to."""
    return frozenset(host for host in map(_host, urls) if host)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def link(url: str, text: str, hosts: Collection[str], *, own: str = "") -> str:
    """`text`, as a link where `url` is https on one of `hosts` or lies under `own`."""
    shown = said(text, 80).replace("|", "¦")
    address = quote(on_one_line(url), safe=_URL_SAFE).replace("&", "&amp;")
    if len(address) > ADDRESS_LENGTH or not leads(url, hosts, own=own):
        return shown
    return f"<{address}|{shown}>"


def leads(url: str, hosts: Collection[str], *, own: str = "") -> bool:
    """Whether a card may lead there."""
    if own and url.startswith(f"{own.rstrip('/')}/"):
        return True
    return url.startswith("https://") and _host(url) in hosts


def joined(parts: Iterable[str], limit: int, between: str = " · ") -> str:
    """As many of the parts, from the first, as fit into `limit`; none is cut."""
    text = ""
    for part in parts:
        longer = f"{text}{between}{part}" if text else part
        if len(longer) > limit:
            break
        text = longer
    return text


def volume(part: object) -> int:
    """How many characters of text there are in blocks: Slack refuses a message of too many."""
    if isinstance(part, str):
        return len(part)
    if isinstance(part, Mapping):
        shown = (value for key, value in part.items() if key == "text" or not _is_text(value))
        return sum(map(volume, shown))
    return sum(map(volume, part)) if isinstance(part, Sequence) else 0


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


def mrkdwn(text: str) -> dict[str, Any]:
    """`verbatim`: Slack makes no links or mentions of its own out of plain words."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
