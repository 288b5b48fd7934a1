"""The Roles of deploy/kubernetes: enough for every call the bot makes, and nothing beside it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.catalogue.load import load
from bot.domain.cluster.draining import DRAINING
from bot.domain.cluster.workload import FREEZE, RESTARTED
from bot.domain.errors import GiveUp
from bot.domain.operations.rights import Right, needed, role_of
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Rollout
from bot.flows.examining.cluster_rights import missing
from sandbox.kubernetes.access.rules import Attributes, Role, Token, read_rules
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.seed import seed
from sandbox.kubernetes.twin import KubernetesTwin

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/kubernetes"
ROLES = ("read", "switch", "templates")
EXTRA = ("routes", "snapshots")
PLACE = "production"
CLAIMS = "persistentvolumeclaims"
Manifest = dict[str, Any]
OPERATIONS = {"patch": "UPDATE", "create": "CREATE", "delete": "DELETE"}
NEW_SNAPSHOT = ("snapshot.storage.k8s.io", "volumesnapshots", "CREATE")


def manifests(name: str) -> list[Manifest]:
    return list(yaml.safe_load_all((FOLDER / f"{name}.yaml").read_text()))


def rules(*names: str) -> list[Manifest]:
    return [rule for name in names for rule in manifests(name)[0]["rules"]]


def granted(*names: str) -> set[Right]:
    """Every right that the files name, one by one."""
    return {
        Right(
            verb=verb,
            group=group,
            resource=resource.partition("/")[0],
            subresource=resource.partition("/")[2],
            namespace=PLACE,
            name=one,
        )
        for rule in rules(*names)
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for one in rule.get("resourceNames", [""])
    }


def asked_for() -> tuple[Right, ...]:
    catalogue = load(ROOT / "alert_routes", ROOT / "runbooks", default_environment=PLACE)
    return needed(catalogue.components.values(), [PLACE])


@pytest.fixture(scope="module")
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        seed(running.store, Load(lambda: None))
        yield running


@contextmanager
def bot(twin: KubernetesTwin, folder: Path, *names: str) -> Iterator[KubernetesCluster]:
    token = twin.token("candlefish", rules(*names), namespace=PLACE)
    (folder / "kubeconfig").write_text(twin.kubeconfig(token=token))
    with closing(KubernetesCluster.connect(str(folder / "kubeconfig"))) as cluster:
        yield cluster


def test_the_roles_grant_what_the_platform_needs_and_nothing_else() -> None:
    assert granted(*ROLES) == set(asked_for())


def test_routes_and_snapshots_have_roles_of_their_own() -> None:
    claim = Store(component="db", provider=Provider.VOLUME_SNAPSHOT, name="data-0", namespace=PLACE)
    component = Component(
        name="gateway",
        kind=Kind.KUBERNETES,
        environments=(PLACE,),
        namespace={PLACE: PLACE},
        rollout=Rollout(deployments={"": "gateway"}, route="graphql-api", stores={PLACE: claim}),
    )
    wanted = needed([component], [PLACE])

    for name in EXTRA:
        own = {right for right in wanted if role_of(right) == f"candlefish-{name}"}
        assert own == {right for right in granted(name) if right.resource != CLAIMS}
    claims = [right for right in wanted if right.resource == CLAIMS]
    assert {right.verb for right in claims} == {"get"}


def test_each_right_stands_in_the_file_that_the_fix_names() -> None:
    for name in ROLES:
        assert {role_of(right) for right in granted(name)} == {f"candlefish-{name}"}


def test_nobody_may_read_secrets_run_commands_or_delete() -> None:
    token = Token(name="bot", roles=(Role(rules=read_rules(rules(*ROLES, *EXTRA))),))
    never = [
        ("get", "", "secrets", ""),
        ("list", "", "secrets", ""),
        ("create", "", "pods", "exec"),
        ("create", "", "pods", ""),
        ("delete", "", "pods", ""),
        ("delete", "apps", "deployments", ""),
        ("create", "apps", "deployments", ""),
        ("update", "apps", "deployments", ""),
        ("create", "", "serviceaccounts", "token"),
    ]
    for verb, group, resource, subresource in never:
        wanted = Attributes(
            verb=verb,
            group=group,
            resource=resource,
            subresource=subresource,
            namespace=PLACE,
            name="graphql-api-blue",
        )
        assert not token.allows(wanted)


def test_doctor_finds_nothing_with_them_and_names_the_rule_without(
    twin: KubernetesTwin, tmp_path: Path
) -> None:
    with bot(twin, tmp_path, *ROLES) as cluster:
        assert missing(cluster, asked_for()) == []
    with bot(twin, tmp_path, "read", "switch") as cluster:
        lacking = missing(cluster, asked_for())
    assert len(lacking) == 6
    assert lacking[0] == (
        "patch deployments.apps graphql-api-blue in production: in production, add to the Role "
        "candlefish-templates: - {apiGroups: [apps], resources: [deployments], "
        "resourceNames: [graphql-api-blue], verbs: [patch]}"
    )


def do_all(cluster: KubernetesCluster) -> None:
    live = cluster.deployment(PLACE, "graphql-api-blue")
    history = cluster.replica_sets(live)
    service = cluster.service(PLACE, "graphql-api")

    assert list(cluster.pods(PLACE, live.selector)) == []
    assert list(cluster.endpoints(PLACE, "graphql-api")) == []
    assert list(cluster.quotas(PLACE))
    assert cluster.scaler(PLACE, "graphql-api-blue")
    assert list(cluster.scalers(PLACE))
    assert [each.name for each in cluster.watch(PLACE, 0)].count("graphql-api-blue") == 1
    cluster.patch_template(PLACE, live.name, history[-1].template, generation=live.generation)
    again = cluster.deployment(PLACE, live.name)
    cluster.annotate_template(PLACE, live.name, {RESTARTED: "1"}, generation=again.generation)
    cluster.annotate(PLACE, live.name, {FREEZE: "OP-1"})
    cluster.scale(PLACE, live.name, 4)
    cluster.set_minimum(PLACE, live.name, 4, {"candlefish.ai/minimum-before": "3"})
    cluster.select(service, "color", "blue", "green")
    cluster.evict(PLACE, "gone")


def test_the_adapter_needs_no_more(twin: KubernetesTwin, tmp_path: Path) -> None:
    """Everything the bot does to a cluster, with these Roles alone."""
    with bot(twin, tmp_path, *ROLES) as cluster:
        do_all(cluster)

    assert {each.status for each in twin.journal.requests("PATCH")} == {200}


def test_traffic_moves_without_templates_and_nothing_is_remembered_on_a_deployment(
    twin: KubernetesTwin, tmp_path: Path
) -> None:
    name = "websocket-service"
    with bot(twin, tmp_path, "read", "switch") as cluster:
        cluster.set_minimum(PLACE, f"{name}-green", 5, {"candlefish.ai/minimum-before": "3"})
        cluster.scale(PLACE, f"{name}-green", 5)
        cluster.select(cluster.service(PLACE, name), "color", "blue", "green")
        for mark in (FREEZE, DRAINING):
            with pytest.raises(GiveUp, match='cannot patch resource "deployments"'):
                cluster.annotate(PLACE, f"{name}-blue", {mark: "OP-1"}, dry_run=True)
        assert cluster.service(PLACE, name).selector["color"] == "green"


@pytest.mark.parametrize("name", [*ROLES, *EXTRA])
def test_each_role_is_bound_to_the_account(name: str) -> None:
    (account,) = manifests("account")
    role, binding = manifests(name)

    assert role["metadata"]["name"] == binding["roleRef"]["name"] == f"candlefish-{name}"
    assert binding["subjects"] == [{"kind": account["kind"]} | account["metadata"]]


def test_a_policy_watches_over_every_right_to_change() -> None:
    """But a new VolumeSnapshot, which changes nothing that runs."""
    found = manifests("policy")
    policies = [each for each in found if each["kind"] == "ValidatingAdmissionPolicy"]
    bindings = [each for each in found if each["kind"] == "ValidatingAdmissionPolicyBinding"]
    watched = {
        (group, resource, operation)
        for policy in policies
        for rule in policy["spec"]["matchConstraints"]["resourceRules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for operation in rule["operations"]
    }
    changed = {
        (group, resource, OPERATIONS[verb])
        for rule in rules(*ROLES, *EXTRA)
        for verb in set(rule["verbs"]) - {"get", "list", "watch"}
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }

    assert watched == changed - {NEW_SNAPSHOT}
    assert {each["spec"]["policyName"] for each in bindings} == {
        each["metadata"]["name"] for each in policies
    }
    (account,) = manifests("account")
    user = f"system:serviceaccount:{account['metadata']['namespace']}:candlefish"
    for policy in policies:
        assert policy["spec"]["failurePolicy"] == "Fail"
        (condition,) = policy["spec"]["matchConditions"]
        assert condition["expression"] == f"request.userInfo.username == '{user}'"
