"""The admission policies of deploy/kubernetes let the bot do its work, and nothing beside it."""

from pathlib import Path
from typing import Any

import pytest

from bot.adapters.volume_snapshots import OPERATION
from bot.catalogue.load import load
from bot.domain.cluster.route_split import pointed
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.seed import seed
from sandbox.kubernetes.store import Store
from tests.deploy.bot_writes import (
    BOT,
    CLEAN,
    FIRST,
    FORBIDDEN,
    GONE,
    HTTP,
    ITS_OWN,
    MAIN,
    NAME,
    PLACE,
    POLICIES,
    TEMPLATE,
    WRITES,
    Where,
    put,
    writes,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store() -> Store:
    found = Store()
    seed(found, Load(lambda: None))
    return found


@pytest.mark.parametrize("what", WRITES)
def test_what_the_bot_writes_is_allowed(store: Store, what: str) -> None:
    policy, new, old = writes(store)[what]

    assert policy.refused(new, old, user=BOT) == []


@pytest.mark.parametrize(("what", "path", "value", "says"), FORBIDDEN)
def test_what_it_never_writes_is_refused(
    store: Store, what: str, path: Where, value: Any, says: str
) -> None:
    policy, new, old = writes(store)[what]
    worse = put(new, path, value)

    assert any(says in each for each in policy.refused(worse, old, user=BOT))
    assert policy.refused(worse, old, user="github:deploy") == []


def test_no_rule_is_without_a_case() -> None:
    for policy in POLICIES.values():
        for message in policy.messages:
            cases = {ITS_OWN, *(says for *_, says in FORBIDDEN)}
            assert any(says in message for says in cases), message


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*MAIN, "command"), ["serve"]),
        ((*MAIN, "lifecycle"), {"preStop": {"sleep": {"seconds": 5}}}),
        ((*MAIN, "securityContext"), {"capabilities": {"drop": ["ALL"]}}),
        ((*MAIN, "securityContext"), {"privileged": False, "capabilities": {"add": []}}),
        ((*MAIN, "ports", 0, "hostPort"), 0),
        ((*TEMPLATE, "initContainers"), [{"name": "migrate", "image": CLEAN, "command": ["up"]}]),
        ((*TEMPLATE, "volumes"), [{"name": "config", "configMap": {"name": "graphql-api-config"}}]),
        ((*TEMPLATE, "hostNetwork"), False),
        ((*TEMPLATE, "hostPID"), False),
        ((*TEMPLATE, "hostIPC"), False),
    ],
)
def test_what_the_release_of_today_has_may_be_restored(
    store: Store, path: Where, value: Any
) -> None:
    policy, new, old = writes(store)["restore"]
    assert old is not None

    assert policy.refused(put(new, path, value), put(old, path, value), user=BOT) == []


@pytest.mark.parametrize("command", [["sh"], ["serve", "--debug"]])
def test_a_command_is_that_of_the_same_container(store: Store, command: list[str]) -> None:
    policy, new, old = writes(store)["restore"]
    assert old is not None
    old = put(old, (*MAIN, "command"), ["serve"])
    old = put(
        old, (*TEMPLATE, "initContainers"), [{"name": "x", "image": CLEAN, "command": ["sh"]}]
    )

    assert policy.refused(put(new, (*MAIN, "command"), command), old, user=BOT) != []


def test_a_service_without_a_colour_of_ours_gets_none(store: Store) -> None:
    policy, new, old = writes(store)["switch"]
    assert old is not None

    assert policy.refused(new, put(old, ("spec", "selector", "color"), "purple"), user=BOT) != []
    assert policy.refused(new, put(old, ("spec", "selector", "color"), GONE), user=BOT) != []
    assert policy.refused(new, put(old, ("spec", "selector"), GONE), user=BOT) != []


def test_what_the_policy_cannot_look_through_is_refused(store: Store) -> None:
    policy, new, old = writes(store)["reroute"]
    assert old is not None
    many = [*old["spec"]["http"], *([{"redirect": {"uri": "/"}}] * 16)]
    wide = [{"destination": {"host": NAME, "subset": "blue"}, "weight": 1}] * 17

    for path, value in ((HTTP, many), ((*HTTP, 0, "route"), wide)):
        assert policy.refused(put(new, path, value), put(old, path, value), user=BOT) != []


