"""The ops data of alert_routes/, with the demo's addresses and at the demo's pace."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

DEPLOYED = Path(__file__).parents[2] / "alert_routes"
PRODUCTION = "production"
# Times alone, and no threshold: half a minute of the platform's traffic is enough to tell by the
# same numbers. A release proves itself in the time that it takes to read what the demo prints.
OPERATIONS = {
    "proven_after": "10s",
    "warm_again": "5m",
    "switches_within": "1m",
    "force_every": "1m",
}
VERIFICATION = {
    "settle": "4s",
    "every": "2s",
    "passes": 5,
    "window": "30s",
    "scrape": "1s",
    "deadline": "75s",
    "unready": "20s",
    "probe_seconds": 20,
}
# Without Prometheus probes decide, and by then there were twenty of them.
UNMONITORED = {"deadline": "30s"}
_HEAD = "# Made from alert_routes/{name} by the demo: {what}.\n"

Data = dict[str, Any]


def write_ops_data(
    folder: Path,
    *,
    probes: Mapping[str, Sequence[str]],
    namespaces: Collection[str],
    monitored: bool,
) -> Path:
    """A folder for CANDLEFISH_ROUTES_DIR.

    `probes` are the addresses by component, `namespaces` those that the demo's cluster has;
    `monitored` says that real Prometheus runs.
    """
    shutil.copytree(DEPLOYED, folder)
    components = _read("components.yaml")
    for name, component in components["components"].items():
        _place(component, probes.get(name, ()), namespaces)
        if not monitored:
            # Nobody could answer it; the demo's releases then declare no schema either.
            component.get("rollout", {}).pop("schema_query", None)
    _write(folder, "components.yaml", components, "the demo's own addresses and namespaces")
    operations = _read("operations.yaml")
    operations |= OPERATIONS
    operations["verification"] |= VERIFICATION | ({} if monitored else UNMONITORED)
    _write(folder, "operations.yaml", operations, "shorter times, the same thresholds")
    return folder


def _place(component: Data, probes: Sequence[str], namespaces: Collection[str]) -> None:
    rollout = component.get("rollout", {})
    if "probes" in rollout:
        rollout["probes"] = {PRODUCTION: list(probes)}
    if "deployments" in rollout:
        there = {key: one for key, one in component["namespace"].items() if one in namespaces}
        component |= {"environment": list(there), "namespace": there}


def _read(name: str) -> Data:
    data: Data = yaml.safe_load((DEPLOYED / name).read_text())
    return data


def _write(folder: Path, name: str, data: Data, what: str) -> None:
    words = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    (folder / name).write_text(_HEAD.format(name=name, what=what) + words)
