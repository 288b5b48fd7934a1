"""A rollback's snapshots in an AWS whose time goes on with the office's."""

import time

from bot.actions.registry import ACTIONS
from bot.actions.take_restore_point import Args
from bot.domain.operations.operating import ended
from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.restore_point import Provider
from bot.engine.guarded import Guard
from bot.engine.outcome import Outcome
from bot.flows.duties import DutyLoop
from bot.flows.operations.reminding import Reminding
from bot.ports.world import World
from sandbox.aws.seed import Engine, Seed
from sandbox.aws.server import AwsTwin
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import Office

LONG = 2400.0  # seconds that the snapshot takes
POINT = "restore point of postgresql"
NAMES = {Provider.RDS: "orders", Provider.AURORA: "users"}


class Free:
    """A run that nobody takes away and whose pauses are short."""

    def hold(self) -> None: ...

    def pause(self, seconds: float) -> None: ...


class Account:
    """AWS, whose time goes on with the office's."""

    def __init__(self, office: Office) -> None:
        self._office, self._began, self._started = office, office.at, time.time()
        databases = (Engine(name="orders", multi_az=True),)
        clusters = (Engine(name="users"),)
        seed = Seed(databases=databases, clusters=clusters, images=())
        self.twin = AwsTwin(seed=seed, clock=self._clock)
        self.twin.databases.take_snapshots_in(LONG)

    def _clock(self) -> float:
        return self._started + (self._office.at - self._began).total_seconds()


def loop(office: Office, world: World) -> DutyLoop:
    reminding = Reminding(office.record, lambda: office.catalogue)
    return DutyLoop(office.db, world, lambda: None, reminding)


def taken(office: Office, world: World, provider: Provider = Provider.RDS) -> Operation:
    """A rollback that began its snapshot, and is done before that is there."""
    one, outcome = took(office, world, provider)
    assert outcome.well, outcome
    return one


def took(
    office: Office, world: World, provider: Provider = Provider.RDS
) -> tuple[Operation, Outcome]:
    """The same, however its step ended."""
    name = NAMES[provider]
    args = {"component": "postgresql", "provider": provider.value, "name": name, "id": "cf-rb-1"}
    point = step(
        POINT, action="take_restore_point", component="postgresql", args=args, stage=0,
        optional=True, does="Sees that the data can be brought back",
    )  # fmt: skip
    one = office.add(State.RUNNING, plan=plan(steps=(point, step(decisive=True))))
    outcome = Guard(
        run=Free(), action=ACTIONS["take_restore_point"], world=world,
        args=Args(**{**args, "provider": provider}), key=f"{one.key_root}/{POINT}",
        journal=office.journal(one, POINT),
    ).through()  # fmt: skip
    office.record.keep(one.id, lambda _, found: ended(found, State.SUCCEEDED, "done", office.at))
    return office.find(one.id), outcome
