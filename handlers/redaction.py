"""Takes secrets out of what is about to be logged: the last line of defence, not the first."""

import re
from collections.abc import Callable, Mapping
from typing import Any

HIDDEN = "[hidden]"
_SHORTEST = 4
_NAMES = re.compile(
    r"authorization|cookie|passw(or)?d|api[_-]?key|private[_-]?key|signing[_-]?secret",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"""
      \bxox[a-z](\.xox[a-z])?-[\w.%-]+                             # Slack tokens
    | \bxapp-[\w-]+
    | \beyJ[\w-]{4,}\.[\w-]+\.[\w-]*                               # JSON web tokens
    | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----.*?(-----END\ [A-Z\ ]*PRIVATE\ KEY-----|\Z)
    | \b(AKIA|ASIA)[0-9A-Z]{16}\b
    """,
    re.VERBOSE | re.DOTALL,
)
_AFTER = re.compile(
    r"""
      (?i:(?P<word>\b(?:bearer\s+|token\s+token=|authorization:\s*basic\s+)))[\w.~+/=%-]+
    | (?P<query>[?&](?:ticket|token|t)=)[^&\s"']+
    | (?P<hook>hooks\.slack\.com/)[^\s"']+                         # a response URL is a key itself
    | (?P<address>://)[^\s/@:]*:[^\s/@]+(?=@)                      # user:password
    """,
    re.VERBOSE,
)


class Redaction:
    """Cleans strings at any depth; `secrets` tells the values that are secret at this moment."""

    def __init__(self, secrets: Callable[[], tuple[str, ...]] = tuple) -> None:
        self._secrets = secrets

    def __call__(
        self, logger: object, method: str, event: Mapping[str, Any]
    ) -> Mapping[str, object]:
        secrets = sorted((s for s in self._secrets() if len(s) >= _SHORTEST), key=len, reverse=True)
        return {str(name): _clean(value, secrets, str(name)) for name, value in event.items()}


def _clean(value: object, secrets: list[str], name: str = "") -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if name and _NAMES.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {
            _text(str(key), secrets): _clean(item, secrets, str(key)) for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, secrets) for item in value]
    return _text(value if isinstance(value, str) else repr(value), secrets)


def _text(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _AFTER.sub(_keep_the_word, _SHAPES.sub(HIDDEN, text))


def _keep_the_word(match: re.Match[str]) -> str:
    return (match[match.lastgroup] if match.lastgroup else "") + HIDDEN
