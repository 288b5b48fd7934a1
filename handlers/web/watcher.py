"""One look at the database for all viewers: tells each when what it shows has changed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from bot.bot import Bot
from bot.domain.errors import Refused, Unavailable

EVERY = 0.5
MOST_VIEWERS = 500
# Two writers may commit in another order than they were numbered in, and the newest number then
# hides a change; so now and again the incidents that somebody looks at are read all the same.
_ALL_THE_SAME = 10


@dataclass(kw_only=True, eq=False)
class Viewer:
    """Watches one incident, or with `None` all of them; `mark` is the last one it was told of."""

    incident: int | None
    mark: int | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, mark: int | None) -> None:
        if mark is not None and (self.mark is None or mark > self.mark):
            self.mark = mark
            self.changed.set()


class Watcher:
    """Looks only while somebody watches; belongs to one event loop."""

    def __init__(self, bot: Bot, *, every: float = EVERY, most: int = MOST_VIEWERS) -> None:
        self._bot, self._every, self._most = bot, every, most
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None
        self._joined = False  # since the last look
        self.closed = False

    @property
    def full(self) -> bool:
        """Whether as many people watch as this process can serve."""
        return self.closed or len(self._viewers) >= self._most

    @contextmanager
    def watching(self, incident: int | None, since: int | None) -> Iterator[Viewer]:
        """A viewer that is behind `since` is told at the next look."""
        viewer = Viewer(incident=incident, mark=since)
        self._viewers.add(viewer)
        self._joined = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)

    def close(self) -> None:
        """Sends every viewer away, so that a server that stops waits for none of them."""
        self.closed = True
        for viewer in self._viewers:
            viewer.changed.set()

    async def _watch(self) -> None:
        known: int | None = None
        turn = 0
        while self._viewers and not self.closed:
            numbers = {one.incident for one in self._viewers if one.incident is not None}
            joined, self._joined = self._joined, False
            try:
                revision = await run_in_threadpool(self._bot.revision)
                if joined or revision != known or turn % _ALL_THE_SAME == 0:
                    versions = await run_in_threadpool(self._versions, numbers)
                    self._tell(revision, versions)
                known = revision
            except Unavailable:
                known = None
            turn += 1
            await asyncio.sleep(self._every)

    def _tell(self, revision: int, versions: dict[int, int]) -> None:
        for viewer in self._viewers:
            mark = revision if viewer.incident is None else versions.get(viewer.incident)
            viewer.tell(mark)

    def _versions(self, numbers: set[int]) -> dict[int, int]:
        found = {}
        for number in numbers:
            try:
                found[number] = self._bot.incident(number).version
            except Refused:
                continue
        return found
