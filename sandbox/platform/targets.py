"""The file in which Prometheus finds the platform's ports (file_sd)."""

import json
from collections.abc import Mapping
from pathlib import Path

from sandbox.platform.component import Component


def target_groups(
    components: Mapping[str, Component], ports: Mapping[str, int]
) -> list[dict[str, object]]:
    return [
        {
            "targets": [f"127.0.0.1:{ports[name]}"],
            "labels": {"service": name, "kind": component.kind.value},
        }
        for name, component in components.items()
    ]


def write_targets(file: Path, groups: list[dict[str, object]]) -> None:
    """Replace the file in one step: Prometheus reads it whenever it changes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(groups, indent=2) + "\n")
    fresh.replace(file)
