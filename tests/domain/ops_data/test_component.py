from bot.domain.ops_data.component import Component, Kind, neighbours


def _parts(**depends_on: tuple[str, ...]) -> dict[str, Component]:
    return {
        name: Component(
            name=name, kind=Kind.KUBERNETES, environments=("production",), depends_on=others
        )
        for name, others in depends_on.items()
    }


def test_neighbours_are_two_hops_away_in_either_direction() -> None:
    found = neighbours(_parts(a=("b",), b=("c",), c=("d",), d=(), e=("b",), alone=()))

    assert found == {
        "a": {"b", "c", "e"},
        "b": {"a", "c", "d", "e"},
        "c": {"a", "b", "d", "e"},
        "d": {"b", "c"},
        "e": {"a", "b", "c"},
        "alone": frozenset(),
    }


def test_a_cycle_makes_nobody_their_own_neighbour() -> None:
    assert neighbours(_parts(a=("b",), b=("a",))) == {"a": {"b"}, "b": {"a"}}
