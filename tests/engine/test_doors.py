"""dbos is reached through one door, and by its public names only."""

import ast
from pathlib import Path

import pytest

from tests.house.source import ROOT

SOURCES = [
    path
    for folder in ("bot", "handlers", "sandbox", "bench", "tests", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def imported(tree: ast.Module) -> list[str]:
    """Every module and every name of one, dotted."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        if isinstance(node, ast.ImportFrom) and not node.level:
            found += [f"{node.module}.{name.name}" for name in node.names]
    return found


def private(names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if name.split(".")[0] in ("dbos", "dbos_enterprise")
        and ("enterprise" in name or any(part.startswith("_") for part in name.split(".")))
    ]


def test_nobody_imports_what_is_private_or_not_free() -> None:
    found = {
        str(path.relative_to(ROOT)): private(imported(ast.parse(path.read_text("utf-8"))))
        for path in SOURCES
    }

    assert {path: names for path, names in found.items() if names} == {}


def test_nobody_reaches_for_its_private_parts() -> None:
    """`DBOS._anything`, and the same of a client."""
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and ast.unparse(node.value).rpartition(".")[2] in ("DBOS", "dbos", "client", "_client")
    ]

    assert named == []


@pytest.mark.parametrize(
    "bad",
    [
        "import dbos._sys_db",
        "from dbos._core import start_workflow",
        "from dbos import _core",
        "import dbos_enterprise",
        "from dbos_enterprise import load",
    ],
)
def test_the_rule_sees(bad: str) -> None:
    assert private(imported(ast.parse(bad)))


def test_what_is_not_free_is_not_installed_with_us() -> None:
    locks = [path.read_text("utf-8") for path in Path(ROOT).glob("requirements*.lock")]

    assert any("dbos==" in lock for lock in locks)
    assert not any("dbos-enterprise" in lock for lock in locks)
