"""An incident's story as a Markdown document, for the review afterwards."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import BOT, Entry
from bot.domain.wording import foreign

_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>|#])")


def document(one: Incident, entries: Sequence[Entry], rest: str = "") -> str:
    """`rest` says where to find what is left out."""
    lines = [
        f"# {one.name}: {_told(one.title)}",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in _facts(one) if value),
        "",
    ]
    if one.summary:
        lines += [_told(one.summary), ""]
    lines += ["## Timeline (UTC)", ""]
    day = None
    for entry in entries:
        at = entry.at.astimezone(UTC)
        if at.date() != day:
            day = at.date()
            lines += [*([""] if lines[-1] else []), f"### {day:%d %B %Y}", ""]
        ours = entry.actor == BOT
        said = _told(entry.text) if ours else f"{_plain(entry.text)} (@{_plain(entry.actor)})"
        lines.append(f"- {at:%H:%M:%S} {said}")
    if rest:
        lines += ["", rest]
    return "\n".join(lines) + "\n"


def _facts(one: Incident) -> list[tuple[str, str]]:
    return [
        ("State", one.state.value),
        ("Severity", one.severity.value),
        ("Component", _told(one.component or "")),
        ("Environment", _told(one.environment)),
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


def _told(text: str) -> str:
    """What came with an alert names nobody."""
    return _plain(foreign(text))


def _plain(text: str) -> str:
    """Untrusted text as one line that Markdown takes for words alone."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
