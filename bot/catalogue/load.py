"""Turns the ops files into one checked Catalogue, or says everything that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.catalogue import (
    components,
    files,
    ladders,
    operations,
    people,
    queries,
    routes,
    runbooks,
)
from bot.catalogue.files import Files
from bot.catalogue.problem import Broken, Problem
from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import neighbours
from bot.domain.ops_data.runbook import Runbook


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What could be understood, and what was wrong; with problems, fit for checking alone."""

    catalogue: Catalogue
    problems: tuple[Problem, ...]


def load(routes_dir: Path, runbooks_dir: Path, *, default_environment: str) -> Catalogue:
    """Reads both folders; raises Broken with every problem."""
    return finish(draft(files.read(routes_dir, runbooks_dir), default_environment))


def finish(read: Draft) -> Catalogue:
    if read.problems:
        raise Broken(read.problems)
    return read.catalogue


def draft(ops: Files, default_environment: str) -> Draft:
    sheets = {path.name: Sheet(str(path), text) for path, text in ops.sheets.items()}
    # A file that cannot be read is one problem: what it would have named then dangles nowhere.
    sheet = {name: sheets.get(name) or Sheet(name, "{}") for name in files.SHEETS}
    readable = {name for name, found in sheets.items() if found.root is not None}
    staff = people.parse(sheet["people.yaml"])
    reachable = ladders.Reachable(
        people=staff.people if "people.yaml" in readable else None,
        groups=staff.groups if "people.yaml" in readable else None,
    )
    called = ladders.parse(sheet["ladders.yaml"], reachable)
    platform = components.parse(sheet["components.yaml"])
    parts = platform.components if "components.yaml" in readable else None
    pages, wrong = _runbooks(ops.runbooks, parts)
    known = routes.Targets(
        runbooks=pages or None,
        ladders=called if "ladders.yaml" in readable else None,
        components=parts,
    )
    root = routes.parse(sheet["routes.yaml"], known)
    asked = queries.parse(sheet["queries.yaml"])
    policy = operations.parse(sheet["operations.yaml"])
    wrong += [problem for found in sheets.values() for problem in found.problems]
    catalogue = Catalogue(
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
        queries=asked,
        policy=policy,
    )
    return Draft(catalogue=catalogue, problems=(*ops.problems, *sorted(wrong)))


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
