"""What the platform is made of, as its data file says."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("components.yaml")


class Kind(StrEnum):
    KUBERNETES = "kubernetes"
    SITE = "site"
    POSTGRESQL = "postgresql"
    REDIS = "redis"

    @property
    def serves_http(self) -> bool:
        return self in {Kind.KUBERNETES, Kind.SITE}


@dataclass(frozen=True, kw_only=True)
class Component:
    name: str
    kind: Kind
    down: str
    rate: float = 0.0
    documents: bool = False
    sessions: int = 0
    schema: int = 0


def components(file: Path = _FILE) -> tuple[Component, ...]:
    rows = yaml.safe_load(file.read_text())
    return tuple(
        Component(name=name, **{**row, "kind": Kind(row["kind"])}) for name, row in rows.items()
    )
