from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.catalogue.load import load
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.operations.looking import probes_a_look
from sandbox.demo.ops_data import DEPLOYED, write_ops_data

RUNBOOKS = DEPLOYED.parent / "runbooks"
PLACES = {"production", "staging"}


def read(folder: Path) -> Catalogue:
    return load(folder, RUNBOOKS, default_environment="production")


def made(tmp_path: Path, *, monitored: bool = True) -> Catalogue:
    tmp_path.mkdir(exist_ok=True)
    probes = {"graphql-api": ["http://127.0.0.1:1/healthz"], "docs-site": ["http://127.0.0.1:2/"]}
    folder = tmp_path / "ops"
    return read(write_ops_data(folder, probes=probes, namespaces=PLACES, monitored=monitored))


def kept(policy: Any) -> dict[str, Any]:
    """All but times, and how many looks there are."""
    return {
        name: value
        for name, value in asdict(policy).items()
        if not isinstance(value, timedelta | dict) and name not in ("passes", "probe_seconds")
    }


def test_the_demo_goes_by_the_deployed_thresholds_in_less_time(tmp_path: Path):
    deployed, here = read(DEPLOYED).policy, made(tmp_path).policy
    assert kept(here.verification) == kept(deployed.verification)
    assert kept(here) == kept(deployed)
    assert here.questions == deployed.questions
    assert here.verification.deadline < deployed.verification.deadline
    assert here.proven_after < deployed.proven_after


def test_the_bot_probes_the_demo_and_nobody_else(tmp_path: Path):
    rollouts = [one.rollout for one in made(tmp_path).components.values() if one.rollout]
    probes = [url for one in rollouts for urls in one.probes.values() for url in urls]
    assert sorted(probes) == ["http://127.0.0.1:1/healthz", "http://127.0.0.1:2/"]


def test_only_what_the_demos_cluster_has_is_operated_there(tmp_path: Path):
    deployed, here = read(DEPLOYED).components, made(tmp_path).components
    assert set(deployed["graphql-api"].namespace) == PLACES | {"preview"}
    assert set(here["graphql-api"].namespace) == PLACES
    assert here.keys() == deployed.keys()


def test_where_nobody_measures_no_schema_is_asked_for_and_probes_decide_sooner(tmp_path: Path):
    schemas = {
        monitored: [
            one.rollout.schema_query
            for one in made(tmp_path / str(monitored), monitored=monitored).components.values()
            if one.rollout and one.rollout.schema_query
        ]
        for monitored in (True, False)
    }
    assert schemas == {True: ["max(schema_version{$which})"], False: []}
    rules = made(tmp_path / "again", monitored=False).policy.verification
    looks = (rules.deadline - rules.settle) / rules.every
    assert looks * probes_a_look(rules) >= rules.probes
