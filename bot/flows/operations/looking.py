"""One look at a release: Prometheus, the cluster or the site's host, and probes, all at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from math import ceil
from typing import Any, TypeVar

import structlog

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.fact import Missing
from bot.domain.operations.subject import Subject
from bot.domain.ops_data import evidence
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.policy import Verification
from bot.domain.ops_data.questions import Scope, filled
from bot.domain.verification.look import Look
from bot.flows.operations.bearing import Bearing, bearing
from bot.ports.world import World

T = TypeVar("T")
log = structlog.get_logger()
AT_ONCE = 24
BUDGET = 8.0  # seconds for one look; every call in it has a shorter limit of its own
BEFORE_BUDGET = 3.0  # seconds for all that is asked beforehand: the switch waits for it


class Looking:
    """Several threads may look at once."""

    def __init__(self, world: World, catalogue: Callable[[], Catalogue]) -> None:
        self._world, self._catalogue = world, catalogue
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="looking")

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def look(self, subject: Subject) -> Look:
        """What cannot be read in time is `None` in it; raises nothing."""
        color = subject.release.color if subject.scoped else ""
        asked = self._ask(subject, color)
        if subject.scoped:
            share = self._filled(self._catalogue().policy.questions.share, subject, color=color)
            asked["old_share"] = self._pool.submit(self._answer, share)
        standing = self._pool.submit(bearing, self._world, subject)
        visits = [
            self._pool.submit(self._visited, url, subject)
            for url in islice(cycle(subject.probes), self._probes(subject))
        ]
        everything: list[Future[Any]] = [*asked.values(), standing, *visits]
        wait(everything, timeout=BUDGET)
        found = _result(standing) or Bearing(ready=None, seen="nobody answered in time")
        numbers = {name: _result(one) for name, one in asked.items()}
        return Look(
            at=self._world.now(),
            ready=found.ready,
            seen=found.seen,
            troubles=found.troubles,
            restarts=found.restarts,
            elsewhere=found.elsewhere,
            serving=found.serving,
            most=found.most,
            requests=numbers["requests"],
            errors=numbers["errors"],
            fast=numbers["fast"],
            old_share=numbers.get("old_share"),
            tried=len(visits),
            fine=sum(_result(visit) is True for visit in visits),
        )

    def beforehand(self, subjects: Sequence[Subject], began: datetime) -> list[Subject]:
        """Each with how what it replaces does now, and what was usual before the incident began.

        All are asked at once, and what is not answered in time is unknown: a Prometheus that is
        down must not hold up the switch.
        """
        asked = [
            (self._ask(one, one.old.color if one.old else ""), self._ask_usual(one, began))
            for one in subjects
        ]
        wait([each for now, usual in asked for each in (*now.values(), usual)], BEFORE_BUDGET)
        at = self._world.now()
        return [
            replace(
                one,
                before=Look(
                    at=at,
                    requests=_result(now["requests"]),
                    errors=_result(now["errors"]),
                    fast=_result(now["fast"]),
                ),
                usual=_result(usual),
            )
            for one, (now, usual) in zip(subjects, asked, strict=True)
        ]

    def _ask_usual(self, subject: Subject, began: datetime) -> "Future[float | None]":
        """The share of errors, of both colours, just before the incident began."""
        policy = self._catalogue().policy
        ago = max(self._world.now() - began, timedelta()) + policy.verification.scrape
        text = self._filled(policy.questions.errors, subject, ago=ago)
        return self._pool.submit(self._answer, text)

    def _ask(self, subject: Subject, color: str) -> dict[str, "Future[float | None]"]:
        questions = self._catalogue().policy.questions
        texts = {
            "requests": questions.requests,
            "errors": questions.errors,
            "fast": questions.fast,
        }
        return {
            name: self._pool.submit(self._answer, self._filled(text, subject, color=color))
            for name, text in texts.items()
        }

    def _filled(
        self, text: str, subject: Subject, *, color: str = "", ago: timedelta = timedelta()
    ) -> str | None:
        """`None` where it cannot be asked: another environment's numbers are not to be had."""
        catalogue = self._catalogue()
        label = catalogue.queries.environment_label
        component = catalogue.components.get(subject.component)
        elsewhere = subject.environment != catalogue.default_environment and not label
        if component is None or elsewhere:
            return None
        scope = Scope(
            component=component.name,
            metrics=component.metrics,
            label=component.color_label,
            environment_label=label,
            environment=subject.environment,
        )
        rules = catalogue.policy.verification
        old = subject.old.color if subject.old else ""
        return filled(
            text, scope, window=rules.window, color=color, old=old,
            fast_seconds=rules.fast_seconds, ago=ago,
        )  # fmt: skip

    def _answer(self, query: str | None) -> float | None:
        if query is None or self._world.metrics is None:
            return None
        try:
            found = evidence.read(self._world.metrics.ask(query))
        except (Unavailable, GiveUp) as error:
            log.warning("looking.unanswered", query=query, why=str(error))
            return None
        return None if isinstance(found, Missing) else found

    def _probes(self, subject: Subject) -> int:
        return probes_a_look(self._catalogue().policy.verification) if self._world.visits else 0

    def _visited(self, url: str, subject: Subject) -> bool:
        """A service that says it is another version is not the target.

        What a site's page says is its host's build, which only the host can tell from another's.
        """
        if self._world.visits is None:
            return False
        visit = self._world.visits.get(url)
        said = visit.version if subject.namespace else ""
        return visit.fine and said in ("", subject.release.version)


def probes_a_look(rules: Verification) -> int:
    """So that those of the looks in `probe_seconds` come to `probes`."""
    return ceil(rules.probes * rules.every.total_seconds() / rules.probe_seconds)


def _result(asked: "Future[T]") -> T | None:
    if not asked.done():
        asked.cancel()
        return None
    return asked.result()
