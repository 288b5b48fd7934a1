"""What pods ask of a ResourceQuota, counted as Kubernetes does."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbox.kubernetes.controllers.quantity import amount, written
from sandbox.kubernetes.objects import Object

Amounts = dict[str, Decimal]
_ALIASES = {"cpu": "requests.cpu", "memory": "requests.memory"}
_COMPUTE = {"requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
_DONE = {"Succeeded", "Failed"}


def hard(quota: Object) -> Amounts:
    """The limits that this twin counts; others are kept and not counted."""
    limits: Mapping[str, str] = quota["spec"].get("hard", {})
    return {name: amount(text) for name, text in limits.items() if _is_counted(name)}


def asked(pod: Object, names: Iterable[str]) -> Amounts:
    return {name: _asked(pod, name) for name in names}


def used(pods: Iterable[Object], names: Iterable[str]) -> Amounts:
    """Pods that are terminating still count; those that have ended do not."""
    running = [pod for pod in pods if (pod.get("status") or {}).get("phase") not in _DONE]
    return {name: sum((_asked(pod, name) for pod in running), Decimal(0)) for name in names}


def unset(pod: Object, names: Iterable[str]) -> list[str]:
    """Amounts that a quota limits and some container of the pod does not give."""
    return sorted(
        name
        for name in names
        if _ALIASES.get(name, name) in _COMPUTE
        and any(_given(container, name) is None for container in pod["spec"]["containers"])
    )


def listed(amounts: Amounts) -> str:
    """As `limits.cpu=1,requests.cpu=250m`."""
    return ",".join(f"{name}={text}" for name, text in sorted(words(amounts).items()))


def words(amounts: Amounts) -> dict[str, str]:
    return {name: written(value, binary="memory" in name) for name, value in amounts.items()}


def _is_counted(name: str) -> bool:
    return name in {"pods", "count/pods"} or _ALIASES.get(name, name) in _COMPUTE


def _asked(pod: Object, name: str) -> Decimal:
    if name in {"pods", "count/pods"}:
        return Decimal(1)
    given = (_given(container, name) for container in pod["spec"]["containers"])
    return sum((amount(text) for text in given if text is not None), Decimal(0))


def _given(container: Object, name: str) -> str | None:
    part, _, resource = _ALIASES.get(name, name).partition(".")
    resources = container.get("resources") or {}
    found = (resources.get(part) or {}).get(resource)
    if found is None and part == "requests":
        # Requests that are not given are those of the limit.
        found = (resources.get("limits") or {}).get(resource)
    return found
