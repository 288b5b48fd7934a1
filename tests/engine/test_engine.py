"""The engine as flows use it: runs, their steps and lanes, and what is left when it stops."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.engine.engine import Engine
from bot.engine.run import Run
from bot.engine.standing import RunState
from tests.crash.patience import until
from tests.engine.engines import Engines, ended
from tests.outage import cut_off


def test_a_run_ends_with_what_it_returned(engines: Engines) -> None:
    engine = engines.launched(work=lambda run, a, b: [run.id, run.step("one", lambda: a + b)])
    engine.start("work", "op:1", 1, 2)

    standing = ended(engine, "op:1")
    assert (standing.state, standing.result) == (RunState.ENDED, ["op:1", 3])
    assert engine.standing("op:2") is None


def test_the_same_run_is_started_once(engines: Engines) -> None:
    begun: list[str] = []
    engine = engines.launched(work=lambda run, word: begun.append(word))
    for word in ("first", "second"):
        engine.start("work", "op:1", word)
        ended(engine, "op:1")

    assert begun == ["first"]


def test_a_step_returns_what_a_replay_would_read(engines: Engines) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    seen: list[Any] = []
    engine = engines.launched(
        work=lambda run: seen.append(run.step("one", lambda: {"pair": (1, 2), "at": at}))
    )
    engine.start("work", "op:1")
    ended(engine, "op:1")

    assert seen == [{"pair": [1, 2], "at": at}]


def test_arguments_are_given_as_a_replay_would_give_them(engines: Engines) -> None:
    seen: list[Any] = []
    engine = engines.launched(work=lambda run, pair: seen.append(pair))
    engine.start("work", "op:1", (1, 2))
    ended(engine, "op:1")

    assert seen == [[1, 2]]


@pytest.mark.parametrize(
    ("error", "words"),
    [(GiveUp("no rights"), "GiveUp: no rights"), (ZeroDivisionError("by 0"), "by 0")],
)
def test_a_run_that_raises_has_failed(engines: Engines, error: Exception, words: str) -> None:
    def work(run: Run) -> None:
        raise error

    engine = engines.launched(work=work)
    engine.start("work", "op:1")

    standing = ended(engine, "op:1")
    assert standing.state is RunState.FAILED
    assert words in standing.words


def test_what_a_step_raises_can_be_answered(engines: Engines) -> None:
    def refuse() -> None:
        raise Refused("It is locked.", "Wait.")

    def work(run: Run) -> str:
        try:
            run.step("one", refuse)
        except Refused as error:
            return error.next_move
        return "it went well"

    engine = engines.launched(work=work)
    engine.start("work", "op:1")

    assert ended(engine, "op:1").result == "Wait."


def test_lanes_run_beside_each_other_and_answer_in_order(engines: Engines) -> None:
    together = threading.Barrier(3)

    def lane(run: Run, number: int) -> str:
        run.step("meet", lambda: together.wait(30))
        return f"{run.id} {number}"

    def work(run: Run) -> list[str]:
        return run.together("tier", [("lane", (number,)) for number in range(3)])

    engine = engines.launched(work=work, lane=lane)
    engine.start("work", "op:1")

    assert ended(engine, "op:1").result == [f"op:1:tier:{n} {n}" for n in range(3)]


def test_a_lane_that_fails_is_raised_once_all_have_ended(engines: Engines) -> None:
    late = threading.Event()

    def lane(run: Run, number: int) -> None:
        if number == 0:
            raise GiveUp("the first lane")
        late.wait(30)
        run.step("late", lambda: done.append(number))

    def work(run: Run) -> str:
        try:
            run.together("tier", [("lane", (0,)), ("lane", (1,))])
        except GiveUp as error:
            return f"{error}, {done}"
        return "none failed"

    done: list[int] = []
    engine = engines.launched(work=work, lane=lane)
    engine.start("work", "op:1")
    until(lambda: _failed(engine, "op:1:tier:0"), "the first lane fails")
    late.set()

    assert ended(engine, "op:1").result == "the first lane, [1]"


def test_two_engines_at_once_are_refused(engines: Engines) -> None:
    engines.launched()
    with pytest.raises(Refused, match=r"Another engine runs in this process\. Stop it first\."):
        Engine(engines.db, data_dir=engines.folder).launch()


def test_one_engine_after_the_other_goes_on(engines: Engines) -> None:
    steps: Counter[str] = Counter()
    reached, never = threading.Event(), threading.Event()

    def work(run: Run, name: str) -> str:
        run.step("once", partial(steps.update, [name]))
        reached.set()
        run.step("wait", lambda: run.pause(0 if never.is_set() else 60))
        return name

    engine = engines.launched(work=work)
    engine.start("work", "op:1", "a")
    assert reached.wait(30)
    engines.stop()
    never.set()
    engine = engines.launched(work=work)

    assert ended(engine, "op:1").result == "a"
    assert steps == {"a": 1}


def test_a_sleep_is_not_begun_anew(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    pause = Run.pause

    def noted(run: Run, seconds: float) -> None:
        waits.append(seconds)
        pause(run, seconds)

    monkeypatch.setattr(Run, "pause", noted)
    engine = engines.launched(work=lambda run: run.sleep(5.0))
    engine.start("work", "op:1")
    until(lambda: max(waits, default=0) > 0, "it sleeps")
    engines.stop()
    slept = max(waits)
    waits.clear()
    engine = engines.launched(work=lambda run: run.sleep(5.0))
    ended(engine, "op:1")

    assert max(waits) < slept


def test_a_step_waits_for_our_own_database(
    engines: Engines, request: pytest.FixtureRequest
) -> None:
    tried: list[bool] = []
    asking, away = threading.Event(), threading.Event()

    def ask() -> str:
        asking.set()
        tried.append(away.wait(30))
        engines.db.check_writable()
        return "it answered"

    engine = engines.launched(work=lambda run: run.step("ask", ask))
    engine.start("work", "op:1")
    assert asking.wait(30)
    with cut_off(engines.db, request):
        away.set()
        until(lambda: len(tried) > 2, "it tried again")

    assert ended(engine, "op:1").result == "it answered"
    assert not engines.deaths


def test_a_vendor_away_is_not_waited_for(engines: Engines) -> None:
    tried: list[bool] = []

    def ask() -> None:
        tried.append(True)
        raise Unavailable("Kubernetes does not answer.")

    engine = engines.launched(work=lambda run: run.step("ask", ask))
    engine.start("work", "op:1")

    assert ended(engine, "op:1").words == "Unavailable: Kubernetes does not answer."
    assert len(tried) == 1


def test_old_runs_are_forgotten_and_new_ones_kept(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engines.launched(work=lambda run: None)
    engine.start("work", "op:1")
    ended(engine, "op:1")
    engine.tidy()
    assert engine.standing("op:1") is not None

    monkeypatch.setattr("bot.engine.engine._KEPT", timedelta(seconds=-5))
    engine.tidy()
    assert engine.standing("op:1") is None


def _failed(engine: Engine, run: str) -> bool:
    found = engine.standing(run)
    return found is not None and found.state is RunState.FAILED


def test_after_the_stop_its_loops_find_nothing_to_do(engines: Engines) -> None:
    engine = engines.launched()
    engines.stop()

    assert engine.beat() > 1
    assert engine.sweep() > 1
    with pytest.raises(Unavailable, match="The engine has stopped"):
        engine.tidy()
    assert not engines.deaths


def test_a_name_that_nobody_registered_is_a_mistake(engines: Engines) -> None:
    with pytest.raises(KeyError):
        engines.launched().start("nobody", "op:1")
