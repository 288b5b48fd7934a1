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
from bot.domain.wording import either
from bot.flows.operations import deciding
from bot.flows.operations.occasion import incident_for
from bot.flows.operations.rights import fresh
from bot.flows.verbs.question import Question

_ALIKE = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """`rest` are the words that name nothing."""

    environment: str
    components: tuple[str, ...]
    rest: tuple[str, ...] = ()


def wanted(q: Question, *, free_text: bool = False) -> Wanted:
    """Raises `Misuse` for a name that means nothing, unless the words may end in free text.

    A mistyped name is no free text: it would mean everything. Where neither an environment nor a
    component is named, a reason is one only in quotes.
    """
    environment = q.value("environment")
    named = [word for word in q.value("component").split(LISTED) if word]
    rest: list[str] = []
    for place, word in enumerate(q.command.many):
        if rest:
            rest.append(word)
        elif place == 0 and _is_environment(q, word):
            environment = word
        elif free_text and _is_reason(q, word, scoped=bool(environment or named)):
            rest.append(word)
        else:
            named.append(word)
    return Wanted(
        environment=_environment(q, environment),
        components=tuple(dict.fromkeys(component(q, word) for word in named)),
        rest=tuple(rest),
    )


def component(q: Question, word: str) -> str:
    """Our name of it; raises `Misuse` with the one that was probably meant."""
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
        f"Did you mean `{ready}`?" if close else f"There are {either(known, 'and')}.",
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
        operation,
        f"{operation.name} is being planned. Its plan appears on the card of {incident.name}, "
        f"and {q.say(f'operation show {operation.name}')} shows it. Nothing is done before "
        "it is approved.",
    )


def told(operation: Operation, text: str) -> Reply:
    return Reply(text=text, data=operation_json(operation, ()))


def acting(q: Question) -> Asker:
    """Who asks, with roles fresh enough for what changes the world."""
    return fresh(q.tx, q.catalogue, q.actor, q.now) if q.surface is Surface.SLACK else q.asker


def _is_reason(q: Question, word: str, *, scoped: bool) -> bool:
    if q.catalogue.component_named(word) is not None:
        return False
    mistyped = get_close_matches(word, q.catalogue.components, n=1, cutoff=_ALIKE)
    return " " in word or (scoped and not mistyped)


def _is_environment(q: Question, word: str) -> bool:
    return _known(q, word) is not None and q.catalogue.component_named(word) is None


def _environment(q: Question, word: str) -> str:
    if not word:
        return q.incidents[0].environment if q.incidents else q.house.environment
    found = _known(q, word)
    if found is None:
        every = sorted(_environments(q))
        raise Misuse(f"There is no environment “{short(word)}”.", f"There is {either(every)}.")
    return found


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


def _many(q: Question, word: str, close: Sequence[str]) -> tuple[str, ...]:
    return tuple(close[0] if close and one == word else one for one in q.command.many)
