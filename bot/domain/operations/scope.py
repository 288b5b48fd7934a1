"""Which components an operation is about, in the words it was asked with."""

from collections.abc import Mapping

from bot.domain.errors import Misuse, Refused
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind as Asked
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind
from bot.domain.verbs.saying import one_word
from bot.domain.wording import either

_DATA = frozenset({Kind.POSTGRESQL, Kind.REDIS})


def in_scope(operation: Operation, catalogue: Catalogue) -> tuple[Component, ...]:
    """The components named, or all that can be; `Refused` or `Misuse` where one cannot be."""
    named = dict.fromkeys(
        _known(word, operation, catalogue) for word in operation.request.components
    )
    if named:
        found = [catalogue.components[name] for name in named]
        for one in found:
            must_be_operable(one, operation, catalogue)
        return tuple(found)
    usable = [one for one in catalogue.components.values() if operable(one, operation.environment)]
    if not usable:
        raise Refused(
            f"Nothing in {operation.environment} can be operated on: no component there has "
            "Deployments or a site.",
            "Give components a `rollout` in components.yaml.",
        )
    return tuple(usable)


def must_be_operable(one: Component, operation: Operation, catalogue: Catalogue) -> None:
    """Raises `Refused` with the fact and the corrected command, where there is one."""
    what, environment = operation.kind.value, operation.environment
    if environment not in one.environments:
        raise Misuse(
            f"{one.name} does not run in {environment}, but in {either(one.environments)}.",
            f"`{command(operation, one.name, catalogue, environment=one.environments[0])}`",
        )
    if one.kind is Kind.PWA:
        raise _served_by_a_site(one, operation, catalogue)
    if one.kind in _DATA:
        raise Refused(
            f"{one.name} holds data, and data does not go back with a release: no {what} of it.",
            "Its runbook says how to restore it; that takes two persons.",
        )
    if (owner := _owner(one, environment)) is not None and owner != environment:
        raise Refused(
            f"{one.name} in {environment} is the same {_runs_as(one)} as in {owner}: it would "
            "change there.",
            f"If that is meant: `{command(operation, one.name, catalogue, environment=owner)}`.",
        )
    if not operable(one, operation.environment):
        raise Refused(
            f"{one.name} has nothing that the bot could {what}.",
            "components.yaml says what can be: a `rollout` with Deployments, or a site.",
        )


def command(operation: Operation, name: str, catalogue: Catalogue, *, environment: str = "") -> str:
    """The same request for this component alone, ready to copy, without its version."""
    where = environment or operation.environment
    elsewhere = where != catalogue.default_environment
    if operation.kind is Asked.ROLLBACK:
        return f"rollback{f' {where}' if elsewhere else ''} --component {one_word(name)}"
    replicas = operation.request.replicas
    many = "" if replicas is None else f" {replicas}"
    where = f" --environment {where}" if elsewhere else ""
    return f"{operation.kind.value} {one_word(name)}{many}{where}"


def _known(word: str, operation: Operation, catalogue: Catalogue) -> str:
    name = catalogue.component_named(word)
    if name is None:
        usable = [
            one.name
            for one in catalogue.components.values()
            if operable(one, operation.environment)
        ]
        raise Misuse(
            f"There is no component {word}.",
            f"These there are: {either(usable, 'and')}." if usable else "`status` lists them.",
        )
    return name


def operable(one: Component, environment: str) -> bool:
    """Whether its releases there can be changed: it has Deployments, or a site of its own."""
    owned = environment in one.environments and _owner(one, environment) == environment
    return owned and one.kind not in _DATA and one.kind is not Kind.PWA


def _owner(one: Component, environment: str) -> str | None:
    """The environment that has what serves here: it may serve several, and the first owns it.

    Its Deployments have the same names everywhere, so one namespace makes them the same.
    """
    places = _places(one)
    here = places.get(environment)
    return next((where for where in one.environments if here and places.get(where) == here), None)


def _places(one: Component) -> Mapping[str, str]:
    """By environment the site, or the namespace of its Deployments, that an operation changes."""
    if one.kind is Kind.NETLIFY:
        return one.sites
    return one.namespace if one.rollout is not None and one.rollout.deployments else {}


def _runs_as(one: Component) -> str:
    return "site" if one.kind is Kind.NETLIFY else "Deployments"


def _served_by_a_site(one: Component, operation: Operation, catalogue: Catalogue) -> Refused:
    needed = [catalogue.components[name] for name in one.depends_on]
    sites = [other.name for other in needed if other.kind is Kind.NETLIFY]
    if not sites:
        return Refused(f"{one.name} is served by a site that components.yaml does not name.")
    return Refused(
        f"{one.name} is served by {either(sites, 'and')}, and goes back together with it.",
        f"`{command(operation, sites[0], catalogue)}`",
    )
