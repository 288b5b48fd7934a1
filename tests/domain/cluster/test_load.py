import pytest

from bot.domain.cluster.load import load_of, wanted_idle
from bot.domain.cluster.workload import Deployment, Scaler


def deployment(replicas: int) -> Deployment:
    return Deployment(
        namespace="production", name="web-blue", uid="u", generation=1, observed_generation=1,
        replicas=replicas, current=replicas, updated=replicas, available=replicas, selector={},
        template={},
    )  # fmt: skip


def scaler(*, maximum: int = 10, current: int = 3) -> Scaler:
    return Scaler(
        namespace="production",
        name="web-green",
        deployment="web-green",
        minimum=3,
        maximum=maximum,
        current=current,
    )


@pytest.mark.parametrize(
    ("replicas", "seen", "load"), [(6, None, 6), (6, 4, 6), (3, 10, 10), (0, 0, 1), (0, None, 1)]
)
def test_the_load_is_the_larger_number(replicas: int, seen: int | None, load: int) -> None:
    found = None if seen is None else scaler(current=seen)

    assert load_of(deployment(replicas), found) == load


def test_a_maximum_below_the_load_is_told() -> None:
    capped = wanted_idle(10, scaler(maximum=8))

    assert capped.pods == 8
    assert "below the live load of 10" in capped.note
    assert wanted_idle(8, scaler(maximum=8)).note == ""
    assert wanted_idle(10, None).pods == 10
