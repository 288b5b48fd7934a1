"""Who may let an operation run or stop it, and how many at once."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import HPA
from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.operations.rig import Rig, rigged
from tests.operations.twins import PRODUCTION, SERVICES
from tests.scenarios.operations.hands import FOR_REAL, doomed, edit, idle_version, settled
from tests.scenarios.operations.seen import (
    ask,
    calls,
    checks,
    done,
    on_fire,
    run,
    states,
    switches,
    told,
)

GRAPHQL, DOCUMENTS, SITE = "graphql-api", "document-service", "docs-site"
FORCED = '--force "checkout is down, nobody else answers"'


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url) as found:
        found.serve()
        on_fire(found)
        yield found


@pytest.fixture(autouse=True)
def at_peace(rig: Rig) -> None:
    """Every Deployment has its pods before somebody asks for something."""
    settled(rig, *_deployments())


def _back(rig: Rig, component: str, *, who: str = "ada") -> Mapping[str, Any]:
    """To the release on the idle colour: a version that is named takes two."""
    asked = ask(rig, f"rollback {component} --to-version {idle_version(rig, component)}", who=who)
    assert asked["approvals_needed"] == 1, asked["said"]
    return asked


def test_of_two_clicks_at_once_one_counts_and_a_replay_counts_nothing(rig: Rig) -> None:
    before = len(switches(rig, GRAPHQL))
    name = _back(rig, GRAPHQL)["id"]
    both = Barrier(2)

    def click(who: str) -> Any:
        both.wait(10)
        return rig.approve(name, who=who)

    with ThreadPoolExecutor(2) as pool:
        answers = dict(
            zip(("grace", "margaret"), pool.map(click, ("grace", "margaret")), strict=True)
        )

    (winner,) = [who for who, answer in answers.items() if answer["status"] == 0]
    (late,) = [answer for answer in answers.values() if answer["status"] != 0]
    assert f"{name} was approved by @{winner} already" in late["text"]
    assert rig.rest(name)["state"] == "succeeded"
    replayed = rig.approve(name, who=winner)
    assert replayed["status"] == 1
    assert f"{name} was approved by @{winner} already: it is done." in replayed["text"]
    assert len(switches(rig, GRAPHQL)) == before + 1
    assert told(rig, name).count("approved") == 1


def test_who_may_not_is_told_why_and_nothing_is_done(rig: Rig) -> None:
    asked = _back(rig, GRAPHQL)
    name, before = asked["id"], rig.platform.writes()
    own = rig.approve(name, who="ada")["text"]
    assert f"{name} needs a second person, and you asked for it yourself." in own
    assert "Approving OP" in (refused := rig.approve(name, who="linus")["text"])
    assert "needs the role operator; yours is responder." in refused
    unread = rig.command(f"operation approve {name}", who="grace")
    assert unread["status"] == 2
    assert asked["plan_hash"][:12] in unread["text"]
    wrong = rig.command(f"operation approve {name} --plan-hash 0123456789ab", who="grace")
    assert "is not the one you saw: the world changed" in wrong["text"]
    cannot_ask = rig.command(f"rollback {GRAPHQL}", who="linus")
    assert "`rollback` needs the role operator; yours is responder." in cannot_ask["text"]

    assert rig.operation(name)["state"] == "awaiting_approval"
    assert rig.command(f"operation cancel {name} not now", who="ada")["status"] == 0
    assert rig.operation(name)["state"] == "cancelled"
    assert "was cancelled" in rig.approve(name)["text"]
    assert rig.platform.writes() == before


def test_a_plan_that_nobody_approved_in_time_has_to_be_made_anew(rig: Rig) -> None:
    edit(rig, "operations.yaml", lambda data: data.update(approval_lasts="1s"))
    name = _back(rig, GRAPHQL, who="grace")["id"]
    over = rig.wait(name, {"expired"})
    edit(rig, "operations.yaml", lambda data: data.update(approval_lasts="10m"))

    assert over["said"] == "nobody approved the plan in time; nothing was done"
    late = rig.approve(name, who="ada")
    assert late["status"] == 1
    assert f"The plan of {name} ran out" in late["text"]


def test_one_operation_a_component_and_three_in_all(rig: Rig) -> None:
    waiting, site = _back(rig, GRAPHQL, who="grace"), _back_site(rig)
    with doomed(rig, Fate.STUCK, *_deployments()):
        restarts = [_restarting(rig, GRAPHQL)]
        held = rig.approve(waiting["id"], who="ada")["text"]
        assert f"Another operation has hold of {GRAPHQL} ({restarts[0]['id']}, for " in held
        restarts += [_restarting(rig, name) for name in SERVICES if name != GRAPHQL]
        fourth = rig.approve(site["id"], who="ada")["text"]
        names = [one["id"] for one in restarts]
        assert f"{names[0]}, {names[1]} and {names[2]} are under way" in fourth
        blocked = ask(rig, f"restart {GRAPHQL}", who="grace")
        assert blocked["state"] == "blocked"
        assert f"BLOCK {restarts[0]['id']} has had hold of it" in checks(blocked, "P8")[0]

    for one in restarts:
        over = rig.rest(one["id"])
        assert over["state"] == "succeeded", over["said"]
    assert run(rig, site, by="ada")["state"] == "succeeded"
    rig.command(f"operation cancel {waiting['id']}", who="grace")


def _restarting(rig: Rig, component: str) -> Mapping[str, Any]:
    asked = ask(rig, f"restart {component}", who="margaret")
    approved = rig.approve(asked["id"], who="margaret")
    assert approved["status"] == 0, approved["text"]
    return asked


def _deployments() -> list[str]:
    return [f"{name}-{color}" for name in SERVICES for color in ("blue", "green")]


def _back_site(rig: Rig) -> Mapping[str, Any]:
    return ask(rig, f"rollback {SITE} --to-version v1.4.1", who="grace")


def test_cancelled_before_the_switch_nothing_stays_changed(rig: Rig) -> None:
    asked = _back(rig, GRAPHQL, who="grace")
    name, idle = asked["id"], asked["plan"]["legs"][0]["to"]["workload"]
    switched, least = len(switches(rig, GRAPHQL)), _minimum(rig, idle)
    held, path = Event(), f"/horizontalpodautoscalers/{idle}"
    faults = rig.platform.cluster.api.faults
    faults.at(Moment.SEEN, "PATCH", path, lambda: held.wait(8), query=FOR_REAL)
    assert rig.approve(name, who="ada")["status"] == 0
    until(lambda: states(rig.operation(name))[f"scale {GRAPHQL}"] == "running", "it scales")
    stopped = rig.command(f"operation cancel {name} it is the database", who="grace")
    held.set()
    assert "asked to stop" in stopped["text"]
    over = rig.rest(name)

    assert over["state"] == "cancelled", over["said"]
    assert "it is the database" in over["said"]
    assert states(over)[f"switch {GRAPHQL}"] == "skipped"
    assert len(switches(rig, GRAPHQL)) == switched
    assert _minimum(rig, idle) == least


def test_broken_glass_calls_level_4_and_breaks_once_in_half_an_hour(rig: Rig) -> None:
    edit(rig, "operations.yaml", lambda data: data.update(force_every="30m"))
    words = f"rollback {DOCUMENTS} --to-version {idle_version(rig, DOCUMENTS)}"
    short = rig.command(f"{words} --force hurry", who="linus")
    assert short["status"] == 2
    assert "Break-glass takes a reason of at least 15 characters" in short["text"]

    over = done(rig, f"{words} {FORCED}", who="linus", by="linus")

    name = over["id"]
    assert (over["approvals_needed"], over["approver_role"]) == (0, "responder")
    assert "approved, by break-glass: checkout is down, nobody else answers" in told(rig, name)
    (called,) = [one for one in calls(rig) if one.startswith("4: ")]
    assert called.startswith(f"4: {name} goes ahead by break-glass: checkout is down")
    again = ask(rig, f"rollback {DOCUMENTS} --to-version {idle_version(rig, DOCUMENTS)} {FORCED}")
    refused = rig.approve(again["id"], who="ada")
    assert refused["status"] == 1
    assert f"The glass was broken for {name}" in refused["text"]
    assert "goes once in 30 min" in refused["text"]


def test_a_count_stays_until_it_is_reverted_and_a_restart_changes_no_release(
    rig: Rig,
) -> None:
    """One operator confirms: neither moves traffic to another release."""
    live, tag = rig.platform.live(DOCUMENTS), rig.platform.tag(DOCUMENTS)
    least = _minimum(rig, live)
    scaled = done(rig, f"scale 5 {DOCUMENTS}", who="grace", by="grace")
    assert scaled["approvals_needed"] == 0
    assert _minimum(rig, live) == 5
    assert rig.platform.deployment(live)["status"]["readyReplicas"] >= 5
    back = rig.command(f"operation revert {scaled['id']}", who="ada")["data"]["id"]
    run(rig, rig.wait(back, {"awaiting_approval"}), by="ada")
    assert _minimum(rig, live) == least
    restarted = done(rig, f"restart {DOCUMENTS}", who="ada", by="ada")
    assert states(restarted) == {f"restart {DOCUMENTS}": "done"}
    assert rig.platform.tag(DOCUMENTS) == tag


def _minimum(rig: Rig, name: str) -> int:
    return int(rig.platform.cluster.store.get(HPA, PRODUCTION, name)["spec"]["minReplicas"])


def test_a_restart_whose_pods_crash_is_not_told_as_if_nothing_had_happened(rig: Rig) -> None:
    live = rig.platform.live(DOCUMENTS)
    asked = ask(rig, f"restart {DOCUMENTS}")
    with doomed(rig, Fate.CRASH, live):
        over = run(rig, asked)

    assert over["state"] == "stuck"
    assert f"Kubernetes goes on replacing the pods of {live}" in over["said"]
    assert any(one.startswith(f"3: {over['id']} is stuck: ") for one in calls(rig))
    closed = rig.command(f"operation close {over['id']} the node is mended")
    assert closed["status"] == 0, closed["text"]
