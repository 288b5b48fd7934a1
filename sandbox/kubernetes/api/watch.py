"""One watch: the objects that there are, then every change, until its time is up."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.chosen import chosen
from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.history import Event, Happened
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.refusals import Expired
from sandbox.kubernetes.selectors import Matches
from sandbox.kubernetes.store import Store
from sandbox.kubernetes.zero import zero

LONGEST_SECONDS = 1800
INITIAL_END = "k8s.io/initial-events-end"
Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`after` None: begin with the objects that there are."""

    kind: Kind
    fits: Matches
    namespace: str
    after: int | None
    seconds: float
    bookmark_seconds: float
    says_initial_end: bool


def read_wish(ask: Ask, kind: Kind, *, bookmark_seconds: float) -> Wish:
    version = ask.query.get("resourceVersion", "") or "0"
    seconds = ask.query.get("timeoutSeconds", "") or str(LONGEST_SECONDS)
    if not version.isdecimal() or not seconds.isdecimal():
        raise bad_request(f'Invalid value: "{version}", "{seconds}": strconv.ParseUint')
    wants_initial = ask.flag("sendInitialEvents")
    bookmarks = ask.flag("allowWatchBookmarks")
    return Wish(
        kind=kind,
        fits=chosen(ask, kind),
        namespace=ask.namespace,
        after=None if version == "0" or wants_initial else int(version),
        seconds=float(seconds) or LONGEST_SECONDS,
        bookmark_seconds=bookmark_seconds if bookmarks else float("inf"),
        says_initial_end=wants_initial and bookmarks,
    )


class Watch:
    def __init__(self, store: Store, wish: Wish) -> None:
        self._store = store
        self._wish = wish
        self._news = asyncio.Event()
        self._ended = False
        self._cut: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def opened(self, cut: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._cut = cut

    def wake(self) -> None:
        """From any thread."""
        self._in_loop(self._news.set)

    def cut(self) -> None:
        if self._cut is not None:
            self._in_loop(self._cut)

    def end(self) -> None:
        self._ended = True
        self.wake()

    async def events(self) -> AsyncIterator[Line]:
        ends = time.monotonic() + self._wish.seconds
        bookmark_at = time.monotonic() + self._wish.bookmark_seconds
        lines, seen = self._initial()
        for line in lines:
            yield line
        while not self._ended and time.monotonic() < ends:
            self._news.clear()
            try:
                events, newest = self._since(seen)
            except Expired as error:
                yield {"type": "ERROR", "object": error.status}
                return
            for event in events:
                if (line_of := self._line(event)) is not None:
                    yield line_of
            seen = max(seen, newest)
            if time.monotonic() >= bookmark_at:
                yield self._bookmark(seen)
                bookmark_at = time.monotonic() + self._wish.bookmark_seconds
            await self._nap(min(ends, bookmark_at))
        if self._wish.bookmark_seconds != float("inf"):
            yield self._bookmark(seen)

    def _since(self, seen: int) -> tuple[list[Event], int]:
        with self._store.lock:
            return self._store.changes_after(seen), self._store.newest

    def _initial(self) -> tuple[list[Line], int]:
        wish = self._wish
        if wish.after is not None:
            return [], wish.after
        with self._store.lock:
            seen = self._store.newest
            there = self._store.list(wish.kind, wish.namespace or None)
        lines: list[Line] = [{"type": "ADDED", "object": obj} for obj in there if wish.fits(obj)]
        if wish.says_initial_end:
            lines.append(self._bookmark(seen, annotations={INITIAL_END: "true"}))
        return lines, seen

    def _line(self, event: Event) -> Line | None:
        """As somebody sees it who knows only the objects that fit."""
        if event.kind is not self._wish.kind:
            return None
        fits = self._wish.fits
        is_in = event.type is not Happened.DELETED and fits(event.object)
        was_in = event.before is not None and fits(event.before)
        if not is_in and not was_in:
            return None
        word = "MODIFIED" if is_in and was_in else "ADDED" if is_in else "DELETED"
        shown = event.object
        if word == "DELETED" and event.before is not None:
            version = str(event.resource_version)
            metadata = event.before["metadata"] | {"resourceVersion": version}
            shown = event.before | {"metadata": metadata}
        return {"type": word, "object": shown}

    def _bookmark(self, version: int, annotations: dict[str, str] | None = None) -> Line:
        shown = zero(self._wish.kind, version)
        if annotations:
            shown["metadata"]["annotations"] = annotations
        return {"type": "BOOKMARK", "object": shown}

    async def _nap(self, until: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self._news.wait()

    def _in_loop(self, what: Callable[[], None]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
                self._loop.call_soon_threadsafe(what)
