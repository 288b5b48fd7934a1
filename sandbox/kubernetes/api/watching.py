"""Watches: what changes, as it changes, to as many as want to know."""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from sandbox.kubernetes.api.answer import JSON, headers, packed
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.watch import Watch, read_wish
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.store import Store
from sandbox.twin.transport import cut

BOOKMARK_SECONDS = 60.0


class Watches:
    """`bookmark_seconds`: how long a watch that wants bookmarks waits for one."""

    def __init__(self, store: Store) -> None:
        self.bookmark_seconds = BOOKMARK_SECONDS
        self._store = store
        self._open: set[Watch] = set()
        self._closing = False
        store.history.listen(self.wake)

    def response(self, ask: Ask, kind: Kind, scope: Scope) -> Response:
        """Raises `Rejected` for a watch that cannot be."""
        wish = read_wish(ask, kind, bookmark_seconds=self.bookmark_seconds)
        lines = self._lines(Watch(self._store, wish), scope)
        return StreamingResponse(lines, headers=headers(), media_type=JSON)

    @property
    def count(self) -> int:
        return len(self._open)

    def wake(self) -> None:
        for watch in list(self._open):
            watch.wake()

    def cut(self) -> None:
        """Every open watch loses its connection, as when an API server dies."""
        for watch in list(self._open):
            watch.cut()

    def close(self) -> None:
        self._closing = True
        self._store.history.unlisten(self.wake)
        for watch in list(self._open):
            watch.end()

    async def _lines(self, watch: Watch, scope: Scope) -> AsyncIterator[bytes]:
        watch.opened(lambda: cut(scope))
        self._open.add(watch)
        try:
            if self._closing:
                return
            async for event in watch.events():
                yield packed(event) + b"\n"
        finally:
            self._open.discard(watch)
