"""Amounts as Kubernetes writes them: 250m of a CPU, 512Mi of memory."""

import re
from decimal import Decimal

_FORM = re.compile(r"(\d+(?:\.\d+)?)(m|k|[KMGT]i?|)")
_UNITS = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    "k": Decimal(1000),
    "M": Decimal(1000) ** 2,
    "G": Decimal(1000) ** 3,
    "T": Decimal(1000) ** 4,
    "Ki": Decimal(1024),
    "Mi": Decimal(1024) ** 2,
    "Gi": Decimal(1024) ** 3,
    "Ti": Decimal(1024) ** 4,
}


def amount(text: str | int) -> Decimal:
    """In CPUs, bytes or pieces; raises ValueError for what is no quantity."""
    found = _FORM.fullmatch(str(text))
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"{text!r} is no quantity; try 250m or 512Mi")
    return Decimal(found[1]) * _UNITS[found[2]]


def written(value: Decimal, *, binary: bool) -> str:
    """The shortest exact form; `binary` for memory (Mi), else decimal (m)."""
    if value != value.to_integral_value():
        return f"{(value * 1000).to_integral_value():f}m"
    for suffix in ("Gi", "Mi", "Ki"):
        if binary and value and value % _UNITS[suffix] == 0:
            return f"{(value / _UNITS[suffix]).to_integral_value():f}{suffix}"
    return f"{value.to_integral_value():f}"
