"""Where the real servers are on this machine, and what to install when they are not."""

import shutil
from enum import StrEnum
from pathlib import Path

_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


class NotInstalled(Exception):
    """A server is not on this machine; the message says what to install."""


class Binary(StrEnum):
    """The value is the Debian package that brings it."""

    PROMETHEUS = "prometheus"
    PROMTOOL = "prometheus (promtool)"
    ALERTMANAGER = "prometheus-alertmanager"
    AMTOOL = "prometheus-alertmanager (amtool)"
    POSTGRES = "postgresql"
    CHROMIUM = "chromium"

    def where(self) -> Path | None:
        """The program, or None when it is not installed."""
        if self is Binary.POSTGRES:
            return _postgres()
        return next((Path(path) for path in map(shutil.which, _NAMES[self]) if path), None)

    def path(self) -> Path:
        """The program; raises NotInstalled with the command that brings it."""
        found = self.where()
        if found is None:
            raise NotInstalled(self.advice())
        return found

    def advice(self) -> str:
        package = self.value.split()[0]
        program = _NAMES[self][0]
        return f"{program} is not installed; apt-get install {package}"


_NAMES = {
    Binary.PROMETHEUS: ("prometheus",),
    Binary.PROMTOOL: ("promtool",),
    Binary.ALERTMANAGER: ("prometheus-alertmanager", "alertmanager"),
    Binary.AMTOOL: ("amtool",),
    Binary.POSTGRES: ("postgres",),
    Binary.CHROMIUM: ("chromium", "chromium-browser", "google-chrome"),
}


def missing(*wanted: Binary) -> dict[Binary, str]:
    """What is absent of `wanted` (default: everything), each with what to install in words."""
    return {binary: binary.advice() for binary in wanted or Binary if binary.where() is None}


def _postgres() -> Path | None:
    on_path = shutil.which("postgres")
    if on_path and Path(on_path).with_name("initdb").exists():
        return Path(on_path)
    packaged = [
        folder / "bin" / "postgres"
        for folder in _DEBIAN_POSTGRES.glob("*")
        if folder.name.isdigit() and (folder / "bin" / "initdb").exists()
    ]
    return max(packaged, key=lambda path: int(path.parts[-3]), default=None)
