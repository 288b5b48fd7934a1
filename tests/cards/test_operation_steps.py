"""The steps of an operation on the card: which are done, which runs, which are to come."""

import re
from dataclasses import replace

from bot.cards.incident import CardView, card
from bot.cards.operation import OperationView
from bot.domain.operations.operation import Progress, State, StepState, Stop
from tests.cards.cases import BASE_URL, all_texts, incident
from tests.cards.operation_cases import DONE, GOING, PLAN, RUNNING, TO_COME, words
from tests.domain.operations.made import NOW, operation, step


def test_a_run_shows_its_steps_with_state_and_time_and_when_it_is_due() -> None:
    found = words(RUNNING, DONE, GOING, TO_COME)
    assert "*Running* since <!date^" in found
    assert "*due by <!date^1795403100^{time}|2026-11-23 03:05 UTC>*" in found
    assert (
        "✓ Freezes deploys · 12 s\n"
        "▶️ Scales green · since <!date^1795402800^{time}|2026-11-23 03:00 UTC>\n"
        "▫️ Switches to green"
    ) in found
    assert "approved by <@U1>" in found
    assert "The idle colour" not in found


def test_the_next_step_of_each_lane_has_begun_as_soon_as_the_one_before_ended() -> None:
    assert "▶️ Scales green\n▫️ Switches" in words(RUNNING, DONE, TO_COME, TO_COME)
    stopped = replace(RUNNING, stop=Stop(actor="slack:U2", at=NOW))
    assert "▫️ Scales green\n▫️ Switches" in words(stopped, DONE, TO_COME, TO_COME)
    assert "<@U2> asked to stop" in words(stopped, DONE, TO_COME, TO_COME)
    two = replace(
        RUNNING,
        plan=replace(
            PLAN,
            steps=(
                step("freeze", stage=0),
                step("scale", stage=0, component="redis"),
                step("switch", stage=0, component="redis"),
            ),
        ),
    )
    assert "▶️ Freezes deploys\n▶️ Scales green\n▫️ Switches" in words(two, *[TO_COME] * 3)


def test_a_stuck_one_says_what_was_observed() -> None:
    stuck = operation(State.STUCK, plan=PLAN, said="stuck, a person must look", run=1)
    found = words(stuck, DONE, StepState.STUCK, StepState.SKIPPED)
    assert "🆘 *Stuck*: a person must look" in found
    assert "🆘 Scales green · 12 s: what was seen by @ada" in found
    assert '`/candlefish operation close OP-7 "what you did"`' in found


def test_a_long_plan_is_cut_with_a_link_and_shows_what_goes_on() -> None:
    steps = tuple(
        step(f"s{number}", stage=number, does=f"Step {number} " + "x" * 150) for number in range(60)
    )
    rows = [
        Progress(
            name=one.name, component=one.component, text=one.does, started_at=NOW,
            state=DONE if number < 40 else GOING if number == 40 else TO_COME,
            finished_at=NOW if number < 40 else None,
        )
        for number, one in enumerate(steps)
    ]  # fmt: skip
    one = replace(RUNNING, plan=replace(PLAN, steps=steps))
    found = CardView(
        incident=incident(), operations=[OperationView(operation=one, progress=rows)],
        base_url=BASE_URL,
    )  # fmt: skip
    text = all_texts(card(found))
    assert "▶️ Step 40 " in text
    assert "▫️ Step 41 " in text
    assert re.search(rf"and <{BASE_URL}/incidents/INC-7#OP-7\|\d+ more of its steps>", text)
