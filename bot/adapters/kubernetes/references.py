"""What a pod template needs from its namespace: the objects it names and cannot start without."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.kubernetes.resource import ACCOUNT, CLAIM, CONFIG_MAP, SECRET, Resource

Raw = Mapping[str, Any]
Reference = tuple[Resource, str]


def references(spec: Raw) -> tuple[Reference, ...]:
    """Each once, in the order of the pod's spec; what is optional is left out."""
    found: dict[Reference, None] = {}
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        found.update(dict.fromkeys(_of_container(container)))
    for volume in spec.get("volumes") or ():
        found.update(dict.fromkeys(_of_volume(volume)))
    # The kubelet starts pods without their pull secrets, and the pull then fails.
    for pull in spec.get("imagePullSecrets") or ():
        found[SECRET, pull["name"]] = None
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        found[ACCOUNT, account] = None
    return tuple(found)


def _of_container(container: Raw) -> Iterator[Reference]:
    for source in container.get("envFrom") or ():
        yield from _named(CONFIG_MAP, source.get("configMapRef"))
        yield from _named(SECRET, source.get("secretRef"))
    for variable in container.get("env") or ():
        origin = variable.get("valueFrom") or {}
        yield from _named(CONFIG_MAP, origin.get("configMapKeyRef"))
        yield from _named(SECRET, origin.get("secretKeyRef"))


def _of_volume(volume: Raw) -> Iterator[Reference]:
    yield from _named(CONFIG_MAP, volume.get("configMap"))
    yield from _named(SECRET, volume.get("secret"), key="secretName")
    yield from _named(CLAIM, volume.get("persistentVolumeClaim"), key="claimName")
    for source in (volume.get("projected") or {}).get("sources") or ():
        yield from _named(CONFIG_MAP, source.get("configMap"))
        yield from _named(SECRET, source.get("secret"))


def _named(resource: Resource, source: Raw | None, *, key: str = "name") -> Iterator[Reference]:
    if source and source.get(key) and not source.get("optional"):
        yield resource, source[key]
