"""Times as Kubernetes writes them: RFC 3339, UTC, whole seconds."""

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def stamp() -> str:
    return datetime.now(UTC).strftime(_FORM)


def age(text: str) -> float:
    """Seconds since then."""
    then = datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    return (datetime.now(UTC) - then).total_seconds()
