"""Operations brought to a state by the moves that bring them there, without a platform."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.bot import Bot
from bot.domain.operations import operating
from bot.domain.operations.approval import need
from bot.domain.operations.check import Check
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import Operation, Progress, State, StepState
from bot.domain.operations.plan import Plan
from bot.domain.ops_data.policy import Policy
from bot.flows.operations.record import existing, store
from bot.store import steps
from bot.store.operations import add, next_number
from tests.domain.operations.made import operation, plan, step

PLAN = plan(
    steps=(
        step("freeze", stage=0, does="Freezes deploys", seconds=15),
        step("switch", stage=1, does="Switches the traffic to green", decisive=True, seconds=30),
    )
)


def asked(bot: Bot, incident: int = 1, *, by: str = "slack:U1", **fields: Any) -> Operation:
    """Being planned, as a verb leaves it."""
    with bot.db.write() as tx:
        made = operation(
            id=next_number(tx), incident=incident, requested_by=by, requested_at=bot.world.now(),
            **fields,
        )  # fmt: skip
        add(tx, made)
    return made


def moved(bot: Bot, number: int, move: Callable[[Operation, datetime], Move]) -> Operation:
    now = bot.world.now()
    with bot.db.write() as tx:
        made = move(existing(tx, number, lock=True), now)
        store(tx, made, now)
    bot.crew.changed()
    return made.operation


def planned(
    bot: Bot, number: int, *, made: Plan = PLAN, checks: tuple[Check, ...] = (),
    lasts: timedelta = timedelta(minutes=10),
) -> Operation:  # fmt: skip
    """As the planner leaves it: shown, and waiting for whom the policy asks."""
    with bot.db.write() as tx:
        steps.lay_out(tx, number, operating.waiting(made.steps))
    return moved(
        bot,
        number,
        lambda found, now: operating.planned(
            found,
            made,
            checks,
            need(made, found.request, checks, None),
            now=now,
            policy=Policy(approval_lasts=lasts),
        ),
    )


def waiting(bot: Bot, incident: int = 1, **fields: Any) -> Operation:
    return planned(bot, asked(bot, incident, **fields).id)


def replanned(bot: Bot, number: int) -> Operation:
    """The world changed: another plan is shown."""
    other = plan(steps=(step("switch", stage=0, does="Switches it all", decisive=True),))
    return planned(bot, number, made=other)


def running(bot: Bot, number: int) -> Operation:
    return moved(bot, number, operating.begun)


def stepped(bot: Bot, number: int, name: str, state: StepState = StepState.DONE) -> Operation:
    """A step of it ended; after the decisive one Cancel means Revert."""
    now = bot.world.now()
    with bot.db.write() as tx:
        begun = steps.open_attempt(tx, number, name, now)
        ended = Progress(
            name=name, component=begun.component, state=state, text=begun.text,
            seen=f"{name} was looked at", ending=state.value, attempts=begun.attempts,
            finished_at=now + timedelta(seconds=12),
        )  # fmt: skip
        steps.close(tx, number, ended)
    switched = {"switched_at": now} if name == "switch" else {}
    return moved(
        bot,
        number,
        lambda found, at: operating.moved(found, at, f"{name}: was looked at", **switched),
    )


def ended(bot: Bot, number: int, state: State, said: str) -> Operation:
    return moved(bot, number, lambda found, now: operating.ended(found, state, said, now))
