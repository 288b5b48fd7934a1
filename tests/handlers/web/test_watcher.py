"""The one look for all viewers: only while somebody watches, and through a database's absence."""

import asyncio
import sqlite3
import threading

from bot.bot import Bot
from bot.domain.errors import Unavailable
from handlers.web.watcher import Viewer, Watcher
from tests.handlers.web.rig import Rig

PATIENCE = 10


async def told(viewer: Viewer) -> int | None:
    await asyncio.wait_for(viewer.changed.wait(), PATIENCE)
    viewer.changed.clear()
    return viewer.mark


def rename(rig: Rig, before: str, after: str) -> None:
    with sqlite3.connect(rig.settings.database_url.removeprefix("sqlite:///")) as database:
        database.execute(f"ALTER TABLE {before} RENAME TO {after}")
    database.close()


class Seeing:
    """The bot, and whether a look at it has failed."""

    def __init__(self, bot: Bot) -> None:
        self._bot, self.failed = bot, threading.Event()
        self.incident = bot.incident

    def revision(self) -> int:
        try:
            return self._bot.revision()
        except Unavailable:
            self.failed.set()
            raise


def test_a_viewer_with_nothing_is_told_at_once(rig: Rig) -> None:
    rig.fire()

    async def watch() -> int | None:
        with Watcher(rig.bot, every=0.01).watching(1, None) as viewer:
            return await told(viewer)

    assert asyncio.run(watch()) == 1


def test_a_database_that_was_away_is_looked_at_again(rig: Rig) -> None:
    name = rig.fire()
    seeing = Seeing(rig.bot)
    watcher = Watcher(seeing, every=0.01)  # type: ignore[arg-type]  # it asks no more of a bot

    async def watch() -> int | None:
        with watcher.watching(1, None) as viewer:
            await told(viewer)
            rename(rig, "entries", "away")
            assert await asyncio.to_thread(seeing.failed.wait, PATIENCE)
            rename(rig, "away", "entries")
            rig.command(f"ack {name}")
            return await told(viewer)

    assert asyncio.run(watch()) == 2


def test_an_older_mark_is_no_news() -> None:
    viewer = Viewer(incident=1, mark=5)
    viewer.tell(4)
    viewer.tell(5)
    viewer.tell(None)
    assert not viewer.changed.is_set()
    viewer.tell(6)
    assert (viewer.changed.is_set(), viewer.mark) == (True, 6)


def test_nobody_looks_when_nobody_watches(rig: Rig) -> None:
    rig.fire()
    watcher = Watcher(rig.bot, every=0.01)

    async def watch() -> int | None:
        with watcher.watching(1, None) as viewer:
            await told(viewer)
            looking = asyncio.all_tasks() - {asyncio.current_task()}
            assert len(looking) == 1
        assert await asyncio.wait(looking, timeout=PATIENCE) == (looking, set())
        with watcher.watching(1, None) as viewer:
            return await told(viewer)

    assert asyncio.run(watch()) == 1


def test_closing_wakes_everybody(rig: Rig) -> None:
    rig.fire()
    watcher = Watcher(rig.bot, every=0.01)

    async def watch() -> None:
        with watcher.watching(1, 1) as viewer:
            watcher.close()
            await told(viewer)
        assert watcher.full

    asyncio.run(watch())
