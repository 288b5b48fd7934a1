"""The bucket that each caller draws from."""

from handlers.api.pace import Pace


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_goes_through_then_one_at_a_time() -> None:
    clock = Clock()
    pace = Pace(per_minute=60, burst=3, clock=clock)
    assert [pace.wait("ada") for _ in range(4)] == [0, 0, 0, 1]
    clock.now += 1
    assert [pace.wait("ada"), pace.wait("ada")] == [0, 1]


def test_it_fills_up_to_the_burst_and_no_further() -> None:
    clock = Clock()
    pace = Pace(per_minute=60, burst=2, clock=clock)
    pace.wait("ada")
    clock.now += 3600
    assert [pace.wait("ada") for _ in range(3)] == [0, 0, 1]


def test_waiting_as_long_as_it_says_is_enough() -> None:
    clock = Clock()
    pace = Pace(per_minute=7, burst=1, clock=clock)
    assert pace.wait("ada") == 0
    clock.now += pace.wait("ada")
    assert pace.wait("ada") == 0


def test_callers_do_not_share() -> None:
    pace = Pace(per_minute=1, burst=1, clock=Clock())
    assert [pace.wait("ada"), pace.wait("grace")] == [0, 0]


def test_callers_that_rest_are_forgotten_and_those_that_ask_are_not() -> None:
    clock = Clock()
    pace = Pace(per_minute=60, burst=2, clock=clock, most_callers=100)
    for number in range(100):
        pace.wait(f"once {number}")
    clock.now += 10
    pace.wait("ada")
    pace.wait("ada")
    assert pace.callers <= 2
    assert pace.wait("ada") > 0
