"""What becomes of a release after its switch: Prometheus tells, or does not, or people decide."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.kubernetes.kinds import SERVICE
from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.operations.numbers import errors
from tests.operations.rig import Rig, rigged
from tests.prometheus_twin import Twin, prometheus_twin
from tests.scenarios.operations.hands import FOR_REAL, PROVEN_LATE, change, idle_version
from tests.scenarios.operations.seen import ask, calls, done, on_fire, run, states, switches, told

GRAPHQL, WEBSOCKET, DOCUMENTS = "graphql-api", "websocket-service", "document-service"
FEW, SOME, MANY = 0.0, 0.005, 0.5  # shares of requests that fail; SOME are neither good nor bad


@dataclass(frozen=True, kw_only=True)
class Ward:
    rig: Rig
    numbers: Twin

    def errors(self, share: float) -> None:
        """Of a hundred requests a look, all of them fast and on the target."""
        errors(self.numbers, share)

    def at_the_switch(self, share: float, component: str = GRAPHQL) -> None:
        """From then on so many requests fail."""
        faults = self.rig.platform.cluster.api.faults
        path = f"/services/{component}$"
        faults.at(Moment.APPLIED, "PATCH", path, lambda: self.errors(share), query=FOR_REAL)

    @property
    def words(self) -> str:
        """Back, or forth, to what runs on the idle colour."""
        return f"rollback {GRAPHQL} --to-version {idle_version(self.rig, GRAPHQL)}"


@pytest.fixture(scope="module")
def ward(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("rig")
    with (
        prometheus_twin() as numbers,
        rigged(
            folder, story_url, times=PROVEN_LATE, verification={"deadline": "8s"},
            CANDLEFISH_PROMETHEUS_URL=numbers.url,
        ) as rig,
    ):  # fmt: skip
        found = Ward(rig=rig, numbers=numbers)
        found.errors(FEW)
        rig.serve()
        on_fire(rig)
        yield found


@pytest.fixture
def rig(ward: Ward) -> Rig:
    ward.errors(FEW)
    return ward.rig


def test_good_numbers_pass_and_what_comes_back_worse_is_for_a_person(rig: Rig, ward: Ward) -> None:
    """By itself it goes back only once: never from the way back that a person asked for."""
    over = done(rig, ward.words)
    assert over["verdict"] == "pass"
    before = len(switches(rig, GRAPHQL))

    ward.at_the_switch(MANY)
    back = rig.command(f"operation revert {over['id']}", who="grace")["data"]["id"]
    reverted = run(rig, rig.wait(back, {"awaiting_approval"}), by="ada")

    assert (reverted["state"], reverted["verdict"]) == ("awaiting_decision", "fail")
    assert len(switches(rig, GRAPHQL)) == before + 1
    assert any(one.startswith(f"3: {back} is undecided") for one in calls(rig))
    rig.command(f"operation close {back}")


def test_clearly_worse_than_before_it_goes_back_by_itself_once(rig: Rig, ward: Ward) -> None:
    color, before = rig.platform.color(GRAPHQL), len(switches(rig, GRAPHQL))
    ward.at_the_switch(MANY)

    over = run(rig, ask(rig, ward.words))

    assert (over["state"], over["verdict"]) == ("undone", "fail")
    assert "clearly worse than before, so it was undone" in over["said"]
    assert "more than 1.00% of its requests fail" in over["said"]
    assert rig.platform.color(GRAPHQL) == color
    assert len(switches(rig, GRAPHQL)) == before + 2
    assert states(over)[f"undo switch {GRAPHQL}"] == "done"


def test_it_goes_back_by_itself_while_its_old_colour_is_being_drained(rig: Rig, ward: Ward) -> None:
    """What was evicted comes back: the old colour stands, though a pod of it is on its way."""
    color, pace = rig.platform.color(WEBSOCKET), rig.platform.cluster.controllers.pace
    soon, pace.ready_after = pace.ready_after, 8.0
    ward.at_the_switch(MANY, WEBSOCKET)

    words = f"rollback {WEBSOCKET} --to-version {idle_version(rig, WEBSOCKET)}"
    over = run(rig, ask(rig, words))
    pace.ready_after = soon

    assert rig.platform.writes("/eviction"), "the drain had not begun"
    assert (over["state"], over["verdict"]) == ("undone", "fail"), over["said"]
    assert rig.platform.color(WEBSOCKET) == color


def test_the_same_move_made_by_somebody_meanwhile_goes_back_as_well(rig: Rig, ward: Ward) -> None:
    """While deploys are frozen: the switch then finds that it was made."""
    color, freeze = rig.platform.color(DOCUMENTS), f"/deployments/{DOCUMENTS}-blue$"

    def moved() -> None:
        other = {"blue": "green", "green": "blue"}[color]
        change(rig, SERVICE, DOCUMENTS, selector={"app": DOCUMENTS, "color": other})
        ward.errors(MANY)

    faults = rig.platform.cluster.api.faults
    faults.at(Moment.APPLIED, "PATCH", freeze, moved, query=FOR_REAL)
    words = f"rollback {DOCUMENTS} --to-version {idle_version(rig, DOCUMENTS)}"
    over = run(rig, ask(rig, words))

    assert (over["state"], over["verdict"]) == ("undone", "fail"), over["said"]
    assert rig.platform.color(DOCUMENTS) == color
    assert len(switches(rig, DOCUMENTS)) == 1, "the way back alone"


def test_as_bad_as_before_is_for_a_person(rig: Rig, ward: Ward) -> None:
    color, before = rig.platform.color(GRAPHQL), len(switches(rig, GRAPHQL))
    ward.errors(MANY)

    over = run(rig, ask(rig, ward.words))

    assert (over["state"], over["verdict"]) == ("awaiting_decision", "fail")
    assert rig.platform.color(GRAPHQL) != color
    assert len(switches(rig, GRAPHQL)) == before + 1
    on = rig.command(f"operation next {over['id']} that one is bad too", who="grace")
    assert on["data"]["follows"] == over["id"]
    none = rig.wait(on["data"]["id"], {"blocked"})
    assert "is known to be good" in none["said"]
    assert f"{over['id']} was taken as it is already" in none["said"]
    went_on = f"kept as it is: {none['id']} goes on to the next good release"
    assert went_on in told(rig, over["id"])
    assert len(switches(rig, GRAPHQL)) == before + 1


def test_what_nobody_can_tell_is_kept_or_undone_by_a_person(rig: Rig, ward: Ward) -> None:
    ward.errors(SOME)
    kept = run(rig, ask(rig, ward.words))
    name = kept["id"]
    assert (kept["state"], kept["verdict"]) == ("awaiting_decision", "inconclusive")
    assert "keep it or revert it" in kept["said"]
    held = ask(rig, f"restart {GRAPHQL}")
    assert held["state"] == "blocked"
    assert f"{name} has had hold of it" in held["said"]
    closed = rig.command(f"operation close {name} it was so all week", who="grace")
    assert closed["text"] == f"{name} is succeeded."
    assert "kept as it is: it was so all week" in told(rig, name)

    color, before = rig.platform.color(GRAPHQL), len(switches(rig, GRAPHQL))
    doubted = run(rig, ask(rig, ward.words))
    assert rig.platform.color(GRAPHQL) != color
    assert "undone" not in rig.command(f"operation revert {doubted['id']}", who="ada")["text"]
    over = rig.wait(doubted["id"], {"undone"})
    assert rig.platform.color(GRAPHQL) == color
    assert len(switches(rig, GRAPHQL)) == before + 2
    assert over["closed_at"]


def test_prometheus_goes_down_in_the_middle_and_probes_speak(rig: Rig, ward: Ward) -> None:
    def down() -> None:
        ward.numbers.body = b"<html>502 Bad Gateway</html>"

    path = f"/services/{GRAPHQL}$"
    rig.platform.cluster.api.faults.at(Moment.APPLIED, "PATCH", path, down, query=FOR_REAL)

    over = done(rig, ward.words)

    assert over["verdict"] == "pass_synthetic"
    assert (
        "its probes are fine, and that is all there is: Prometheus cannot tell"
        in over["results"][GRAPHQL]
    )


def test_cancelled_after_the_switch_it_is_undone(rig: Rig, ward: Ward) -> None:
    color = rig.platform.color(GRAPHQL)
    ward.errors(SOME)
    planned = ask(rig, ward.words, who="grace")
    assert rig.approve(planned["id"], who="ada")["status"] == 0
    until(lambda: rig.operation(planned["id"])["switched_at"], "traffic is switched")

    rig.command(f"operation cancel {planned['id']} wrong component", who="grace")
    over = rig.rest(planned["id"])

    assert over["state"] == "undone", over["said"]
    assert "revert asked for: wrong component" in told(rig, planned["id"])
    assert rig.platform.color(GRAPHQL) == color
