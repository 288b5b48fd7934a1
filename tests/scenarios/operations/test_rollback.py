"""Bad releases go back, each by the way that there is; what people see, and what was done."""

from collections.abc import Iterator

import pytest

from sandbox.platform.pipeline import NotShipped
from sandbox.twin.faults import Moment
from tests.operations.rig import BAD, Rig, rigged
from tests.scenarios.operations.hands import PROVEN_LATE
from tests.scenarios.operations.seen import ask, checks, done, on_fire, seen, states, switches, told

SWITCHED, RESTORED, SITE = "graphql-api", "document-service", "docs-site"
OTHER = "websocket-service"
WHY_TWO = "no sev1 or sev2 is open on it, so there is time"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url, times=PROVEN_LATE) as found:
        found.went_bad(SWITCHED)
        found.went_bad(RESTORED, in_place=True)
        found.went_bad(SITE)
        found.serve()
        on_fire(found)
        yield found


def test_a_bad_release_is_switched_away_by_two_people_and_can_come_back(rig: Rig) -> None:
    """Down to the next release: frozen until a person lifts it, and undone by a new operation."""
    planned = ask(rig, f"rollback {SWITCHED}")
    name = planned["id"]
    assert planned["state"] == "awaiting_approval"
    assert planned["plan"]["legs"][0]["mechanism"] == "blue-green switch"
    assert checks(planned, "P1") == [
        "PASS v1.4.3-bad (green) → v1.4.2 (blue); it served well for 1 h 50 min"
    ]
    assert rig.platform.writes() == []

    rig.approve(name)
    over = rig.rest(name)

    assert (over["state"], over["verdict"]) == ("succeeded", "pass_synthetic")
    assert set(states(over).values()) == {"done"}
    assert "2 of 2 probes were fine" in over["results"][SWITCHED]
    assert (rig.platform.tag(SWITCHED), rig.platform.color(SWITCHED)) == ("v1.4.2", "blue")
    assert len(switches(rig, SWITCHED)) == 1
    story = told(rig, name)
    assert story[:4] == [
        f"rollback of {SWITCHED} asked for",
        f"planned; a second operator must approve it ({WHY_TWO})",
        "approved",
        "running",
    ]
    assert len(story) == len(set(story)) == 4 + len(states(over)) + 1

    again = ask(rig, f"rollback {SWITCHED}")
    assert (again["state"], again["plan"]) == ("succeeded", None), again["said"]
    assert f"{SWITCHED} is already on v1.4.2" in again["said"]
    with pytest.raises(NotShipped, match=f"is frozen by {name}"):
        rig.platform.ship(SWITCHED, "v1.4.4")

    back = rig.command(f"operation revert {name} it was the database")
    assert f"{name} is done, so {back['data']['id']} was asked for to go back" in back["text"]
    rig.wait(back["data"]["id"], {"awaiting_approval"})
    rig.approve(back["data"]["id"])
    undone = rig.rest(back["data"]["id"])
    assert (undone["state"], undone["reverts"]) == ("succeeded", name)
    assert rig.platform.tag(SWITCHED) == BAD

    lifted = ask(rig, f"unfreeze {SWITCHED}")
    assert lifted["approvals_needed"] == 0
    rig.approve(lifted["id"], who="ada")
    assert rig.rest(lifted["id"])["state"] == "succeeded"
    rig.platform.ship(SWITCHED, "v1.4.4")
    assert rig.platform.tag(SWITCHED) == "v1.4.4"


def test_a_template_is_put_back_where_it_was_replaced(rig: Rig) -> None:
    deployment = rig.platform.live(RESTORED)
    over = done(rig, f"rollback {RESTORED}")

    assert over["plan"]["legs"][0]["mechanism"] == "template restore"
    assert over["verdict"] == "pass_synthetic"
    assert rig.platform.live(RESTORED) == deployment
    assert rig.platform.tag(RESTORED) == "v1.4.2"
    changed = [one for one in rig.platform.writes(deployment) if b"/spec/template" in one.body]
    assert len(changed) == 1
    assert switches(rig, RESTORED) == []


def test_a_build_that_ends_in_the_middle_does_not_win(rig: Rig) -> None:
    """Auto-publish races the restore: between the lock, the restore, and the lock again."""
    hosts = rig.platform.netlify
    site = f"candlefish-{SITE}"
    building = [hosts.start_build(site, title).id for title in ("v1.4.4", "v1.4.5")]
    faults = hosts.faults
    faults.at(Moment.APPLIED, "POST", "/lock$", lambda: _finish(rig, building[0]))
    faults.at(Moment.APPLIED, "POST", "/restore$", lambda: _finish(rig, building[1]))

    over = done(rig, f"rollback {SITE}")

    assert over["verdict"] == "pass_synthetic"
    assert rig.platform.published(SITE) == "v1.4.2"
    assert "locked" in seen(over, f"restore {SITE}")
    later = hosts.ship(site, "v1.4.6")
    assert rig.platform.published(SITE) == "v1.4.2", f"{later.id} went live"


def _finish(rig: Rig, build: str) -> None:
    rig.platform.netlify.finish_build(build)


def test_deploys_stand_still_for_a_person_who_wants_it(rig: Rig) -> None:
    frozen = done(rig, f"freeze {OTHER} until the review", who="margaret", by="margaret")
    assert set(states(frozen).values()) == {"done"}
    with pytest.raises(NotShipped, match=f"is frozen by {frozen['id']}"):
        rig.platform.ship(OTHER, "v1.4.4")
    done(rig, f"unfreeze {OTHER} it is reviewed", who="margaret", by="margaret")
    rig.platform.ship(OTHER, "v1.4.4")
    assert rig.platform.tag(OTHER) == "v1.4.4"
