"""The hot path: one thread takes all alerts that wait, stores them in one transaction, answers.

Nothing is answered before its commit. A queue over its bound, or a database that does not
answer, is `Unavailable`: the sender tries again, and an alert told twice is told once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from bot.domain.errors import Unavailable
from bot.domain.incidents.alert import Alert
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.intake.placing import receive_all
from bot.store import alerts as alert_rows
from bot.store.database import Conflict, Database

MOST_WAITING = 50_000  # alerts
MOST_AT_ONCE = 512
TRIES = 5
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of a delivery: its alerts are on disk, and these incidents are about them."""

    accepted: int
    incidents: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Delivery:
    alerts: Sequence[Alert]
    receipt: Future[Receipt]
    alone: bool = False  # a batch with it failed: it is tried by itself, then refused


class Intake:
    """Deliveries go in by `submit`, from any thread; `turn` belongs to one loop."""

    def __init__(
        self,
        db: Database,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        changed: Callable[[], None],
        measured: Callable[[int, float], None],
    ) -> None:
        self._db, self._catalogue, self._now = db, catalogue, now
        self._changed, self._measured = changed, measured
        self._waiting: deque[Delivery] = deque()
        self._count = 0
        self._arrived = threading.Condition()
        self._open = True
        self._expect_news = True
        self._seen: dict[int, datetime] = {}
        self._touch_at = now() + TOUCH_EVERY

    @property
    def waiting(self) -> int:
        return self._count

    @property
    def has_room(self) -> bool:
        """Whether the queue is below four fifths of its bound."""
        return self._count < MOST_WAITING * 4 // 5

    def submit(self, alerts: Sequence[Alert]) -> Future[Receipt]:
        """The future comes true after the commit; it fails with `Unavailable`."""
        delivery = Delivery(alerts=alerts, receipt=Future())
        delivery.receipt.set_running_or_notify_cancel()  # who no longer waits cancels nothing
        with self._arrived:
            full = self._count and self._count + len(alerts) > MOST_WAITING
            if not self._open or full:
                raise Unavailable("Too many alerts wait to be stored.", retry_after=1)
            self._put(delivery)
            self._arrived.notify()
        return delivery.receipt

    def close(self, seconds: float = 5) -> None:
        """Takes no more, and waits until what was taken is on its way into the store."""
        with self._arrived:
            self._open = False
            self._arrived.notify_all()
            self._arrived.wait_for(lambda: not self._waiting, seconds)

    def turn(self) -> float:
        batch = self._take()
        if not batch:
            self._touch()
            return 0.0 if self._open else 60.0
        stored = False
        started = perf_counter()
        try:
            self._store(batch)
            stored = True
        except Unavailable as error:
            stored = True  # nothing of it, and everyone is told
            _refuse(batch, error)
        finally:
            if not stored:
                self._try_alone(batch)
        self._measured(sum(len(one.alerts) for one in batch), perf_counter() - started)
        self._touch()
        return 0.0

    def _put(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)
        self._count += len(delivery.alerts)

    def _take(self) -> list[Delivery]:
        """What waits, up to a batch; waits a second for the first one."""
        with self._arrived:
            if not self._waiting and self._open:
                self._arrived.wait(1.0)
            batch: list[Delivery] = []
            size = 0
            while self._waiting and size < MOST_AT_ONCE:
                if batch and (self._waiting[0].alone or batch[0].alone):
                    break
                delivery = self._waiting.popleft()
                batch.append(delivery)
                size += len(delivery.alerts)
            self._count -= size
            self._arrived.notify_all()
            return batch

    def _store(self, batch: Sequence[Delivery]) -> None:
        for _ in range(TRIES):
            try:
                with self._db.write() as tx:
                    done, touched = receive_all(
                        tx,
                        [one.alerts for one in batch],
                        self._catalogue(),
                        self._now(),
                        expect_news=self._expect_news,
                    )
            except Conflict:
                continue
            self._expect_news = done.had_news  # storms of news and of repeats come in runs
            self._seen.update(done.seen)
            if done.changes:
                self._changed()
            for delivery, numbers in zip(batch, touched, strict=True):
                names = tuple(f"INC-{number}" for number in numbers)
                delivery.receipt.set_result(Receipt(accepted=len(delivery.alerts), incidents=names))
            return
        self._try_alone(batch)

    def _try_alone(self, batch: Sequence[Delivery]) -> None:
        """After a bug, or too many conflicts, so that a poisonous delivery takes no other along."""
        _refuse([one for one in batch if one.alone], Unavailable("It could not be stored."))
        again = [one for one in batch if not one.alone]
        with self._arrived:
            for delivery in again:
                delivery.alone = True
                self._put(delivery)

    def _touch(self) -> None:
        now = self._now()
        if not self._seen or now < self._touch_at:
            return
        self._touch_at = now + TOUCH_EVERY
        try:
            with self._db.write() as tx:
                alert_rows.touch(tx, self._seen)
        except (Conflict, Unavailable):
            return  # it decides nothing, and comes again
        self._seen.clear()


def _refuse(batch: Sequence[Delivery], error: Unavailable) -> None:
    for delivery in batch:
        delivery.receipt.set_exception(error)
