"""The numbers on a card: one line, those over their targets marked."""

from collections.abc import Sequence

from bot.cards.mrkdwn import joined, said
from bot.domain.fact import Fact, Missing, Verdict, figure

LENGTH = 800
_TITLE_LENGTH = 40
_FIGURE_LENGTH = 60


def evidence_line(facts: Sequence[Fact]) -> str:
    """Empty where there is nothing to say; a number that there is no data for is left out."""
    reasons = {fact.missing for fact in facts}
    if len(facts) > 1 and len(reasons) == 1 and None not in reasons:
        (reason,) = reasons
        return "" if reason is Missing.NO_DATA else f"Metrics n/a ({reason})"
    told = [fact for fact in facts if fact.missing is not Missing.NO_DATA]
    return joined((_told(fact) for fact in told), LENGTH)


def _told(fact: Fact) -> str:
    title = said(fact.title, _TITLE_LENGTH)
    if fact.value is None:
        return f"{title or said(fact.unit, _TITLE_LENGTH)} n/a ({fact.missing})"
    text = f"{title} {_figure(fact.value, fact)}".strip()
    if fact.verdict is Verdict.OVER:
        text = f"⚠️ *{text}*"
    if fact.target is not None:
        text += f" (target {_figure(fact.target, fact)})"
    if fact.before is not None:
        text += f" (1 h before: {_figure(fact.before, fact).removesuffix(f' {fact.unit}')})"
    return text


def _figure(value: float, fact: Fact) -> str:
    return said(figure(value, fact.unit), _FIGURE_LENGTH)
