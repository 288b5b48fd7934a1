"""Keeps a query template to one number about one component, at a price that the server can pay.

One absurd query can end a Prometheus. So a template may only pick series by `$which`, look back an
hour, and use words that are known here: a short list does what a parser would.
"""

import re
from collections.abc import Iterator, Mapping
from string import Template
from types import MappingProxyType

from bot.domain.ops_data.evidence import HOLES, SERIES

LONGEST = 500
LONGEST_RANGE = 3600  # seconds

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_WHICH, _AGO = "WHICH", "AGO"
_NO_MORE: Mapping[str, str] = MappingProxyType({})
# Further holes of the questions about a release, and what stands in them while they are checked.
OF_RELEASES: Mapping[str, str] = MappingProxyType(
    {"old": _WHICH, "all": _WHICH, "window": "1m", "fast": "0.5"}
)
_SELECTOR = re.compile(
    rf"\b(?!{_AGO}|{_WHICH})"
    rf'[a-zA-Z_:][a-zA-Z0-9_:]*\{{{_WHICH}(?:,[a-zA-Z_][a-zA-Z0-9_]*(?:=|!=|=~|!~)"[^"\\]*")*\}}'
)
_PICKED = "@"  # stands for a picked series below: a sign that no template may hold
_RANGE = re.compile(rf"{_PICKED}\s*\[(\d{{1,4}})([smh])\]")
_EARLIER = re.compile(rf"{_PICKED}\s+{_AGO}\b")
_PLAIN = re.compile(rf"[\w\s()+*/<>=!.,{_PICKED}-]*")
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
# All that a query which comes to one number has needed so far; another word is added here.
_WORDS = frozenset({
    "sum", "min", "max", "avg", "count", "by", "le", "or", "and", "unless", "vector", "abs",
    "rate", "irate", "increase", "delta", "histogram_quantile", "clamp_min", "clamp_max",
    "avg_over_time", "max_over_time", "min_over_time",
})  # fmt: skip


def faults(text: str, more: Mapping[str, str] = _NO_MORE) -> Iterator[str]:
    if len(text) > LONGEST:
        yield f"is longer than {LONGEST} characters"
        return
    template = Template(text)
    if not template.is_valid():
        yield "has a $ that begins no name"
        return
    holes = set(template.get_identifiers())
    known = HOLES | SERIES | more.keys()
    for hole in sorted(holes - known):
        yield f"has an unknown hole ${hole}: there are {', '.join(sorted(known))}"
    plain = dict.fromkeys(holes, "x")
    filled = template.substitute({**plain, "which": _WHICH, "ago": _AGO, **more})
    picked = _SELECTOR.sub(_PICKED, filled)
    if _PICKED in text or set(picked) & set('{}"') or _PICKED not in picked:
        yield "must pick each series by {$which} or {$which,label=…}, and nothing else"
        return
    yield from _ranges(picked)
    yield from _words(_EARLIER.sub(_PICKED, _RANGE.sub(_PICKED, picked)))


def _ranges(picked: str) -> Iterator[str]:
    for number, unit in _RANGE.findall(picked):
        if int(number) * _SECONDS[unit] > LONGEST_RANGE:
            yield f"looks back {number}{unit}: an hour at most"


def _words(plain: str) -> Iterator[str]:
    """What is left once picked series, ranges and `$ago` are taken out."""
    if not _PLAIN.fullmatch(plain):
        yield "may hold ranges such as [5m] right after a series, functions and arithmetic only"
    words = set(_WORD.findall(plain))
    if _AGO in words:
        yield "may hold $ago only right after a series or its range"
    for word in sorted(words - _WORDS - {_AGO}):
        yield f"has the word {word}, which is no series picked by {{$which}} and no known function"
    if plain.count("(") != plain.count(")"):
        yield "has a bracket that is not closed"
