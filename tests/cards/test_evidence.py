"""The line of numbers on a card."""

from typing import Any

import pytest

from bot.cards.evidence import LENGTH, evidence_line
from bot.cards.incident import CardView, card
from bot.domain.fact import Fact, Missing
from bot.domain.incidents.incident import State
from tests.cards.cases import NOW, all_texts, incident


def fact(name: str, value: float | None, unit: str = "", title: str = "", **fields: Any) -> Fact:
    return Fact(name=name, title=title, value=value, unit=unit, at=NOW, **fields)


ERRORS = fact("errors", 26, "percent", "Errors", target=0.1)
LATENCY = fact("latency", 120, "ms", "p95", target=500)
OVER = "⚠️ *Errors 26 %* (target 0.1 %)"
TRAFFIC = fact("traffic", 41, "req/s", before=40)


def late(one: Fact, why: Missing = Missing.TIMEOUT) -> Fact:
    return fact(one.name, None, one.unit, one.title, target=one.target, missing=why)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ((), ""),
        (
            (ERRORS, LATENCY, TRAFFIC),
            f"{OVER} · p95 120 ms (target 500 ms) · 41 req/s (1 h before: 40)",
        ),
        ((late(ERRORS), TRAFFIC), "Errors n/a (timeout) · 41 req/s (1 h before: 40)"),
        ((late(TRAFFIC),), "req/s n/a (timeout)"),
        ((late(ERRORS), late(LATENCY)), "Metrics n/a (timeout)"),
        (
            (late(ERRORS, Missing.NO_ANSWER), late(LATENCY, Missing.NO_ANSWER)),
            "Metrics n/a (no answer)",
        ),
        ((late(ERRORS, Missing.NO_DATA), LATENCY), "p95 120 ms (target 500 ms)"),
        ((late(ERRORS, Missing.NO_DATA), late(LATENCY, Missing.NO_DATA)), ""),
        ((late(ERRORS, Missing.NO_DATA),), ""),
    ],
)
def test_the_line_says_it(facts: tuple[Fact, ...], line: str) -> None:
    assert evidence_line(facts) == line


def test_it_stands_under_the_state() -> None:
    view = CardView(incident=incident(), evidence=(ERRORS,))
    text = card(view).blocks[1]["text"]["text"]

    assert text.endswith("*Open*, nobody has it yet\n" + OVER)


def test_what_is_over_does_not_look_as_if_it_still_were() -> None:
    over = incident(state=State.RESOLVED, resolved_at=NOW)
    text = card(CardView(incident=over, evidence=(ERRORS,))).blocks[1]["text"]["text"]

    assert text.endswith(f"\nWhile it lasted: {OVER}")


def test_what_ops_people_wrote_cannot_break_it() -> None:
    evil = fact("x", 1, "<!here>", "<!channel>`*" * 3, target=5)
    line = evidence_line([evil] * 99)

    assert "<" not in line
    assert len(line) <= LENGTH


def test_without_numbers_the_card_says_nothing_of_them() -> None:
    found = all_texts(card(CardView(incident=incident())))

    assert "n/a" not in found
    assert "target" not in found
