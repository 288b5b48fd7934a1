"""The evidence loop asks what the numbers say about open incidents, and keeps that up to date.

Level-triggered: it looks whose numbers are old, one component a turn, and one asking serves all
incidents of that component. A card is behind only when a number moved. The timeline holds none
of it: numbers are state, and a line a minute would bury what people did.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.fact import Fact, Missing, steady
from bot.domain.ops_data import evidence as rules
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.evidence import Answer, Ask
from bot.flows.leader import Leader
from bot.ports.metrics import Metrics
from bot.ports.trouble import TimedOut
from bot.store import evidence
from bot.store.database import Conflict, Database
from bot.store.evidence import Due, Scope

log = structlog.get_logger()
IDLE = 5.0
BREATH = 0.05
GAP = timedelta(seconds=1)  # a storm wakes the loop hundreds of times a second
AT_ONCE = 10  # queries
BUDGET = 3.0  # seconds for all that is asked about one component


class EvidenceLoop:
    """`metrics` is `None` where Prometheus is off: then numbers from before are taken away."""

    def __init__(
        self,
        *,
        db: Database,
        metrics: Metrics | None,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        changed: Callable[[], None],
        leader: Leader | None = None,
    ) -> None:
        self._db, self._metrics, self._catalogue = db, metrics, catalogue
        self._now, self._changed = now, changed
        self._leader = leader or Leader(db, "evidence", now)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="evidence")
        self._resting_until = now()
        self._cleared_for: Scope | None = None

    def turn(self) -> float:
        if not self._leader.leads():
            return IDLE
        rest = (self._resting_until - self._now()).total_seconds()
        if rest > 0:
            return rest
        try:
            more = self._work()
        except Conflict:
            more = True
        if more:
            return BREATH
        self._resting_until = self._now() + GAP
        return IDLE

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._leader.resign()

    def _work(self) -> bool:
        """Looks at the most urgent component; whether more waits."""
        catalogue = self._catalogue()
        scope = self._scope(catalogue)
        if scope != self._cleared_for:
            self._clear(scope)
        if not scope.components:
            return False
        now = self._now()
        with self._db.read() as tx:
            due = evidence.due(tx, scope, now, now - rules.SETTLED_AFTER)
        if not due:
            return False
        first = due[0]
        group = [one for one in due if one.about == first.about]
        component = catalogue.components.get(first.component)
        asks = rules.asks(catalogue.queries, component, first.environment) if component else ()
        self._keep(group, self._asked(asks))
        return len(due) > len(group)

    def _scope(self, catalogue: Catalogue) -> Scope:
        own, queries = catalogue.default_environment, catalogue.queries
        if self._metrics is None:
            return Scope(components=frozenset(), environment=own)
        return Scope(
            components=rules.askable(queries, catalogue.components, own),
            environment=None if queries.environment_label else own,
        )

    def _clear(self, scope: Scope) -> None:
        """Takes away the numbers that nothing can be asked about any more."""
        with self._db.write() as tx:
            astray = evidence.astray(tx, scope)
            for number in astray:
                evidence.keep(tx, number, (), None, moved=bool(evidence.find(tx, number)))
        if astray:
            self._changed()
        self._cleared_for = scope

    def _asked(self, asks: Sequence[Ask]) -> tuple[Fact, ...]:
        texts = rules.ask_texts(asks)
        futures = {text: self._pool.submit(self._answer, text) for text in texts}
        wait(futures.values(), timeout=BUDGET)
        answers = {text: _outcome(future) for text, future in futures.items()}
        at = self._now()
        return tuple(
            rules.found(ask, answers[ask.now], answers[ask.earlier] if ask.earlier else None, at)
            for ask in asks
        )

    def _answer(self, query: str) -> Answer:
        if self._metrics is None:
            return Missing.NO_ANSWER
        try:
            return rules.read(self._metrics.ask(query))
        except TimedOut:
            return Missing.TIMEOUT
        except Unavailable:
            return Missing.NO_ANSWER
        except GiveUp as error:
            log.warning("evidence.refused", query=query, why=str(error))
            return Missing.REFUSED

    def _keep(self, group: Sequence[Due], found: tuple[Fact, ...]) -> None:
        again = self._now() + rules.EVERY
        learned = any(fact.value is not None for fact in found)
        moved = False
        with self._db.write() as tx:
            for due in sorted(group, key=lambda one: one.incident):
                before = evidence.find(tx, due.incident)
                # A last look that learns nothing leaves what was known.
                facts = before if due.ended and not learned else steady(before, found)
                due_at = None if due.ended else again
                evidence.keep(tx, due.incident, facts, due_at, moved=facts != before)
                moved = moved or facts != before
        if moved:
            self._changed()


def _outcome(future: Future[Answer]) -> Answer:
    if future.done():
        return future.result()
    future.cancel()
    return Missing.TIMEOUT
