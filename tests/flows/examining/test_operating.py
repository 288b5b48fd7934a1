"""What operations need, looked at beside the vendors' twins: whole, lacking and away."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.netlify import Netlify
from bot.domain.ops_data.restore_point import Provider
from bot.flows.examining.finding import Result
from bot.flows.examining.self_check import AGAIN, EVERY, SelfCheck
from bot.ports.world import World
from bot.secret import Secret
from sandbox.kubernetes.kinds import HPA
from tests.flows.examining.house import ANSWERS, PLACE, SHARE, House, catalogue, furnished, now
from tests.prometheus_twin import NO_SERIES, error, vector

SERVICES = ("graphql-api", "websocket-service", "document-service")
JUDGED = (*SERVICES, "docs-site", "partners-site", "api-site")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with furnished(tmp_path, monkeypatch) as here:
        yield here


def test_a_whole_house(house: House) -> None:
    found = house.found()

    assert house.bad() == {}
    assert found["kubernetes"].says.startswith("version v1.")
    assert "all granted" in found["kubernetes rights, production"].says
    assert "user" in found["aws"].says
    assert found[f"registry {house.registry.host}"].says == "has what runs"
    assert found["netlify sites"].says.endswith("all seen")
    assert {"restore point, candlefish-production", "restore point, candlefish-staging"} <= set(
        found
    )
    asked = [name for name in found if name.startswith("prometheus, ")]
    assert asked == [
        f"prometheus, {question} of {component}"
        for component in JUDGED
        for question in ("requests", "errors", "fast", "share")
        if component in SERVICES or question != "share"
    ]
    assert house.registry.journal.requests("GET") == []
    assert house.kubernetes.effects() == []
    assert house.aws.effects() == []


def test_another_environment_without_any_rights_is_not_operated(house: House) -> None:
    staging = house.found()["kubernetes rights, staging"]

    assert staging.result is Result.OFF
    assert "nothing in staging is operated" in staging.says


def test_each_missing_right_has_its_rule(house: House) -> None:
    rights = house.bad(replace(house.world, cluster=house.cluster("read", "switch")))
    (name, found), *others = rights.items()

    assert (name, others) == ("kubernetes rights, production", [])
    assert found.says.startswith("6 of ")
    fixes = found.fix.splitlines()
    assert len(fixes) == 6
    assert all("add to the Role candlefish-templates: - {apiGroups: [apps]" in one for one in fixes)


def test_the_right_to_an_autoscaler_is_asked_for_by_its_own_name(house: House) -> None:
    store = house.kubernetes.store
    spec = store.get(HPA, PLACE, "graphql-api-blue")["spec"]
    store.delete(HPA, PLACE, "graphql-api-blue")
    store.create(HPA, {"metadata": {"name": "keda-hpa", "namespace": PLACE}, "spec": spec})

    ((_, found),) = house.bad().items()
    assert found.fix == (
        "patch horizontalpodautoscalers.autoscaling keda-hpa in production: in production, add to "
        "the Role candlefish-switch: - {apiGroups: [autoscaling], "
        "resources: [horizontalpodautoscalers], resourceNames: [keda-hpa], verbs: [patch]}"
    )


def test_nobody_at_home_in_the_cluster(house: House) -> None:
    house.kubernetes.stop()
    found = house.found()

    assert found["kubernetes"].result is Result.BAD
    assert "CANDLEFISH_KUBECONFIG" in found["kubernetes"].fix
    assert not [name for name in found if name.startswith(("kubernetes rights", "registry"))]


def test_what_is_off_is_said_and_aws_only_where_data_lies_there(house: House) -> None:
    bare = {name: one.result for name, one in house.found(World(now=now)).items()}
    assert bare == {"kubernetes": Result.OFF, "netlify": Result.OFF}

    aws = house.found(replace(house.world, snapshots={}))["aws"]
    assert aws.result is Result.OFF
    assert "AWS_REGION" in aws.fix


def test_a_wrong_netlify_token_and_a_site_out_of_its_reach(house: House) -> None:
    with closing(Netlify(Secret("nfp_wrong"), house.netlify.api_url)) as stranger:
        found = house.bad(replace(house.world, sites=stranger))
    assert set(found) == {"netlify"}
    assert "CANDLEFISH_NETLIFY_TOKEN" in found["netlify"].says

    house.netlify.faults.status("GET", "/sites/", 404)
    ((name, lost),) = house.bad().items()
    assert name.startswith("netlify site ")
    assert "correct sites of " in lost.fix


def test_aws_that_lets_nobody_in_is_said_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASTRANGER")
    found = house.bad()

    assert set(found) == {"aws"}
    assert "correct AWS_ACCESS_KEY_ID" in found["aws"].says


def test_databases_out_of_reach_or_without_a_way_back(house: House) -> None:
    house.aws.identity.deny("rds:DescribeDBInstances")
    assert set(house.bad()) == {
        "restore point, candlefish-production", "restore point, candlefish-staging",
    }  # fmt: skip
    house.aws.identity.allow("rds:DescribeDBInstances")
    house.aws.databases.set_restorable("candlefish-staging", datetime(2026, 1, 1, tzinfo=UTC))
    ((name, stuck),) = house.bad().items()
    assert name == "restore point, candlefish-staging"
    assert "would hold up its writes" in stuck.says
    assert "two zones" in stuck.fix


def test_a_registry_that_lost_what_runs_and_one_that_is_away(house: House) -> None:
    name = f"registry {house.registry.host}"
    house.registry.faults.status("HEAD", "/v2/", 503)
    assert "503" in house.bad()[name].says

    for tag in ("v1.4.0", "v1.4.1", "v1.4.2"):
        house.registry.remove("candlefish/graphql-api", tag)
    assert "any more, which runs" in house.bad()[name].says
    assert "clean-up" in house.bad()[name].fix


def test_questions_that_prometheus_has_no_answer_to(house: House) -> None:
    """Each component is asked about, and each that has no answer is named."""
    house.prometheus.values = {"increase": NO_SERIES}
    lost = house.bad()
    assert set(lost) == {f"prometheus, requests of {name}" for name in JUDGED}
    first = lost["prometheus, requests of graphql-api"]
    assert "http_requests_total" in first.says
    assert "color_label in components.yaml" in first.fix

    house.prometheus.values = {SHARE: vector("0"), **ANSWERS, "_bucket": NO_SERIES}
    slow = house.bad()
    assert set(slow) == {f"prometheus, fast of {name}" for name in JUDGED}
    for one in slow.values():
        assert 'Give http_request_duration_seconds a bucket le="0.5"' in one.fix

    house.prometheus.values = {SHARE: vector("0"), **ANSWERS, "code=~": error(400, "bad_data")}
    wrong = house.bad()
    assert set(wrong) == {f"prometheus, errors of {name}" for name in JUDGED}
    assert {one.fix for one in wrong.values()} == {"Correct questions.errors in operations.yaml."}


@pytest.mark.parametrize("name", JUDGED)
def test_the_one_component_whose_series_are_wrong_is_named(house: House, name: str) -> None:
    house.prometheus.values = {
        f'service="{name}"': NO_SERIES, SHARE: vector("0.002"), **ANSWERS,
    }  # fmt: skip

    ((found, lost),) = house.bad().items()
    assert found == f"prometheus, requests of {name}"
    assert f"See that Prometheus scrapes {name}" in lost.fix


def test_sites_are_asked_about_without_a_cluster_and_services_without_netlify(
    house: House,
) -> None:
    def asked(world: World) -> set[str]:
        found = house.found(world)
        return {name.rpartition(" ")[2] for name in found if name.startswith("prometheus, ")}

    assert asked(replace(house.world, cluster=None)) == set(JUDGED) - set(SERVICES)
    assert asked(replace(house.world, sites=None)) == set(SERVICES)


def test_what_cannot_be_tried_beforehand_is_said(house: House) -> None:
    found = house.found()

    assert "make and delete snapshots is seen only by doing it" in found["aws"].says
    assert "publish and lock is seen only by doing it" in found["netlify"].says


def test_no_traffic_is_no_fault(house: House) -> None:
    house.prometheus.values = {"increase": vector("0")}
    assert house.bad() == {}


def test_the_busiest_colour_is_asked_about(house: House) -> None:
    green = 'color="green"}[60s]'
    house.prometheus.values = {
        SHARE: vector("0"), green: vector("900"), **ANSWERS, "increase": vector("0"),
    }  # fmt: skip
    house.found(replace(house.world, sites=None))
    asked = [one for one in house.prometheus.queries() if "code=~" in one]
    assert asked
    assert all('color="green"' in one for one in asked)


def test_the_self_check_tells_what_is_missing_until_it_is_mended(house: House) -> None:
    check = SelfCheck(house.world, catalogue)
    house.aws.identity.deny("rds:DescribeDBInstances")

    assert check.turn() == AGAIN
    assert check.problem is not None
    assert check.problem.startswith("restore point, candlefish-production: AWS does not allow")
    assert check.problem.endswith(", and 1 more. `candlefish doctor` says how to mend it.")

    house.aws.identity.allow("rds:DescribeDBInstances")
    assert check.turn() == EVERY
    assert check.problem is None


def test_every_provider_of_the_catalogue_is_looked_at(house: House) -> None:
    """A store whose provider has no adapter would be left out in silence."""
    providers = {
        store.provider
        for one in catalogue().components.values()
        if one.rollout
        for store in one.rollout.stores.values()
    }
    assert providers - {Provider.NONE} <= set(house.world.snapshots)
