"""Proves all ops data: what loads, and beyond that what nobody would notice until 03:00."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.catalogue import files
from bot.catalogue.load import draft
from bot.catalogue.problem import Problem
from bot.catalogue.reach import unreachable
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.route import trail
from bot.domain.ops_data.runbook import Runbook
from bot.domain.severity import Category

SECTIONS = ("What it means", "Check", "Do")


def problems(routes_dir: Path, runbooks_dir: Path, default_environment: str) -> tuple[Problem, ...]:
    """Everything that is wrong; empty when the data is good."""
    read = draft(files.read(routes_dir, runbooks_dir), default_environment)
    found = list(read.problems)
    broken = {problem.file for problem in read.problems}
    routes = str(routes_dir / "routes.yaml")
    sound = not broken & {routes, str(routes_dir / "components.yaml")}
    if sound:
        found += [
            Problem(file=routes, line=line, message=message)
            for line, message in unreachable(read.catalogue)
        ]
    for runbook in read.catalogue.runbooks.values():
        file = str(runbooks_dir / f"{runbook.name}.md")
        if file not in broken:
            messages = [*_lacking(runbook), *(_astray(read.catalogue, runbook) if sound else ())]
            found += [Problem(file=file, line=1, message=message) for message in messages]
    return tuple(sorted(found))


def _lacking(runbook: Runbook) -> Iterator[str]:
    for section in SECTIONS:
        if not runbook.sections.get(section):
            yield f'the section "## {section}" is missing or empty'
    if runbook.sections.get("Do") and not runbook.steps:
        yield 'the section "## Do" has no numbered step (1. …)'


def _astray(catalogue: Catalogue, runbook: Runbook) -> Iterator[str]:
    """Alerts that the page says it is for, and that no severity brings to it."""
    for alert in runbook.alerts:
        taken = _runbooks_of(catalogue, alert)
        if runbook.name not in taken:
            yield f"says it is for {alert}, which routes.yaml sends to {', '.join(taken)}"


def _runbooks_of(catalogue: Catalogue, alert: str) -> Sequence[str]:
    labels = [{"alertname": alert, "severity": category.value} for category in Category]
    found = {trail(catalogue.routes, each)[-1].settings.runbook for each in labels}
    return sorted(found)
