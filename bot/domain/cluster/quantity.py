"""Kubernetes' quantities (`250m`, `512Mi`, `1e3`) as exact numbers, and how they are written."""

from decimal import Decimal, InvalidOperation

_SUFFIXES = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("0.001"),
    "k": Decimal(10) ** 3, "M": Decimal(10) ** 6, "G": Decimal(10) ** 9,
    "T": Decimal(10) ** 12, "P": Decimal(10) ** 15, "E": Decimal(10) ** 18,
    "Ki": Decimal(2) ** 10, "Mi": Decimal(2) ** 20, "Gi": Decimal(2) ** 30,
    "Ti": Decimal(2) ** 40, "Pi": Decimal(2) ** 50, "Ei": Decimal(2) ** 60,
}  # fmt: skip


def quantity(text: object) -> Decimal:
    """Zero where the text is no quantity: the API server lets none of those in."""
    said = str(text)
    for suffix in (said[-2:], said[-1:]):
        if suffix in _SUFFIXES:
            return _number(said[: -len(suffix)]) * _SUFFIXES[suffix]
    return _number(said)


def written(amount: Decimal, resource: str) -> str:
    """As a person would say it: memory in Mi or Gi, all else as a plain number."""
    if "memory" not in resource and "storage" not in resource:
        return f"{amount.normalize():f}"
    unit = "Gi" if amount >= _SUFFIXES["Gi"] else "Mi"
    return f"{round(amount / _SUFFIXES[unit], 1).normalize():f}{unit}"


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal()
    return found if found.is_finite() else Decimal()
