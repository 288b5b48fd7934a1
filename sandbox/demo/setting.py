"""What every part of one run of the demo is told: ports, tokens and its folder."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.environment import Tokens
from sandbox.demo.ports import Ports


@dataclass(frozen=True, kw_only=True)
class Setting:
    """`monitored`: real Prometheus and Alertmanager are installed."""

    ports: Ports
    tokens: Tokens
    folder: Path
    monitored: bool

    @property
    def data(self) -> Path:
        """The bot's own folder."""
        return self.folder / "bot"

    @property
    def targets(self) -> Path:
        """Where Prometheus finds the platform."""
        return self.folder / "targets.json"
