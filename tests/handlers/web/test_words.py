"""How times, people and untrusted text read."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incidents.timeline import Entry, Kind
from handlers.web import words

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=59), "moments ago"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=119), "119 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_relative(before: timedelta, said: str) -> None:
    assert words.relative(NOW - before, NOW) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "03:12 UTC"),
        (datetime.fromisoformat("2026-03-01T05:12+02:00"), "03:12 UTC"),
        (NOW - timedelta(days=1), "28 Feb 03:12 UTC"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 Dec 2025 23:59 UTC"),
    ],
)
def test_clock(at: datetime, said: str) -> None:
    assert words.clock(at, NOW) == said


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Kind.ACKNOWLEDGED, "acknowledged", "acknowledged"),
        (Kind.MITIGATED, "rolled back by hand", "mitigated: rolled back by hand"),
        (Kind.RESOLVED, "its last alert resolved", "resolved: its last alert resolved"),
        (Kind.SEVERITY, "sev3 → sev2", "severity: sev3 → sev2"),
        (Kind.NOTE, "look at the disk", "look at the disk"),
    ],
)
def test_an_entry_says_what_happened(kind: Kind, text: str, said: str) -> None:
    assert words.line_of(Entry(incident=1, at=NOW, kind=kind, text=text)) == said


def test_people_in_a_text_get_their_names() -> None:
    text = "@slack:U1, @cli:ada. @nobody a@slack:U2"
    assert words.people_in([text]) == {"slack:U1", "cli:ada", "slack:U2"}
    assert words.with_names(text, {"slack:U1": "Ada"}) == "Ada, ada. @nobody aU2"


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert words.seen("a\u202eb\u2066c\u200bd\x00e\x1bf\ufeffg\ud800h\ni\tj") == "abcdefgh\ni\tj"
    assert words.seen(7) == 7
