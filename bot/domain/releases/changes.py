"""Where to read what came between two releases."""

_COMMIT, _COMPARE = "/commit/", "/compare/"


def between(older: str, newer: str) -> str:
    """From the address of each one's change; the newer's own where they cannot be compared.

    The hosts of code that show a commit under `/commit/` compare two under `/compare/`.
    """
    home, one, first = older.rpartition(_COMMIT)
    same, other, last = newer.rpartition(_COMMIT)
    if not (one and other) or home != same or first == last:
        return newer
    return f"{home}{_COMPARE}{first}...{last}"
