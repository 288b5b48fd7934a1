"""Amounts as Kubernetes writes them: 250m of a CPU, 512Mi of memory."""

from decimal import Decimal

_SUFFIXES = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    "k": Decimal(1000),
    "M": Decimal(1000) ** 2,
    "G": Decimal(1000) ** 3,
    "Ki": Decimal(1024),
    "Mi": Decimal(1024) ** 2,
    "Gi": Decimal(1024) ** 3,
    "Ti": Decimal(1024) ** 4,
}


def amount(text: str | int) -> Decimal:
    """Raises ValueError for what is no quantity."""
    words = str(text)
    number = words.rstrip("kmMGTKi")
    suffix = words[len(number) :]
    if suffix not in _SUFFIXES or not number:
        raise ValueError(f"{text!r} is no quantity; try 250m or 512Mi")
    return Decimal(number) * _SUFFIXES[suffix]


def written(value: Decimal, *, binary: bool) -> str:
    """The shortest exact form; `binary` for memory (Mi), else decimal (m)."""
    if value == value.to_integral_value():
        if binary and value:
            for suffix in ("Gi", "Mi", "Ki"):
                if value % _SUFFIXES[suffix] == 0:
                    return f"{value / _SUFFIXES[suffix]:f}".removesuffix(".0") + suffix
        return f"{value.to_integral_value():f}"
    return f"{(value * 1000).to_integral_value():f}m"
