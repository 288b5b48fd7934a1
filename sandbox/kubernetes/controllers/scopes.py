"""Which pods a ResourceQuota counts, by its scopes and its scope selector."""

from sandbox.kubernetes.controllers.quantity import amount
from sandbox.kubernetes.objects import Object


def counts(quota: Object, pod: Object) -> bool:
    spec = quota["spec"]
    chosen = (spec.get("scopeSelector") or {}).get("matchExpressions") or []
    bare = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or []]
    return all(_holds(one, pod["spec"]) for one in [*bare, *chosen])


def _holds(scope: Object, spec: Object) -> bool:
    if scope["scopeName"] == "PriorityClass":
        return _selects(scope, spec.get("priorityClassName") or "")
    ends, asks_for_nothing = "activeDeadlineSeconds" in spec, _is_best_effort(spec)
    held = {
        "Terminating": ends,
        "NotTerminating": not ends,
        "BestEffort": asks_for_nothing,
        "NotBestEffort": not asks_for_nothing,
        "CrossNamespacePodAffinity": any(_crosses(term) for term in _terms(spec)),
    }
    return held[scope["scopeName"]]


def _crosses(term: Object) -> bool:
    return bool(term.get("namespaces")) or "namespaceSelector" in term


def _selects(scope: Object, value: str) -> bool:
    operator, values = str(scope["operator"]), list(scope.get("values") or [])
    if operator in {"Exists", "DoesNotExist"}:
        return bool(value) == (operator == "Exists")
    return (value in values) == (operator == "In")


def _is_best_effort(spec: Object) -> bool:
    given = [
        text
        for container in [*spec["containers"], *(spec.get("initContainers") or [])]
        for part in (container.get("resources") or {}).values()
        for name, text in (part or {}).items()
        if name in {"cpu", "memory"}
    ]
    return not any(amount(text) for text in given)


def _terms(spec: Object) -> list[Object]:
    affinity = spec.get("affinity") or {}
    found: list[Object] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        told = affinity.get(kind) or {}
        found += told.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        found += [
            one["podAffinityTerm"]
            for one in told.get("preferredDuringSchedulingIgnoredDuringExecution") or []
        ]
    return found
