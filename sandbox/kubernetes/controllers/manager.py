"""Runs all controllers in one thread, woken by whatever changes in the store."""

import contextlib
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sandbox.kubernetes.controllers.controller import Controller, Key
from sandbox.kubernetes.controllers.deployment import Deployments
from sandbox.kubernetes.controllers.disruption import Disruptions
from sandbox.kubernetes.controllers.due import Due
from sandbox.kubernetes.controllers.endpoints import Endpoints
from sandbox.kubernetes.controllers.fate import Fates
from sandbox.kubernetes.controllers.garbage import Garbage
from sandbox.kubernetes.controllers.hpa import Autoscalers
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.controllers.pods import Pods
from sandbox.kubernetes.controllers.quota import Quotas
from sandbox.kubernetes.controllers.replicaset import ReplicaSets
from sandbox.kubernetes.history import Event, Happened
from sandbox.kubernetes.kinds import STORED
from sandbox.kubernetes.refusals import Expired
from sandbox.kubernetes.store import Store

_LONGEST_NAP, _HELD_NAP = 60.0, 0.05


class Controllers:
    """`with Controllers(store) as controllers:`; `fates` and `load` are what tests turn."""

    def __init__(self, store: Store, *, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.fates = Fates(self.wake_all)
        self.load = Load(self.wake_all)
        self._store = store
        self._all = self._controllers()
        self._due = Due()
        self._wake = threading.Event()
        self._ending = False
        self._is_held = False
        self._thread = threading.Thread(target=self._run, name="controllers", daemon=True)

    def __enter__(self) -> Self:
        self._store.history.listen(self._wake.set)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending = True
        self._wake.set()
        self._thread.join()
        self._store.history.unlisten(self._wake.set)

    def _controllers(self) -> tuple[Controller, ...]:
        store, pace = self._store, self.pace
        quotas = Quotas(store)
        store.admission.append(quotas.admit)
        # A change is told in this order: who makes the numbers before who reads them.
        return (
            Pods(store, pace, self.fates),
            ReplicaSets(store, pace),
            Endpoints(store, pace),
            quotas,
            Deployments(store, pace),
            Autoscalers(store, pace, self.load),
            Disruptions(store),
            Garbage(store),
        )

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While the block runs nothing is reconciled: what the API takes is not acted on."""
        with self._store.lock:
            self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            self._wake.set()

    def wake_all(self) -> None:
        """Look at everything again: something outside the store has changed."""
        self._take_stock()
        self._wake.set()

    def _run(self) -> None:
        seen = self._take_stock()
        while not self._ending:
            self._wake.clear()
            seen = self._hear(seen)
            for controller, key in self._due.take(time.monotonic()):
                self._sync(controller, key)
            next_at = self._due.next()
            nap = _LONGEST_NAP if next_at is None else next_at - time.monotonic()
            if nap > 0:
                self._wake.wait(nap)

    def _sync(self, controller: Controller, key: Key) -> None:
        with self._store.lock:
            again = _HELD_NAP if self._is_held else controller.sync(key)
        if again is not None:
            self._due.add(controller, key, time.monotonic() + again)

    def _take_stock(self) -> int:
        with self._store.lock:
            newest = self._store.newest
            for kind in STORED:
                for obj in self._store.list(kind):
                    self._spread(
                        Event(type=Happened.ADDED, kind=kind, object=obj, resource_version=newest)
                    )
        return newest

    def _hear(self, seen: int) -> int:
        try:
            events = self._store.changes_after(seen)
        except Expired:
            return self._take_stock()
        for event in events:
            self._spread(event)
        return events[-1].resource_version if events else seen

    def _spread(self, event: Event) -> None:
        now = time.monotonic()
        for controller in self._all:
            for key in controller.touched(event):
                self._due.add(controller, key, now)
