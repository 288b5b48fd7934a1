"""What changed before it began, on the card: one line, the likeliest cause first."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.cards.mrkdwn import code, joined, leads, link, said
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.suspects import TOLD, when_it_came

_PART_LENGTH = 300
_LENGTH = (TOLD + 1) * _PART_LENGTH
_NAME_LENGTH = 40
_WHEN_LENGTH = 80


def changed_line(rows: Sequence[LedgerRelease], began: datetime, hosts: Collection[str]) -> str:
    """Empty where nothing came; what is left out stands on the incident's page."""
    if not rows:
        return ""
    told = [_told(row, began, hosts) for row in rows[:TOLD]]
    if len(rows) > TOLD:
        told.append(f"and {len(rows) - TOLD} more")
    return f"*Changed:* {joined(told, _LENGTH)}"


def _told(row: LedgerRelease, began: datetime, hosts: Collection[str]) -> str:
    what = f"{code(row.component, _NAME_LENGTH)} {said(row.version, _NAME_LENGTH)}"
    text = f"{what} {said(when_it_came(row, began), _WHEN_LENGTH)}"
    if not leads(row.change_url, hosts):
        return text
    linked = f"{text} ({link(row.change_url, 'change', hosts)})"
    return linked if len(linked) <= _PART_LENGTH else text
