"""House rules that no linter knows: short functions, one broad except, imports at the top."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.source import modules, place, tree

LONGEST_FUNCTION = 40
MAY_CATCH_EVERYTHING = {"bot/flows/loop.py"}
SILENCER = re.compile(r"# (noqa|type: ignore)")
EXPLAINED = re.compile(
    r"# (noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\]) +\W*\w+"
)
MIGRATIONS = "bot/store/migrations/"
Rule = Callable[[Path, ast.Module], Iterator[str]]


def file_of(path: Path, module: ast.Module) -> str:
    return place(path, module).partition(":")[0]


def long_functions(path: Path, module: ast.Module) -> Iterator[str]:
    if place(path, module).startswith(MIGRATIONS):
        return  # a migration is a list of tables
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{place(path, node)} {node.name} has {lines} lines"


def broad_excepts(path: Path, module: ast.Module) -> Iterator[str]:
    if file_of(path, module) in MAY_CATCH_EVERYTHING:
        return
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler) and catches_everything(node.type):
            yield f"{place(path, node)} catches everything"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            yield from (
                f"{place(path, node)} suppresses everything"
                for argument in node.args
                if catches_everything(argument)
            )


def late_imports(path: Path, module: ast.Module) -> Iterator[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for function in (node for node in ast.walk(module) if isinstance(node, functions)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{place(path, node)} imports inside a function"


def late_decoders(path: Path, module: ast.Module) -> Iterator[str]:
    """Two threads that first decode to a type at the same moment crash msgspec (0.22)."""
    for node in ast.walk(module):
        decodes = isinstance(node, ast.Call) and ast.unparse(node.func) == "msgspec.json.decode"
        if decodes and any(one.arg == "type" for one in node.keywords):
            yield f"{place(path, node)} decodes to a type without a Decoder made at import"


def unexplained_silencers(path: Path, module: ast.Module) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if SILENCER.search(line) and not EXPLAINED.search(line):
            yield f"{file_of(path, module)}:{number} silences without code or reason"


def catches_everything(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


RULES: list[Rule] = [
    long_functions, broad_excepts, late_imports, late_decoders, unexplained_silencers,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps(rule: Rule) -> None:
    faults = [fault for path in modules() for fault in rule(path, tree(path))]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (long_functions, "def f():\n" + "    x = 1\n" * 60),
        (broad_excepts, "try:\n    x\nexcept Exception:\n    pass"),
        (broad_excepts, "try:\n    x\nexcept:\n    pass"),
        (broad_excepts, "try:\n    x\nexcept (OSError, BaseException):\n    pass"),
        (broad_excepts, "with contextlib.suppress(Exception):\n    x"),
        (late_imports, "def f():\n    import os"),
        (late_imports, "class C:\n    async def f(self):\n        from a import b"),
        (late_decoders, "msgspec.json.decode(text, type=Plan)"),
        (unexplained_silencers, "x = 1  # noqa"),
        (unexplained_silencers, "x = 1  # noqa: E501"),
        (unexplained_silencers, "x = 1  # type: ignore"),
        (unexplained_silencers, "x = 1  # type: ignore[misc]"),
    ],
)
def test_the_rule_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Rule, bad: str
) -> None:
    monkeypatch.setattr("tests.house.source.ROOT", tmp_path)
    path = tmp_path / "bad.py"
    path.write_text(bad)

    assert len(list(rule(path, tree(path)))) == 1
