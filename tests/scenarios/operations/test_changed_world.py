"""What happens to an operation between its plan, its approval and its first step."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.operations.rig import Rig, rigged
from tests.scenarios.operations.hands import edit, idle_version, retag
from tests.scenarios.operations.seen import ask, on_fire, run, switches, told

GRAPHQL, DOCUMENTS = "graphql-api", "document-service"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url) as found:
        found.serve()
        on_fire(found)
        yield found


def _back(rig: Rig, component: str, *, who: str = "ada") -> Mapping[str, Any]:
    """To the release on the idle colour: a version that is named takes two."""
    asked = ask(rig, f"rollback {component} --to-version {idle_version(rig, component)}", who=who)
    assert asked["approvals_needed"] == 1, asked["said"]
    return asked


def test_somebody_ships_between_the_plan_and_its_approval(rig: Rig) -> None:
    _ships_meanwhile(rig, lambda _: rig.platform.ship_in_place(DOCUMENTS, "v1.5.0"))


def test_somebody_ships_between_the_approval_and_the_run(rig: Rig) -> None:
    """The first thing that the run reads is the world as it is by then."""

    def at_the_first_read(_: str) -> None:
        faults = rig.platform.cluster.api.faults
        faults.at(
            Moment.SEEN, "GET", f"/deployments/{DOCUMENTS}", lambda: retag(rig, DOCUMENTS, "v1.5.1")
        )

    _ships_meanwhile(rig, at_the_first_read)


def _ships_meanwhile(rig: Rig, ships: Callable[[str], None]) -> None:
    asked = _back(rig, DOCUMENTS, who="margaret")
    name, read = asked["id"], asked["plan_hash"]
    switched = len(switches(rig, DOCUMENTS))
    ships(name)
    assert rig.approve(name)["status"] == 0
    until(lambda: "the world changed" in rig.operation(name)["said"], "it is shown anew")

    anew = rig.operation(name)
    assert (anew["state"], anew["approved_by"]) == ("awaiting_approval", None)
    assert anew["plan_hash"] != read
    assert anew["plan"]["legs"][0]["from"]["version"].startswith("v1.5.")
    assert "the world changed since it was approved; the plan is shown anew" in told(rig, name)
    old = rig.command(f"operation approve {name} --plan-hash {read[:12]}", who="grace")
    assert f"The plan of {name} is not the one you saw: the world changed." in old["text"]
    assert len(switches(rig, DOCUMENTS)) == switched
    over = run(rig, anew)
    assert over["state"] == "succeeded", over["said"]


def test_an_approver_who_lost_the_role_before_it_began_lets_nothing_run(rig: Rig) -> None:
    """The cluster is away when it begins; when it is back, grace is no operator any more."""
    name, before = _back(rig, GRAPHQL, who="margaret")["id"], rig.platform.writes()
    faults = rig.platform.cluster.api.faults
    faults.drop("*", ".", times=10_000)
    assert rig.approve(name)["status"] == 0
    edit(rig, "people.yaml", lambda data: data["people"]["grace"].update(roles=["viewer"]))
    faults.clear()
    over = rig.rest(name)
    edit(rig, "people.yaml", lambda data: data["people"]["grace"].update(roles=["operator"]))

    assert over["state"] == "failed"
    assert "grace approved it and is not operator any more" in over["said"]
    assert "Nothing was changed." in over["said"]
    assert rig.platform.writes() == before
