"""How bad it is, in our four words, whatever words the sender used."""

from collections.abc import Mapping
from enum import StrEnum


class Severity(StrEnum):
    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    @property
    def rank(self) -> int:
        """1 is the worst; sort by it to put the worst first."""
        return _RANK[self]


class Category(StrEnum):
    """How it reaches people: paged at once, read within 5-15 minutes, or in a digest."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


_RANK = {severity: rank for rank, severity in enumerate(Severity, start=1)}

CATEGORY_OF: Mapping[Severity, Category] = {
    Severity.SEV1: Category.CRITICAL,
    Severity.SEV2: Category.CRITICAL,
    Severity.SEV3: Category.WARNING,
    Severity.SEV4: Category.INFO,
}
SEVERITY_OF: Mapping[Category, Severity] = {
    Category.CRITICAL: Severity.SEV2,
    Category.WARNING: Severity.SEV3,
    Category.INFO: Severity.SEV4,
}

# What senders write. Bare numbers are left out on purpose: to some senders 1 is the worst, to
# others the mildest, and a word we do not know counts as a warning. "error" is a warning too:
# half the senders that use it mean "look", and a route can raise the rest.
WORDS: Mapping[str, Severity] = {
    **{severity.value: severity for severity in Severity},
    **dict(zip(("p1", "p2", "p3", "p4"), Severity, strict=True)),
    **dict.fromkeys(("emergency", "emerg", "panic", "fatal", "disaster"), Severity.SEV2),
    **dict.fromkeys(("critical", "crit", "page"), Severity.SEV2),
    **dict.fromkeys(("error", "err", "warning", "warn", "ticket"), Severity.SEV3),
    **dict.fromkeys(("info", "information", "informational", "notice"), Severity.SEV4),
    **dict.fromkeys(("debug", "none", "ok"), Severity.SEV4),
}


def severity_of(text: str) -> Severity | None:
    """The severity a sender's word stands for, in any capitalisation; `None` if we do not know."""
    return WORDS.get(text) or WORDS.get(text.strip().casefold())


def worse(one: Severity, other: Severity) -> Severity:
    """The more severe of the two."""
    return one if one.rank <= other.rank else other
