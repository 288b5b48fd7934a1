"""Two replicas of PostgreSQL with one operation: whatever happens to one, one switch is made."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.operations.operation import State
from bot.store.tables import leases
from sandbox.servers.candlefish import Candlefish
from sandbox.twin.faults import Moment
from tests.crash.operations.flow import NOT_A_DRY_RUN
from tests.crash.operations.flows import FLOWS
from tests.crash.operations.proof import progress, prove
from tests.crash.patience import until
from tests.databases import PostgresMaker
from tests.operations.rig import Rig, rigged

RESUMED_WITHIN = 15.0
DECLARED_DEAD = 70
HOME = "https://bot.example.org"
FLOW = FLOWS["switch"]
SERVICE = FLOW.writes["selector"].path
MINIMUM = FLOW.writes["minimum"].path
TARGET, ORIGINAL = "graphql-api-blue v1.4.2", "graphql-api-green v1.4.3-bad"


@pytest.fixture
def pair(postgres_maker: PostgresMaker, tmp_path: Path) -> Iterator[Rig]:
    """The first one leads, so it is the one that the run begins on."""
    with (
        postgres_maker.migrated(tmp_path) as url,
        rigged(tmp_path, url, replicas=2, CANDLEFISH_BASE_URL=HOME) as rig,
    ):
        FLOW.prepare(rig)
        rig.serve()
        until(lambda: any(_leads(rig, bot) for bot in rig.bots), "one leads the operations")
        rig.bots.sort(key=lambda bot: not _leads(rig, bot))
        yield rig


def test_one_is_killed_in_the_switch_and_the_other_goes_on(pair: Rig) -> None:
    struck: list[float] = []

    def kill() -> None:
        pair.bot.kill()
        struck.append(time.monotonic())

    faults = pair.platform.cluster.api.faults
    faults.at(Moment.APPLIED, "PATCH", SERVICE, kill, query=NOT_A_DRY_RUN)
    name = _approved(pair)
    until(lambda: struck, "it is killed in the switch")
    _prove_taken_over(pair, name, struck[0])
    _prove(pair, name)


def test_one_is_frozen_past_its_lease_with_the_switch_sent(pair: Rig) -> None:
    faults = pair.platform.cluster.api.faults

    def arm(freeze: Callable[[], None]) -> None:
        faults.at(Moment.SEEN, "PATCH", SERVICE, freeze, query=NOT_A_DRY_RUN)

    _frozen_and_woken(pair, arm)


@pytest.mark.long
def test_one_is_frozen_past_its_lease_about_to_send_the_switch(pair: Rig) -> None:
    """It has read the Service for the second time in this step, and knows what to send."""
    faults = pair.platform.cluster.api.faults
    times = iter((1, 2))

    def arm(freeze: Callable[[], None]) -> None:
        def read() -> None:
            if next(times) == 2:
                freeze()

        def begin() -> None:
            faults.at(Moment.APPLIED, "GET", SERVICE, read, times=2)

        faults.at(Moment.APPLIED, "PATCH", MINIMUM, begin, query=NOT_A_DRY_RUN)

    _frozen_and_woken(pair, arm)


def _frozen_and_woken(pair: Rig, arm: Callable[[Callable[[], None]], None]) -> None:
    stopped: list[float] = []

    def freeze() -> None:
        _signal(pair.bot, signal.SIGSTOP)
        stopped.append(time.monotonic())

    arm(freeze)
    name = _approved(pair)
    until(lambda: stopped, "it is frozen", seconds=30)
    _prove_taken_over(pair, name, stopped[0])
    _prove(pair, name)
    _signal(pair.bot, signal.SIGCONT)
    assert pair.bot.child is not None
    assert pair.bot.child.process.wait(30) == DECLARED_DEAD
    _prove(pair, name)


def _approved(pair: Rig) -> str:
    name = str(pair.ask(FLOW.words)["id"])
    pair.approve(name)
    return name


def _prove_taken_over(pair: Rig, name: str, since: float) -> None:
    """`since` is when the first one did its last."""
    far = progress(pair, name)
    left = RESUMED_WITHIN - (time.monotonic() - since)
    until(lambda: progress(pair, name) != far, "the other goes on", seconds=left)
    print(f"taken over after {time.monotonic() - since:.1f} s")  # noqa: T201 (beside a failure)


def _prove(pair: Rig, name: str) -> None:
    assert pair.rest(name)["state"] == State.SUCCEEDED, pair.found(name).said
    prove(pair, FLOW, name, original=ORIGINAL, target=TARGET)


def _leads(rig: Rig, bot: Candlefish) -> bool:
    with rig.db.read() as tx:
        owner = tx.execute(select(leases.c.owner).where(leases.c.name == "operations")).scalar()
    return owner is not None and f"-{bot.pid}-" in str(owner)


def _signal(bot: Candlefish, number: signal.Signals) -> None:
    assert bot.child is not None
    bot.child.process.send_signal(number)
