"""What an operation is wanted for, out of a person's words: environment and components."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.errors import Misuse, Refused
from bot.domain.operations.operation import Operation, Request
from bot.domain.operations.plan import Kind
from bot.domain.operations.scope import operable
from bot.domain.operations.wire import operation_json
from bot.domain.ops_data.standing import Asker
from bot.domain.verbs.reply import Reply, Surface
from bot.domain.verbs.saying import short, written
from bot.domain.verbs.verb import LISTED
from bot.domain.verbs.words import Word
from bot.domain.wording import either
from bot.flows.operations import deciding
from bot.flows.operations.occasion import incident_for
from bot.flows.operations.rights import fresh
from bot.flows.verbs.question import Question
from bot.store import steps

_ALIKE = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """`rest` are the words that name nothing."""

    environment: str
    components: tuple[str, ...]
    rest: tuple[Word, ...] = ()


def wanted(q: Question, *, free_text: bool = False) -> Wanted:
    """Raises `Misuse` for a name that means nothing, unless the words may end in free text.

    A mistyped name is no free text: it would mean everything. Where no component is named, a reason
    is one only in quotes. An environment is one wherever it stands, but within a reason.
    """
    places = [q.value("environment")] if q.value("environment") else []
    named = [word for word in q.value("component").split(LISTED) if word]
    is_list = q.command.verb.text is None
    rest = [] if is_list else list(q.command.many)
    for word in q.command.many if is_list else ():
        if rest and not rest[-1].quoted:
            rest.append(word)
        elif _is_environment(q, word):
            places.append(word.text)
        elif free_text and _is_reason(q, word, scoped=bool(named)):
            rest.append(word)
        else:
            named.append(word.text)
    hint = " A reason goes in quotes." if free_text else ""
    components = tuple(dict.fromkeys(component(q, word, hint) for word in named))
    environment = _environment(q, places)
    if not places:
        _must_name_no_other(q, environment, components, rest)
    return Wanted(environment=environment, components=components, rest=tuple(rest))


def component(q: Question, word: str, hint: str = "") -> str:
    """Our name of it; raises `Misuse` with the one that was probably meant, or else a `hint`."""
    found = q.catalogue.component_named(word)
    if found is not None:
        return found
    known = sorted(
        name
        for name, one in q.catalogue.components.items()
        if any(operable(one, environment) for environment in one.environments)
    )
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    ready = written(q.command.verb, _mended(q, word, close), _many(q, word, close))
    raise Misuse(
        f"No component is called “{short(word)}”.",
        f"Did you mean `{ready}`?" if close else f"There are {either(known, 'and')}.{hint}",
    )


def ask(q: Question, kind: Kind, request: Request, environment: str) -> Reply:
    """The operation, and where its plan will be seen."""
    if not q.house.operations_on:
        raise Refused(
            "Kubernetes and Netlify are off, so nothing can be changed from here.",
            "Set CANDLEFISH_KUBECONFIG or CANDLEFISH_NETLIFY_TOKEN and start again.",
        )
    incident = incident_for(
        q.tx, q.catalogue, kind=kind, environment=environment, components=request.components,
        at_hand=q.incidents[0] if q.incidents else None, actor=q.actor, now=q.now,
    )  # fmt: skip
    operation = deciding.ask(
        q.tx, q.catalogue, kind=kind, request=request, environment=environment,
        incident=incident, who=acting(q), now=q.now,
    )  # fmt: skip
    return told(
        q,
        operation,
        f"{operation.name} is being planned. Its plan appears on the card of {incident.name}, "
        f"and {q.say(f'operation show {operation.name}')} shows it. Nothing is done before "
        "it is approved.",
    )


def told(q: Question, operation: Operation, text: str) -> Reply:
    return Reply(text=text, data=operation_json(operation, steps.of_operation(q.tx, operation.id)))


def acting(q: Question) -> Asker:
    """Who asks, with roles fresh enough for what changes the world."""
    return fresh(q.tx, q.catalogue, q.actor, q.now) if q.surface is Surface.SLACK else q.asker


def _is_reason(q: Question, word: Word, *, scoped: bool) -> bool:
    if q.catalogue.component_named(word.text) is not None:
        return False
    mistyped = get_close_matches(word.text, q.catalogue.components, n=1, cutoff=_ALIKE)
    return " " in word.text or ((word.quoted or scoped) and not mistyped)


def _is_environment(q: Question, word: Word) -> bool:
    is_name = _known(q, word.text) is not None and q.catalogue.component_named(word.text) is None
    return is_name and not word.quoted


def _environment(q: Question, said: Sequence[str]) -> str:
    if not said:
        return q.incidents[0].environment if q.incidents else q.house.environment
    found = dict.fromkeys(_existing(q, word) for word in said)
    if len(found) > 1:
        raise Misuse(
            f"{either(found, 'and')} are {len(found)} environments, and this is done in one.",
            "Name the one you mean: `--environment " + next(iter(found)) + "`.",
        )
    return next(iter(found))


def _existing(q: Question, word: str) -> str:
    found = _known(q, word)
    if found is None:
        every = sorted(_environments(q))
        raise Misuse(f"There is no environment “{short(word)}”.", f"There is {either(every)}.")
    return found


def _must_name_no_other(
    q: Question, environment: str, components: Sequence[str], reason: Sequence[Word]
) -> None:
    """What reads as a reason may tell where to act: it is not taken for one unseen."""
    alone = len(reason) == 1
    for word in reason:
        if (word.quoted and not alone) or _known(q, word.text) in (None, environment):
            continue
        left = " ".join(one.text for one in reason if one is not word)
        values = {**q.command.values, "environment": word.text, "why": left}
        many = [*(Word(name) for name in components), *([Word(left, quoted=True)] if left else ())]
        said = {name: value for name, value in values.items() if value}
        ready = written(q.command.verb, said, many, q.command.incidents)
        raise Misuse(
            f"“{word.text}” is an environment, and this would be done in {environment}.",
            f"Did you mean `{ready}`? If not, say `--environment {environment}` too.",
        )


def _known(q: Question, word: str) -> str | None:
    name = q.catalogue.environment_named(word.casefold())
    return name if name in _environments(q) else None


def _environments(q: Question) -> set[str]:
    return {name for one in q.catalogue.components.values() for name in one.environments}


def _mended(q: Question, word: str, close: Sequence[str]) -> dict[str, str]:
    values = dict(q.command.values)
    for name in ("component", "part"):
        if name in values and close:
            each = values[name].split(LISTED)
            values[name] = LISTED.join(close[0] if one == word else one for one in each)
    return values


def _many(q: Question, word: str, close: Sequence[str]) -> tuple[Word, ...]:
    return tuple(Word(close[0]) if close and one.text == word else one for one in q.command.many)
