"""The ops files as they lie on disk at one moment, before anybody reads sense into them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.catalogue.problem import Problem

NEEDED = ("people.yaml", "ladders.yaml", "components.yaml", "routes.yaml")
OPTIONAL = ("queries.yaml", "operations.yaml")
SHEETS = NEEDED + OPTIONAL
LARGEST = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Contents by path, in the order in which they are read; unreadable files are problems."""

    sheets: Mapping[Path, str]
    runbooks: Mapping[Path, str]
    problems: tuple[Problem, ...]
    digest: str


def read(routes_dir: Path, runbooks_dir: Path) -> Files:
    """All of it, every time: a swapped symbolic link or an unchanged mtime then hides nothing."""
    problems: list[Problem] = []
    given = [name for name in OPTIONAL if (routes_dir / name).exists()]
    sheets = _texts((routes_dir / name for name in (*NEEDED, *given)), problems)
    pages = sorted(path for path in runbooks_dir.glob("*.md") if path.name != "README.md")
    runbooks = _texts(pages, problems)
    if not pages:
        problems.append(_whole(runbooks_dir, "holds no runbook (NAME.md)"))
    content = repr((sorted(sheets.items()), sorted(runbooks.items()), problems))
    return Files(
        sheets=sheets,
        runbooks=runbooks,
        problems=tuple(problems),
        digest=sha256(content.encode()).hexdigest(),
    )


def _texts(paths: Iterable[Path], problems: list[Problem]) -> dict[Path, str]:
    texts: dict[Path, str] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
            if len(content) > LARGEST:
                problems.append(_whole(path, f"is larger than {LARGEST // 1024} KiB"))
            else:
                texts[path] = content.decode("utf-8")
        except OSError as error:
            problems.append(_whole(path, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.append(Problem(file=str(path), line=line, message="is not UTF-8 here"))
    return texts


def _whole(path: Path, message: str) -> Problem:
    return Problem(file=str(path), line=0, message=message)