@pytest.mark.parametrize("what", ["freeze", "unfreeze", "drain", "restart"])
def test_what_runs_today_forbids_no_note_and_no_restart(store: Store, what: str) -> None:
    """A sidecar by tag, say: such writes leave it as it is. With a restore it could come anew."""
    sidecar = {
        "name": "proxy",
        "image": "docker.io/proxy:v1",
        "ports": [{"containerPort": 80, "hostPort": 80}],
        "securityContext": {"privileged": True},
    }
    policy, new, old = writes(store)[what]
    assert old is not None
    containers = [*old["spec"]["template"]["spec"]["containers"], sidecar]
    odd = {"containers": containers, "hostNetwork": True}

    assert policy.refused(put(new, TEMPLATE, odd), put(old, TEMPLATE, odd), user=BOT) == []
    assert len(policy.refused(put(new, TEMPLATE, odd), old, user=BOT)) == 4


@pytest.mark.parametrize(
    ("name", "labels"),
    [("nightly", {OPERATION: "op-7-1"}), ("cf-rb-7", {"app": "postgresql"}), ("cf-rb-7", None)],
)
def test_it_deletes_no_snapshot_of_others(name: str, labels: dict[str, str] | None) -> None:
    policy = POLICIES["snapshots"]
    its_own = {"metadata": {"name": "cf-rb-7", "labels": {OPERATION: "op-7-1"}}}
    another = {"metadata": {"name": name} | ({"labels": labels} if labels else {})}

    assert policy.refused(None, its_own, user=BOT) == []
    assert any(ITS_OWN in each for each in policy.refused(None, another, user=BOT))
    assert policy.refused(None, another, user="github:deploy") == []


def test_a_rehearsed_eviction_passes(store: Store) -> None:
    policy, new, _ = writes(store)["evict"]

    assert policy.refused({**new, "deleteOptions": {"dryRun": ["All"]}}, None, user=BOT) == []


def test_rules_keep_their_order_and_other_subsets_their_share(store: Store) -> None:
    policy, _, old = writes(store)["reroute"]
    assert old is not None
    preview = {
        "match": [{"headers": {"x-preview": {"exact": "1"}}}],
        "route": [{"destination": {"host": NAME, "subset": "canary"}, "weight": 100}],
    }
    old = put(old, HTTP, [preview, *old["spec"]["http"]])
    moved = put(old, HTTP, pointed(old["spec"]["http"], "blue", "green"))

    assert policy.refused(moved, old, user=BOT) == []
    for worse in (
        put(moved, HTTP, moved["spec"]["http"][::-1]),
        put(moved, (*FIRST, "weight"), 50),
        put(moved, (*FIRST, "destination", "subset"), "green"),
    ):
        assert policy.refused(worse, old, user=BOT) != []


def test_the_whole_work_of_a_rule_of_one_destination_passes(store: Store) -> None:
    """Where the other colour stands in no rule yet, the subset is changed and not the weight."""
    policy, _, old = writes(store)["reroute"]
    assert old is not None
    alone = [{"route": [{"destination": {"host": NAME, "subset": "blue"}}]}]
    old = put(old, HTTP, alone)

    new = put(old, HTTP, pointed(alone, "blue", "green"))

    assert new != old
    assert policy.refused(new, old, user=BOT) == []


def test_the_policies_know_every_component_that_runs_in_colours(store: Store) -> None:
    catalogue = load(ROOT / "alert_routes", ROOT / "runbooks", default_environment=PLACE)
    names = [
        name
        for component in catalogue.components.values()
        if component.rollout is not None
        for name in component.rollout.deployments.values()
    ]

    assert names
    for name in names:
        pod = {"metadata": {"name": f"{name}-5d4f-x2x"}}
        assert POLICIES["evictions"].refused(pod, None, user=BOT) == []
