"""`help`: from the verb table alone, so that it is never wrong."""

from difflib import get_close_matches

from bot.domain.errors import Misuse
from bot.domain.ops_data.people import Role
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import short
from bot.domain.verbs.table import BY_PHRASE, VERBS
from bot.domain.verbs.verb import Verb
from bot.flows.verbs.question import Question


def help_(q: Question) -> Reply:
    topic = " ".join(q.value("verb").casefold().split())
    if not topic:
        return _all(q)
    if topic in BY_PHRASE and topic != "incident":
        return _one(q, BY_PHRASE[topic])
    family = [verb for verb in VERBS if verb.name.startswith(f"{topic} ")]
    if family:
        return Reply(text="\n".join(_line(q, verb) for verb in family), data=_data(*family))
    known = {phrase.rpartition(" ")[2]: phrase for phrase in BY_PHRASE} | {
        one: one for one in BY_PHRASE
    }
    close = get_close_matches(topic, known, n=1)
    next_move = f"Did you mean `help {known[close[0]]}`?" if close else "`help` shows every verb."
    raise Misuse(f"There is no verb “{short(topic)}”.", next_move)


def _all(q: Question) -> Reply:
    lines = [_line(q, verb) for verb in VERBS]
    lines.append(f"All about one: {q.say('help silence')}")
    return Reply(text="\n".join(lines), data=_data(*VERBS))


def _line(q: Question, verb: Verb) -> str:
    return f"{q.say(verb.usage)} — {verb.summary}"


def _one(q: Question, verb: Verb) -> Reply:
    lines = [
        q.say(verb.usage),
        f"{verb.summary[0].upper()}{verb.summary[1:]}.",
        f"Example: {q.say(verb.example)}",
    ]
    if verb.aliases:
        lines.append(f"Shorter: {', '.join(q.say(alias) for alias in verb.aliases)}")
    if verb.role is not Role.VIEWER:
        forced = f", with `--force` {verb.forced}" if verb.forced else ""
        lines.append(f"For everybody with the role {verb.role}{forced}.")
    if verb.changes:
        lines.append("In Slack: in the incident channel, or on a card.")
    return Reply(text="\n".join(lines), data=_data(verb))


def _data(*verbs: Verb) -> dict[str, object]:
    return {
        "items": [
            {
                "verb": verb.name,
                "usage": verb.usage,
                "summary": verb.summary,
                "example": verb.example,
                "aliases": list(verb.aliases),
                "role": verb.role.value,
                "changes": verb.changes,
            }
            for verb in verbs
        ]
    }
