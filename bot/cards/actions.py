"""What can be pressed on a card: the ids that Slack sends back, and how their values read.

Buttons carry the incident's name (`INC-42`); a choice of the menu carries both (`note INC-42`).
A decision about an operation carries the operation, its incident, and the plan that was seen
where it approves one (`OP-7 INC-42 1a2b…`).
"""

import re
from enum import StrEnum
from typing import NamedTuple

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
    ROLLBACK = "rollback"


class Decision(StrEnum):
    """What can be decided about an operation; `KEEP` takes an undecided or stuck one as it is.

    `NEXT` does so too, and asks for a rollback to the next good release.
    """

    APPROVE = "approve"
    CANCEL = "cancel"
    REVERT = "revert"
    KEEP = "keep"
    NEXT = "next"


class Decided(NamedTuple):
    """`plan_hash` is empty where no plan is approved."""

    operation: str
    incident: str
    plan_hash: str = ""


LABELS = {
    Choice.SILENCE: "Silence…",
    Choice.NOTE: "Note…",
    Choice.SEVERITY: "Severity…",
    Choice.RESOLVE: "Resolve",
    Choice.MITIGATED: "Mitigated",
    Choice.TIMELINE: "Timeline",
    Choice.ROLLBACK: "Roll back…",
}
_DECIDED = re.compile(r"(OP-[1-9][0-9]{0,8}) (INC-[1-9][0-9]{0,8})(?: ([0-9a-f]{64}))?")


def value_of(choice: Choice, incident: str) -> str:
    return f"{choice.value} {incident}"


def chosen(value: str) -> tuple[Choice, str] | None:
    """The choice and the incident's name; `None` for a value that no card of ours holds."""
    word, _, incident = value.partition(" ")
    try:
        return (Choice(word), incident) if incident else None
    except ValueError:
        return None


def decision_about(value: str) -> Decided | None:
    """`None` for a value that no card of ours holds."""
    found = _DECIDED.fullmatch(value)
    return Decided(found[1], found[2], found[3] or "") if found else None
