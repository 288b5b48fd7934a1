"""A release as it stands in a pod template: its image, its version and who shipped it."""

from dataclasses import dataclass
from typing import Any

from sandbox.registry.digest import digest

VERSION = "app.kubernetes.io/version"
_NOTES = "candlefish.ai/"
REGISTRY = "registry.candlefish.ai"

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Release:
    """Shipped `days_ago`; schema and formats are those it reads, and the one it writes."""

    tag: str
    days_ago: float = 1.0
    commit: str = ""
    deployed_by: str = "github:deploy"
    schema_min: int = 40
    schema_max: int = 43

    @property
    def labels(self) -> dict[str, str]:
        return {VERSION: self.tag}

    def annotations(self, *, documents: bool, schema: bool = True) -> dict[str, str]:
        """They stand in the template, so that they travel with it when it is rolled back."""
        notes = {"commit": self.commit or commit(self.tag), "deployed-by": self.deployed_by}
        if schema:
            notes |= {"schema-min": str(self.schema_min), "schema-max": str(self.schema_max)}
        if documents:
            notes |= {
                "doc-format-min": "2",
                "doc-format-max": "3",
                "doc-format-writes": "3",
            }
        return {f"{_NOTES}{name}": text for name, text in notes.items()}


def image(component: str, tag: str, *, registry: str = REGISTRY) -> str:
    """By tag and digest; the digest is the one that the sandbox's registry gives."""
    name = f"candlefish/{component}"
    return f"{registry}/{name}:{tag}@{digest(name, tag)}"


def commit(tag: str) -> str:
    """Forty letters like those of git, the same for the same tag."""
    return digest("commit", tag).removeprefix("sha256:")[:40]
