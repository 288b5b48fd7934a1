"""What somebody else does to the platform while the bot operates on it, and to its ops data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import yaml

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, POD, QUOTA, Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed.release import VERSION, image
from tests.crash.patience import until
from tests.operations.rig import Rig
from tests.operations.twins import PRODUCTION

PROVEN_LATE = {"proven_after": "30m"}
"""So that a bad release, which nothing here finds bad, is not known to be good in a second."""
FOR_REAL = "^(?!.*dryRun)"
"""The query of a write that is no dry run."""


def change(rig: Rig, kind: Kind, name: str, **spec: Any) -> None:
    """Straight in the cluster's store, as `kubectl edit` would."""
    store = rig.platform.cluster.store
    with store.lock:
        found: Object = store.get(kind, PRODUCTION, name)
        found["spec"] |= spec
        store.update(kind, found)


def retag(rig: Rig, component: str, tag: str) -> None:
    """Somebody puts another release on the colour that serves, and does not wait for it."""
    store, name = rig.platform.cluster.store, rig.platform.live(component)
    rig.platform.registry.push(f"candlefish/{component}", tag)
    with store.lock:
        found = store.get(DEPLOYMENT, PRODUCTION, name)
        template = found["spec"]["template"]
        template["metadata"]["labels"][VERSION] = tag
        host = rig.platform.registry.host
        template["spec"]["containers"][0]["image"] = image(component, tag, registry=host)
        store.update(DEPLOYMENT, found)


def idle(rig: Rig, component: str) -> str:
    """The Deployment that does not serve."""
    other = {"blue": "green", "green": "blue"}
    return f"{component}-{other[rig.platform.color(component)]}"


def idle_version(rig: Rig, component: str) -> str:
    template = rig.platform.deployment(idle(rig, component))["spec"]["template"]
    return str(template["metadata"]["labels"][VERSION])


def settled(rig: Rig, *names: str) -> None:
    for name in names:
        until(partial(rig.platform.is_settled, name), f"{name} is settled")


def ready(rig: Rig, name: str) -> int:
    """Pods of a Deployment that are ready."""
    return int(rig.platform.deployment(name).get("status", {}).get("readyReplicas", 0))


def pods(rig: Rig) -> list[Object]:
    """Every pod of the namespace, those that end too."""
    store = rig.platform.cluster.store
    with store.lock:
        return store.list(POD, PRODUCTION)


@contextmanager
def doomed(rig: Rig, fate: Fate, *deployments: str) -> Iterator[None]:
    """New pods of these Deployments end like this until the block does."""
    fates = rig.platform.cluster.controllers.fates
    for name in deployments:
        fates.for_deployment(PRODUCTION, name, fate)
    try:
        yield
    finally:
        fates.clear()


@contextmanager
def quota(rig: Rig, most: int) -> Iterator[None]:
    """No more pods than so many in the namespace."""
    set_quota(rig, most)
    yield
    lift_quota(rig)


def set_quota(rig: Rig, most: int) -> None:
    store = rig.platform.cluster.store
    spec = {"hard": {"pods": str(most)}}
    store.create(QUOTA, {"metadata": {"name": "pods", "namespace": PRODUCTION}, "spec": spec})
    until(lambda: store.get(QUOTA, PRODUCTION, "pods").get("status"), "the quota is counted")


def lift_quota(rig: Rig) -> None:
    rig.platform.cluster.store.delete(QUOTA, PRODUCTION, "pods")


@contextmanager
def paused(rig: Rig, deployment: str) -> Iterator[None]:
    change(rig, DEPLOYMENT, deployment, paused=True)
    yield
    change(rig, DEPLOYMENT, deployment, paused=False)


def edit(rig: Rig, file: str, changed: Callable[[dict[str, Any]], None]) -> None:
    """An ops person saves one of the files, and the bot has taken it."""
    path = rig.folder / "alert_routes" / file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    changed(data)
    before = _reloads(rig)
    draft = path.with_suffix(".tmp")
    draft.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    draft.rename(path)
    until(lambda: _reloads(rig) > before, f"{file} is reloaded")


def _reloads(rig: Rig) -> int:
    return rig.bot.log.read_text(encoding="utf-8").count("ops data is reloaded")
