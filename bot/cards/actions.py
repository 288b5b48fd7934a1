"""What can be pressed on a card: the ids that Slack sends back, and how their values read.

Buttons carry the incident's name (`INC-42`); a choice of the menu carries both (`note INC-42`).
"""

from enum import StrEnum

ACK = "ack"
ESCALATE = "escalate"
MORE = "more"
REOPEN = "reopen"


class Choice(StrEnum):
    """The options of `More…`. An ellipsis announces a form; Resolve opens one that asks again.

    (A `confirm` of Slack's own would ask for every option of the menu.)
    """

    SILENCE = "silence"
    NOTE = "note"
    SEVERITY = "severity"
    RESOLVE = "resolve"
    MITIGATED = "mitigated"
    TIMELINE = "timeline"


LABELS = {
    Choice.SILENCE: "Silence…",
    Choice.NOTE: "Note…",
    Choice.SEVERITY: "Severity…",
    Choice.RESOLVE: "Resolve",
    Choice.MITIGATED: "Mitigated",
    Choice.TIMELINE: "Timeline",
}


def value_of(choice: Choice, incident: str) -> str:
    return f"{choice.value} {incident}"


def chosen(value: str) -> tuple[Choice, str] | None:
    """The choice and the incident's name; `None` for a value that no card of ours holds."""
    word, _, incident = value.partition(" ")
    try:
        return (Choice(word), incident) if incident else None
    except ValueError:
        return None
