"""How well a target does after a switch, by three values: pass, fail, or nobody can tell."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the API calls it."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    PASS_SYNTHETIC = "pass_synthetic"  # noqa: S105 - as above
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
