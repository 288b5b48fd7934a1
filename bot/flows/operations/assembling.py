"""Puts the parts of the operations together that need the durable engine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.domain.ops_data.catalogue import Catalogue
from bot.engine.engine import Engine
from bot.flows.engine_room import EngineRoom
from bot.flows.operations.afterwatch import AfterWatch
from bot.flows.operations.beginning import Beginning
from bot.flows.operations.ending import Finish
from bot.flows.operations.house import House
from bot.flows.operations.looking import Looking
from bot.flows.operations.planning import PlanningLoop
from bot.flows.operations.record import Record
from bot.flows.operations.rights import Rights
from bot.flows.operations.run import Runs
from bot.flows.operations.starting import StartingLoop
from bot.flows.operations.verifying import Watch
from bot.ports.world import World


@dataclass(frozen=True, kw_only=True)
class Operating:
    room: EngineRoom
    planning: PlanningLoop
    starting: StartingLoop
    afterwatch: AfterWatch


def assembled(
    record: Record, world: World, catalogue: Callable[[], Catalogue], data_dir: Path
) -> Operating:
    db, now = record.db, world.now
    looking = Looking(world, catalogue)
    watch = Watch(record=record, world=world, catalogue=catalogue, looking=looking)
    house = House(db=db, world=world, catalogue=catalogue, watch=watch)
    beginning = Beginning(
        record=record,
        catalogue=catalogue,
        planner=house,
        rights=Rights(db=db, catalogue=catalogue, now=now),
    )
    finish = Finish(record=record, catalogue=catalogue)
    engine = Engine(db, data_dir=data_dir)
    Runs(world=world, beginning=beginning, watch=watch, finish=finish).register(engine)
    room = EngineRoom(engine)
    return Operating(
        room=room,
        planning=PlanningLoop(record=record, planner=house, catalogue=catalogue, now=now),
        starting=StartingLoop(record=record, room=room, now=now),
        afterwatch=AfterWatch(record, looking, catalogue),
    )
