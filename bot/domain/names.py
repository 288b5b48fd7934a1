"""The names people call things by, and the numbers behind them."""


def number_of_incident(name: str) -> int | None:
    """The number in `INC-42`, `inc-42` or `42`; `None` where the word names no incident."""
    return _number(name, "INC-")


def number_of_operation(name: str) -> int | None:
    """The number in `OP-7`, `op-7` or `7`; `None` where the word names no operation."""
    return _number(name, "OP-")


def _number(name: str, prefix: str) -> int | None:
    digits = name.strip().upper().removeprefix(prefix)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004 - ids stay within 32 bits
