"""One recorded answer of a real API server, read from its `.http` file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MASKED = {
    "clusterIP",
    "clusterIPs",
    "creationTimestamp",
    "generation",
    "resourceVersion",
    "uid",
}
HISTORY = {"managedFields"}


@dataclass(frozen=True, kw_only=True)
class Recording:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines() if line]


def recording(contracts: Path, name: str) -> Recording:
    text = (contracts / "kubernetes" / name).read_text(encoding="utf-8")
    head, _, body = text.partition("\n\n")
    first, *rest = head.splitlines()
    headers = dict(line.strip().split(": ", 1) for line in rest)
    return Recording(status=int(first.split()[1]), headers=headers, body=body)


def masked(value: Any) -> Any:
    """Without what differs from run to run, and without who wrote which field when."""
    if isinstance(value, dict):
        return {
            key: "…" if key in MASKED else masked(each)
            for key, each in value.items()
            if key not in HISTORY
        }
    if isinstance(value, list):
        return [masked(each) for each in value]
    return value
