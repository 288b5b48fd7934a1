"""People, groups and channels in an answer's words, as a terminal or a program shows them."""

import re

from bot.bot import Bot

_MARK = re.compile(r"([@#])(slack|cli|pagerduty|group):([\w.-]*\w)")


def spoken(text: str, bot: Bot) -> str:
    """`@slack:U1` becomes `@ada`; who is in no people.yaml keeps the surface's own id."""
    actors = {f"{kind}:{known_as}" for _, kind, known_as in _MARK.findall(text)}
    names = bot.names(actors)
    return _MARK.sub(lambda found: f"{found[1]}{names[f'{found[2]}:{found[3]}']}", text)
