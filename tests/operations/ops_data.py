"""The shipped ops data, with times of seconds and probes that lead to the twins."""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.operations.twins import PRODUCTION

NOTHING: Mapping[str, Any] = {}
_SHIPPED = Path(__file__).parents[2] / "alert_routes"
TIMES: Mapping[str, Any] = {
    "proven_after": "1s",
    "warm_again": "1h",
    "switches": 20,
    "force_every": "1s",
}
VERIFICATION: Mapping[str, Any] = {
    "settle": "1s",
    "every": "1s",
    "passes": 1,
    "window": "5s",
    "scrape": "1s",
    "deadline": "2s",
    "unready": "5s",
    "probes": 2,
    "probe_seconds": 1,
    "good_requests": 60,
    "bad_requests": 20,
    "bound_requests": 30,
}


def fast_routes(
    folder: Path,
    probes: Mapping[str, str],
    *,
    measured: bool,
    times: Mapping[str, Any] = NOTHING,
    verification: Mapping[str, Any] = NOTHING,
    routed: Collection[str] = (),
) -> Path:
    """A folder for CANDLEFISH_ROUTES_DIR; `probes` is an address of each component.

    Without a Prometheus (`measured`) no schema can be asked for, and none is declared. What is
    `routed` has a VirtualService of its name.
    """
    shutil.copytree(_SHIPPED, folder)
    operations = _read(folder / "operations.yaml")
    operations |= {**TIMES, **times}
    patience = {"deadline": "20s"} if measured else {}
    operations["verification"] |= {**VERIFICATION, **patience, **verification}
    questions = operations["questions"]
    questions["share"] = questions["share"].replace("[30s]", "[4s]")
    _write(folder / "operations.yaml", operations)
    parts = _read(folder / "components.yaml")
    for name, part in parts["components"].items():
        if name in probes:
            part["rollout"]["probes"] = {PRODUCTION: [probes[name]]}
        if name in routed:
            part["rollout"]["route"] = name
        if not measured:
            part.get("rollout", {}).pop("schema_query", None)
    _write(folder / "components.yaml", parts)
    return folder


def change_rollout(folder: Path, component: str, **fields: Any) -> None:
    """In a folder that no bot reads yet."""
    parts = _read(folder / "components.yaml")
    parts["components"][component]["rollout"] |= fields
    _write(folder / "components.yaml", parts)


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def _write(file: Path, data: Mapping[str, Any]) -> None:
    file.write_text(yaml.safe_dump(dict(data), sort_keys=False), encoding="utf-8")
