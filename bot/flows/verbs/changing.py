"""`rollback`, `restart`, `scale`, `freeze` and `unfreeze`: each asks for an operation."""

from bot.domain.errors import Misuse
from bot.domain.operations.operation import Request
from bot.domain.operations.plan import Kind
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import written
from bot.domain.verbs.words import Word
from bot.flows.verbs.question import Question
from bot.flows.verbs.wanting import ask, component, wanted


def rollback(q: Question) -> Reply:
    found = wanted(q)
    request = Request(
        components=found.components,
        to_version=q.value("to-version"),
        dry_run=bool(q.value("dry-run")),
        force=q.value("force"),
        may_stall=bool(q.value("may-stall")),
    )
    return ask(q, Kind.ROLLBACK, request, found.environment)


def restart(q: Question) -> Reply:
    found = wanted(q)
    request = Request(
        components=(component(q, q.value("part")),),
        dry_run=bool(q.value("dry-run")),
        why=q.value("why"),
    )
    return ask(q, Kind.RESTART, request, found.environment)


def scale(q: Question) -> Reply:
    found = wanted(q)
    if len(found.components) != 1:
        one = Word(found.components[0] if found.components else "graphql-api")
        ready = written(
            q.command.verb, q.command.values, [Word(found.environment), one], q.command.incidents
        )
        raise Misuse("Only one component is scaled at a time: which one?", f"`{ready}`")
    request = Request(
        components=found.components,
        dry_run=bool(q.value("dry-run")),
        replicas=int(q.value("replicas")),
    )
    return ask(q, Kind.SCALE, request, found.environment)


def freeze(q: Question) -> Reply:
    return _frozen(q, Kind.FREEZE)


def unfreeze(q: Question) -> Reply:
    return _frozen(q, Kind.UNFREEZE)


def _frozen(q: Question, kind: Kind) -> Reply:
    found = wanted(q, free_text=True)
    request = Request(components=found.components, why=" ".join(word.text for word in found.rest))
    return ask(q, kind, request, found.environment)
