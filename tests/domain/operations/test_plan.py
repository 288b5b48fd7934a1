from dataclasses import replace

import msgspec
import pytest

from bot.domain.operations.plan import Origin, Plan, stages
from tests.domain.operations.made import GOOD, NOW, leg, plan, step, traced


@pytest.mark.parametrize(
    "weather",
    [
        {"notes": ("idle has room",)},
        {"links": {"commits": "https://example.org"}},
        {"verify": False},
        {"legs": (replace(leg(), came=Origin(at=NOW, by="ci"), made=Origin(at=NOW)),)},
        {"steps": (replace(plan().steps[0], does="other words", seconds=99, check="?"),)},
    ],
)
def test_the_hash_does_not_cover_the_weather(weather: dict[str, object]) -> None:
    assert replace(plan(), **weather).digest == plan().digest  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize(
    "other",
    [
        plan(environment="staging"),
        plan("document-service"),
        plan("graphql-api", "document-service"),
        plan(steps=(step(args={"after": "red"}, decisive=True),)),
        plan(steps=(step(stage=2, decisive=True),)),
        plan(steps=(step(action="switch_route", decisive=True),)),
        plan(steps=(step("switch", decisive=True),)),
        plan(steps=()),
        plan(legs=(replace(leg(), after=replace(GOOD, identity="other")),)),
        plan(legs=(replace(leg(), before=replace(GOOD, identity="other")),)),
    ],
)
def test_the_hash_covers_what_will_be_done(other: Plan) -> None:
    assert other.digest != plan().digest


def test_its_time_is_the_slowest_lane_of_every_stage() -> None:
    steps = (
        step("a", stage=0, component="x", seconds=10),
        step("b", stage=0, component="y", seconds=5),
        step("c", stage=0, component="y", seconds=6),
        step("d", stage=1, component="x", seconds=30),
    )
    assert plan(steps=steps).seconds == 11 + 30
    assert [[one.name for one in stage] for stage in stages(steps)] == [["a", "b", "c"], ["d"]]


def test_a_plan_that_was_stored_before_legs_told_where_they_come_from_is_still_read() -> None:
    stored = msgspec.to_builtins(plan())
    for each in stored["legs"]:
        del each["came"], each["made"]
    read = msgspec.json.decode(msgspec.json.encode(stored), type=Plan)
    assert (tuple(read.legs), read.digest) == (plan().legs, plan().digest)


def test_what_is_told_of_its_legs_is_stored_with_it() -> None:
    made = plan(legs=(traced(),))
    assert tuple(msgspec.json.decode(msgspec.json.encode(made), type=Plan).legs) == made.legs
