"""Routes that no alert can ever take, because of what stands before or above them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.route import Route
from bot.domain.severity import CATEGORY_OF, WORDS, Category

_CATEGORIES = frozenset(category.value for category in Category)


def unreachable(catalogue: Catalogue) -> Iterator[tuple[int, str]]:
    """Line and message of every route, or value of a route, that never gets an alert."""
    return _inside(catalogue, (catalogue.routes,))


def _inside(catalogue: Catalogue, above: tuple[Route, ...]) -> Iterator[tuple[int, str]]:
    before: list[Route] = []
    for child in above[-1].children:
        if any(child.name == other.name for other in before):
            yield child.line, f"{child.path}: another route beside it has this name"
        dead = [*_misnamed(catalogue, child), *_contradicted(child, above), *_taken(child, before)]
        yield from ((child.line, f"{child.path}: {message}") for message in dead)
        yield from _inside(catalogue, (*above, child))
        before.append(child)


def _taken(route: Route, before: list[Route]) -> Iterator[str]:
    for earlier in before:
        if _covers(earlier, route):
            yield f"is never reached: {earlier.name} (line {earlier.line}) takes all of its alerts"
            return
    for label, value, alone in _alone(route):
        for earlier in before:
            if _covers(earlier, alone):
                yield (f"never gets {label} {value}: {earlier.name} (line {earlier.line}) takes it")
                break


def _alone(route: Route) -> Iterator[tuple[str, str, Route]]:
    """The route once for each value of its lists, asking for that value alone."""
    for label, values in route.equals.items():
        for value in sorted(values):
            yield label, value, replace(route, equals={**route.equals, label: frozenset({value})})


def _covers(wide: Route, narrow: Route) -> bool:
    """Whether everything that the narrow one matches, the wide one matches too, provably."""
    for label, values in wide.equals.items():
        if not narrow.equals.get(label) or not narrow.equals[label] <= values:
            return False
    for label, pattern in wide.patterns.items():
        same = label in narrow.patterns and narrow.patterns[label].pattern == pattern.pattern
        values = narrow.equals.get(label, frozenset())
        if not same and not (values and all(map(pattern.fullmatch, values))):
            return False
    return True


def _contradicted(route: Route, above: tuple[Route, ...]) -> Iterator[str]:
    for label, values in route.equals.items():
        for parent in (*above, route):
            for value in sorted(values):
                if not _lets(parent, label, value):
                    yield f"never gets {label} {value}: {parent.name} (line {parent.line}) bars it"


def _lets(route: Route, label: str, value: str) -> bool:
    pattern = route.patterns.get(label)
    if pattern is not None and not pattern.fullmatch(value):
        return False
    return value in route.equals.get(label, (value,))


def _misnamed(catalogue: Catalogue, route: Route) -> Iterator[str]:
    """Words that the bot understands as others before it matches them."""
    ours: Mapping[str, Mapping[str, str]] = {
        "severity": {word: CATEGORY_OF[severity].value for word, severity in WORDS.items()},
        "component": catalogue.component_aliases,
        "environment": catalogue.environment_aliases,
    }
    for label, meaning in ours.items():
        for value in sorted(route.equals.get(label, ())):
            word = value if label == "component" else value.casefold()
            understood = meaning.get(word, value)
            if value != understood:
                yield f"never gets {label} {value}: the bot understands it as {understood}"
