"""Serves the newest good catalogue, and keeps it while an edit is broken."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import structlog

from bot.catalogue import files
from bot.catalogue.load import draft, finish
from bot.catalogue.problem import Problem
from bot.domain.ops_data.catalogue import Catalogue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    catalogue: Catalogue
    broken: tuple[Problem, ...]
    digest: str


class Holder:
    """What it serves is swapped whole, so any thread may read it at any time.

    Raises Broken if there is nothing good to begin with.
    """

    def __init__(self, routes_dir: Path, runbooks_dir: Path, *, default_environment: str) -> None:
        self._folders = (routes_dir, runbooks_dir)
        self._default_environment = default_environment
        self._reading = Lock()
        read = files.read(*self._folders)
        catalogue = finish(draft(read, default_environment))
        self._held = _Held(catalogue=catalogue, broken=(), digest=read.digest)

    @property
    def catalogue(self) -> Catalogue:
        return self._held.catalogue

    @property
    def broken(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they are now; empty when they are what is served."""
        return self._held.broken

    def reload(self) -> bool:
        """Looks at the files; whether something new is served from now on."""
        with self._reading:
            read = files.read(*self._folders)
            if read.digest == self._held.digest:
                return False
            made = draft(read, self._default_environment)
            good = made.catalogue if not made.problems else self._held.catalogue
            self._held = _Held(catalogue=good, broken=made.problems, digest=read.digest)
        if made.problems:
            log.error("ops data is broken, the last good is kept", problems=_shown(made.problems))
            return False
        log.info("ops data is reloaded", digest=read.digest[:12])
        return True


def _shown(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems[:20]]
