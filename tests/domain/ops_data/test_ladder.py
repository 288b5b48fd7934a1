import pytest

from bot.domain.ops_data.ladder import Ladder, Level, level_people

LADDER = Ladder(
    name="default",
    levels=(
        Level(number=2, people=("linus",), groups=("S012",)),
        Level(number=4, people=("margaret",)),
    ),
)


@pytest.mark.parametrize(
    ("level", "people"),
    [(1, ()), (2, ("linus",)), (3, ("linus",)), (4, ("margaret",)), (9, ("margaret",))],
)
def test_the_highest_rung_that_is_reached_is_called(level: int, people: tuple[str, ...]) -> None:
    assert level_people(LADDER, level).people == people


def test_the_top_is_the_last_rung() -> None:
    assert LADDER.top == 4
