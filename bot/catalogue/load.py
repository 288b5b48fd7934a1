"""Turns the ops files into one checked Catalogue, or says everything that is wrong with them."""

from collections.abc import Collection, Mapping
from pathlib import Path

from bot.catalogue import components, files, ladders, people, routes, runbooks
from bot.catalogue.files import Files
from bot.catalogue.problem import Broken, Problem
from bot.catalogue.sheet import Sheet
from bot.domain.catalogue import Catalogue
from bot.domain.component import neighbours
from bot.domain.runbook import Runbook


def load(routes_dir: Path, runbooks_dir: Path, *, default_environment: str) -> Catalogue:
    """Reads both folders; raises Broken with every problem."""
    return build(files.read(routes_dir, runbooks_dir), default_environment=default_environment)


def build(ops: Files, *, default_environment: str) -> Catalogue:
    sheets = {path.name: Sheet(str(path), text) for path, text in ops.sheets.items()}
    blank = {name: sheets.get(name) or Sheet(name, "{}") for name in files.SHEETS}
    staff = people.parse(blank["people.yaml"])
    reachable = ladders.Reachable(
        people=_known(sheets, "people.yaml", staff.people),
        groups=_known(sheets, "people.yaml", staff.groups),
    )
    called = ladders.parse(blank["ladders.yaml"], reachable)
    platform = components.parse(blank["components.yaml"])
    parts = _known(sheets, "components.yaml", platform.components)
    pages, wrong = _runbooks(ops.runbooks, parts)
    targets = routes.Targets(
        runbooks=_named(ops) or None,
        ladders=_known(sheets, "ladders.yaml", called),
        components=parts,
    )
    root = routes.parse(blank["routes.yaml"], targets)
    for sheet in sheets.values():
        wrong += sheet.problems
    if problems := (*ops.problems, *sorted(wrong)):
        raise Broken(problems)
    return Catalogue(
        components=platform.components,
        neighbours=neighbours(platform.components),
        routes=root,
        people=staff.people,
        groups=staff.groups,
        ladders=called,
        runbooks=pages,
        default_environment=default_environment,
        digest=ops.digest,
        component_aliases=platform.aliases,
        environment_aliases=platform.environments,
    )


def _known(
    sheets: Mapping[str, Sheet], name: str, found: Collection[str]
) -> Collection[str] | None:
    """`None` if the file itself cannot be read: then nothing dangles because of it."""
    sheet = sheets.get(name)
    return found if sheet is not None and sheet.root is not None else None


def _named(ops: Files) -> frozenset[str]:
    return frozenset(path.stem for path in ops.runbooks)


def _runbooks(
    pages: Mapping[Path, str], known: Collection[str] | None
) -> tuple[dict[str, Runbook], list[Problem]]:
    found: dict[str, Runbook] = {}
    problems: list[Problem] = []
    for path, text in pages.items():
        runbook, wrong = runbooks.parse(path, text, known)
        found[runbook.name] = runbook
        problems += wrong
    return found, problems
