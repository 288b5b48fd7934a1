"""From what a person typed to a command of the verb table, or to the words they meant."""

from collections.abc import Sequence
from difflib import get_close_matches

from bot.domain.errors import Misuse
from bot.domain.names import number_of_operation
from bot.domain.verbs.reading import Wrong, read
from bot.domain.verbs.saying import reference, short
from bot.domain.verbs.table import BY_NAME, BY_PHRASE, VERBS
from bot.domain.verbs.verb import Command, Verb
from bot.domain.verbs.words import Word, split, tidy

__all__ = ["VERBS", "Command", "Verb", "parse", "verb_alone"]

_ROOTS = ("candlefish", "/candlefish")
_MENDS = 3  # how many mistakes in one command are put right at once
_LONGEST = 8000
# The last word of "incident merge" alone is no verb, but we know what was meant.
_LAST_WORDS = {name.rpartition(" ")[2]: name for name in BY_NAME if " " in name}


def parse(text: str) -> Command:
    """Raises `Misuse`, whose next move holds a command that can be copied and is understood."""
    plain = tidy(text)
    if len(plain) > _LONGEST:
        raise Misuse(
            f"That is {len(plain):,} characters, and {_LONGEST:,} are the most.", "Say less."
        )
    try:
        return _understood(split(plain))
    except Wrong as wrong:
        better = _mended(wrong, _MENDS)
        next_move = f"Did you mean `{better}`?" if better else "`help` shows every verb."
        raise Misuse(wrong.fact, next_move) from wrong


def verb_alone(text: str) -> Verb | None:
    """The verb that was said with nothing beside it: where a surface may open a form instead."""
    said = split(tidy(text))
    words = [word.text.casefold() for word in said if not word.quoted]
    return BY_PHRASE.get(" ".join(words[1:] if words[:1] in ([root] for root in _ROOTS) else words))


def _understood(said: Sequence[Word]) -> Command:
    if said and not said[0].quoted and said[0].text.casefold() in _ROOTS:
        said = said[1:]
    if not said:
        return Command(verb=BY_NAME["menu"])
    said, named = _named_first(_named_operation_last(said))
    verb, rest = _verb(said) if said else (BY_NAME["incident show"], ())
    rest = (*named, *rest)
    if any(word.is_flag and word.text.casefold() == "--help" for word in rest):
        return Command(verb=BY_NAME["help"], values={"verb": verb.name})
    return read(verb, rest)


def _named_first(said: Sequence[Word]) -> tuple[Sequence[Word], Sequence[Word]]:
    """`INC-1 ack` and `incident INC-1 ack` name the incident before the verb is whole."""
    place = 1 if said[0].text.casefold() == "incident" else 0
    if len(said) > place and not said[place].quoted and reference(said[place].text) is not None:
        return (*said[:place], *said[place + 1 :]), (said[place],)
    return said, ()


def _named_operation_last(said: Sequence[Word]) -> Sequence[Word]:
    """`OP-1 approve` and `operation OP-1 approve` name it before the verb is whole, or show it."""
    place = 1 if said[0].text.casefold() == "operation" else 0
    named = said[place : place + 1]
    if not named or named[0].quoted or number_of_operation(named[0].text) is None:
        return said
    if not place and named[0].text.isdigit():
        return said
    root = said[:place] or (Word("operation"),)
    verb = said[place + 1 :]
    alone = not verb or verb[0].is_flag
    return (*root, *((Word("show"),) if alone else ()), *verb[:1], *named, *verb[1:])


def _verb(said: Sequence[Word]) -> tuple[Verb, Sequence[Word]]:
    plain = [word.text.casefold() for word in said if not word.quoted]
    for count in (2, 1):
        verb = BY_PHRASE.get(" ".join(plain[:count]))
        if verb is None or len(plain) < count:
            continue
        rest = said[count:]
        if plain[:count] not in (["incident"], ["operation"]) or _is_whole(plain[0], rest):
            return verb, rest
    raise _unknown(said)


def _is_whole(root: str, rest: Sequence[Word]) -> bool:
    """`incident` alone shows one, `operation` lists them; before other words it is half a verb."""
    named = root == "incident" and bool(rest) and rest[0].text.isdigit()
    return not rest or rest[0].is_flag or named


def _unknown(said: Sequence[Word]) -> Wrong:
    """What else the first word or two could have been, with the rest as it was."""
    words = [word.text for word in said]
    better: list[str] = []
    for count in (2, 1):
        phrase = " ".join(words[:count]).casefold()
        known = [one for one in (*BY_PHRASE, *_LAST_WORDS) if one.count(" ") == count - 1]
        for match in get_close_matches(phrase, known, n=2):
            name = BY_PHRASE[match].name if match in BY_PHRASE else _LAST_WORDS[match]
            better.append(" ".join([name, *(_typed(word) for word in said[count:])]))
            better.append(BY_NAME[name].example)
    return Wrong(f"There is no verb “{short(' '.join(words[:2]))}”.", *better)


def _typed(word: Word) -> str:
    return f'"{word.text}"' if word.quoted else word.text


def _mended(wrong: Wrong, depth: int) -> str | None:
    """The first of the better words that is a command, or can be made one."""
    for text in wrong.better:
        plain = text.replace("`", "'")
        try:
            _understood(split(plain))
        except Wrong as still:
            deeper = _mended(still, depth - 1) if depth else None
            if deeper is not None:
                return deeper
        else:
            return plain
    return None
