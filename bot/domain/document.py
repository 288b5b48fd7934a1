"""An incident's story as a Markdown document, for the review afterwards."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.domain.timeline import BOT, Entry

_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>|#])")


def document(one: Incident, entries: Sequence[Entry]) -> str:
    lines = [
        f"# {one.name}: {_plain(one.title)}",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in _facts(one) if value),
        "",
    ]
    if one.summary:
        lines += [_plain(one.summary), ""]
    lines += ["## Timeline (UTC)", ""]
    day = None
    for entry in entries:
        at = entry.at.astimezone(UTC)
        if at.date() != day:
            day = at.date()
            lines += [*([""] if lines[-1] else []), f"### {day:%d %B %Y}", ""]
        by = "" if entry.actor == BOT else f" (@{_plain(entry.actor)})"
        lines.append(f"- {at:%H:%M:%S} {_plain(entry.text)}{by}")
    return "\n".join(lines) + "\n"


def _facts(one: Incident) -> list[tuple[str, str]]:
    return [
        ("State", one.state.value),
        ("Severity", one.severity.value),
        ("Component", _plain(one.component or "")),
        ("Environment", _plain(one.environment)),
        ("Started", _stamp(one.started_at)),
        ("Acknowledged", _by(one.acknowledged_at, one.acknowledged_by)),
        ("Mitigated", _by(one.mitigated_at, one.mitigated_by)),
        ("Resolved", _by(one.resolved_at, one.resolved_by)),
        ("Alerts", str(one.alerts_total)),
        ("Roles", ", ".join(f"{role} @{who}" for role, who in sorted(one.roles.items()))),
        ("Merged into", f"INC-{one.merged_into}" if one.merged_into else ""),
        ("Came after", f"INC-{one.previous}" if one.previous else ""),
    ]


def _stamp(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else ""


def _by(at: datetime | None, who: str | None) -> str:
    return f"{_stamp(at)} by {'@' if who != BOT else ''}{who}" if at and who else _stamp(at)


def _plain(text: str) -> str:
    """Untrusted text as one line that Markdown takes for words alone."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
