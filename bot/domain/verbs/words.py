"""Words as people type or paste them, on a telephone too: cleaned, and cut where they meant."""

import re
from typing import NamedTuple

# Slack writes people, groups, channels and links between <>; typed brackets come escaped.
_MARKUP = (
    (re.compile(r"<@([UW][A-Z0-9]*)(?:\|[^<>]*)?>"), r"@slack:\1"),
    (re.compile(r"<!subteam\^(S[A-Z0-9]*)(?:\|[^<>]*)?>"), r"@group:\1"),
    (re.compile(r"<#([CG][A-Z0-9]*)(?:\|[^<>]*)?>"), r"#slack:\1"),
    (re.compile(r"<!(here|channel|everyone)(?:\|[^<>]*)?>"), r"@\1"),
    (re.compile(r"<mailto:([^<>|]*)(?:\|[^<>]*)?>"), r"\1"),
    (re.compile(r"<(https?://[^<>|]*)(?:\|[^<>]*)?>"), r"\1"),
)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
# Control characters but tab and newline, marks that turn or hide text, halves of characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n\t]")
_DASHES = re.compile(r"^[\u2012-\u2015\u2212]-?(?=[A-Za-z])")  # what telephones make of --

_DOUBLE = '"\u201c\u201d\u201e\u00ab\u00bb'
_SINGLE = "'\u2018\u2019\u201a"
_MATES = {
    '"': '"', "\u201c": "\u201d", "\u201d": "\u201d", "\u201e": "\u201c\u201d",
    "\u00ab": "\u00bb", "\u00bb": "\u00ab",
    "'": "'", "\u2018": "\u2019", "\u2019": "\u2019", "\u201a": "\u2018\u2019",
}  # fmt: skip
_FLAG_WITH_VALUE = re.compile(r"(?:--|[\u2012-\u2015\u2212]-?)[A-Za-z][\w-]*=$")


class Word(NamedTuple):
    text: str
    quoted: bool = False

    @property
    def is_flag(self) -> bool:
        return not self.quoted and self.text.startswith("--") and len(self.text) > 2  # noqa: PLR2004 - the two dashes


def tidy(text: str) -> str:
    """Plain words: Slack's markup and entities read, unseen characters gone, spaces plain.

    People become `@slack:U1`, groups `@group:S1`, channels `#slack:C1`.
    """
    for pattern, plain in _MARKUP:
        text = pattern.sub(plain, text)
    text = _ENTITY.sub(lambda found: _ENTITIES[found.group(1)], text)
    text = _UNSEEN.sub("", text.replace("\r\n", "\n"))
    text = _SPACES.sub(" ", text).strip()
    return text.strip("`").strip() if text.startswith("`") and text.endswith("`") else text


def split(text: str) -> tuple[Word, ...]:
    """Cuts at spaces, but not between quotes.

    A quote opens only at the start of a word and closes only at the end of one, so that
    apostrophes are letters; one left open runs to the end.
    """
    found: list[Word] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word, at = _next(text, at)
        found.append(word)
    return tuple(found)


def quoted(text: str) -> str:
    """The text between quotes, such that `split` gives it back as one word."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _next(text: str, at: int) -> tuple[Word, int]:
    start, end = at, at
    while end < len(text) and not text[end].isspace():
        opens = end == start or _FLAG_WITH_VALUE.match(text[start:end])
        if opens and text[end] in _MATES:
            close = _closing(text, end)
            if close is not None:
                inside = _unescaped(text[end + 1 : close], text[end])
                if end == start:
                    return Word(inside, quoted=True), close + 1
                return Word(_DASHES.sub("--", text[start:end]) + inside), close + 1
        end += 1
    return Word(_DASHES.sub("--", text[start:end])), end


def _closing(text: str, opened: int) -> int | None:
    """Where the quote closes; the end of the text for a double one that never does."""
    quote = text[opened]
    family = _DOUBLE if quote in _DOUBLE else _SINGLE
    for mates in (_MATES[quote], family):
        at = opened + 1
        while at < len(text):
            if text[at] == "\\" and quote == '"':
                at += 2
                continue
            if text[at] in mates and (at + 1 == len(text) or text[at + 1].isspace()):
                return at
            at += 1
    return len(text) if family is _DOUBLE else None


def _unescaped(text: str, quote: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text) if quote == '"' else text
