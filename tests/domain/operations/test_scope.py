"""Which components an operation is about, and the corrected command where it cannot be."""

import pytest

from bot.domain.errors import Misuse, Refused
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.scope import in_scope
from bot.domain.ops_data.component import Component, Kind
from tests.domain.operations.release_scene import catalogue, component, operation


@pytest.mark.parametrize(
    ("name", "says", "move"),
    [
        ("pwa", "served by docs", "`rollback --component docs`"),
        ("postgresql", "holds data", "runbook"),
        ("nothing", "no component nothing", "api and docs"),
    ],
)
def test_what_cannot_go_back_is_refused_in_words(name: str, says: str, move: str) -> None:
    with pytest.raises(Refused) as no:
        in_scope(operation(Asked.ROLLBACK, name), catalogue())

    assert says in no.value.fact
    assert move in no.value.next_move


def test_nothing_named_is_everything_that_can_be() -> None:
    found = in_scope(operation(), catalogue())

    assert [one.name for one in found] == ["api", "docs"]


def test_an_alias_and_its_name_are_one_component() -> None:
    found = in_scope(operation(Asked.RESTART, "api", "api-blue"), catalogue())

    assert [one.name for one in found] == ["api"]


def test_a_site_that_two_environments_share_belongs_to_the_first() -> None:
    """Rolling the preview back would change what production shows."""
    asked = operation(Asked.ROLLBACK, "docs", environment="preview")

    with pytest.raises(Refused) as no:
        in_scope(asked, catalogue())

    assert "same site as in production" in no.value.fact
    assert "`rollback --component docs`" in no.value.next_move


def test_deployments_that_two_environments_share_belong_to_the_first() -> None:
    """Where staging needs nobody's approval, it would be the way around production's."""
    shared = component(
        "search",
        environments=("production", "staging"),
        namespace={"production": "live", "staging": "live"},
    )
    there = catalogue(shared)

    with pytest.raises(Refused) as no:
        in_scope(operation(Asked.ROLLBACK, "search", environment="staging"), there)

    assert "search in staging is the same Deployments as in production" in no.value.fact
    assert "`rollback --component search`" in no.value.next_move
    assert shared not in in_scope(operation(environment="staging"), there)
    assert in_scope(operation(Asked.ROLLBACK, "search"), there) == (shared,)


def test_a_component_elsewhere_is_named_with_its_environment() -> None:
    only_staging = component("search", environments=("staging",))
    asked = operation(Asked.RESTART, "search")

    with pytest.raises(Misuse) as no:
        in_scope(asked, catalogue(only_staging))

    assert "`restart search --environment staging`" in no.value.next_move


def test_without_a_rollout_there_is_nothing_to_operate_on() -> None:
    bare = Component(name="search", kind=Kind.KUBERNETES, environments=("production",))

    with pytest.raises(Refused, match="nothing that the bot could scale"):
        in_scope(operation(Asked.SCALE, "search", replicas=2), catalogue(bare))
