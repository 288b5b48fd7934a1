"""The repository as the house tests read it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "sandbox")


@cache
def tracked() -> tuple[Path, ...]:
    """Files that belong to the repository; without git, those that are there."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listing = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    names = [name for name in listing.stdout.split("\0") if name]
    found = [ROOT / name for name in names] or [
        path for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith(".")
    ]
    return tuple(path for path in found if path.is_file())


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
