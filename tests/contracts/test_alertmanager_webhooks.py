"""Every recorded Alertmanager webhook, against a table of what it means to the bot."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.incidents.incident import Incident
from tests import vendor_contracts
from tests.databases import SqliteMaker
from tests.handlers.webhooks.edge import Edge, edged

NO_WEBHOOK = "am025_request_headers.json"  # the headers of one
GRAPHQL = "GraphQLHighErrorRate"


@dataclass(frozen=True, kw_only=True)
class Means:
    """`incidents` are (component, severity, severity_text, category, state, firing, total)."""

    statuses: dict[str, int]
    incidents: tuple[tuple[object, ...], ...]
    titles: tuple[str, ...] = ()
    environments: tuple[str, ...] = ("production",)


def api(firing: int, total: int) -> tuple[object, ...]:
    return ("graphql-api", "sev2", "critical", "critical", "open", firing, total)


TABLE = {
    "am025_firing_group_of_3.json": Means(
        statuses={"firing": 3},
        incidents=(api(3, 3),),
        titles=(f"{GRAPHQL}: GraphQL 5xx ratio above 1%",),
    ),
    "am025_firing_send_resolved_false.json": Means(
        statuses={"firing": 1},
        incidents=((None, "sev3", "warning", "warning", "open", 1, 1),),
    ),
    "am025_firing_single_warning.json": Means(
        statuses={"firing": 1},
        incidents=(("document-service", "sev3", "warning", "warning", "open", 1, 1),),
    ),
    # One of three is resolved, and was never seen firing: two open the incident.
    "am025_mixed_partial_resolve.json": Means(
        statuses={"firing": 2, "resolved": 1}, incidents=(api(2, 2),)
    ),
    "am025_resolved_quotes_and_backslashes.json": Means(statuses={"resolved": 1}, incidents=()),
    "am025_resolved_rest_of_group.json": Means(statuses={"resolved": 2}, incidents=()),
    "am025_watchdog_severity_none.json": Means(statuses={"firing": 1}, incidents=()),
    "am034_composed_new_fields.json": Means(statuses={"firing": 3}, incidents=(api(3, 3),)),
    "am_executor_instance_down_no_key.json": Means(
        statuses={"firing": 2},
        incidents=(("broken", "sev3", "", "warning", "open", 2, 2),),
    ),
    "irc_relay_two_resolved_upper_annotations.json": Means(statuses={"resolved": 2}, incidents=()),
    "msteams_12_alerts.json": Means(
        statuses={"firing": 12},
        incidents=((None, "sev3", "", "warning", "open", 12, 12),),
    ),
    "msteams_prom_post_request.json": Means(
        statuses={"firing": 1},
        incidents=(("docker_nodes", "sev3", "warning", "warning", "open", 1, 1),),
    ),
    "nudgebee_cputhrottlinghigh_vmalert.json": Means(
        statuses={"firing": 1},
        incidents=((None, "sev4", "info", "info", "open", 1, 1),),
    ),
    "prometheus242_to_am025_firing.json": Means(statuses={"firing": 1}, incidents=(api(1, 1),)),
    "prometheus_bot_simple.json": Means(
        statuses={"firing": 1},
        incidents=(("prometheus_bot", "sev3", "warning", "warning", "open", 1, 1),),
    ),
}


@pytest.fixture
def edge(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Edge]:
    with sqlite_maker.migrated(tmp_path) as url, edged(url, tmp_path) as one:
        yield one


def shape(one: Incident) -> tuple[object, ...]:
    return (
        one.component, one.severity.value, one.severity_text, one.category.value,
        one.state.value, one.alerts_firing, one.alerts_total,
    )  # fmt: skip


def test_the_table_names_every_payload(contracts: Path) -> None:
    names = {path.name for path in (contracts / "alertmanager" / "webhook").iterdir()}

    assert names == {*TABLE, NO_WEBHOOK}


@pytest.mark.parametrize("name", TABLE)
def test_it_means(name: str, contracts: Path, edge: Edge) -> None:
    body = (contracts / "alertmanager" / "webhook" / name).read_bytes()
    means = TABLE[name]

    answer = edge.alertmanager(body)

    assert answer.status_code == 200
    told = json.loads(body)["alerts"]
    assert answer.json()["accepted"] == len(told) == sum(means.statuses.values())
    found = edge.incidents()
    assert tuple(shape(one) for one in found) == means.incidents
    if means.incidents:
        assert tuple(one.environment for one in found) == means.environments
        stored = [alert for one in found for alert in edge.bot.alerts(one.id)]
        firing = {key: count for key, count in means.statuses.items() if key == "firing"}
        assert Counter(alert.status.value for alert in stored) == firing
        assert len({alert.fingerprint for alert in stored}) == len(stored)
    if means.titles:
        assert tuple(one.title for one in found) == means.titles


@pytest.mark.parametrize("name", TABLE)
def test_told_again_it_changes_nothing(name: str, contracts: Path, edge: Edge) -> None:
    body = (contracts / "alertmanager" / "webhook" / name).read_bytes()
    first = edge.alertmanager(body).json()
    before = edge.incidents()

    assert edge.alertmanager(body).json() == first

    assert edge.incidents() == before


def test_the_story_of_the_recorded_group(contracts: Path, edge: Edge) -> None:
    folder = contracts / "alertmanager" / "webhook"
    for name, firing, state in (
        ("am025_firing_group_of_3.json", 3, "open"),
        ("am025_mixed_partial_resolve.json", 2, "open"),
        ("am025_resolved_rest_of_group.json", 0, "resolved"),
    ):
        assert edge.alertmanager((folder / name).read_bytes()).json()["incidents"] == ["INC-1"]

        (incident,) = edge.incidents()
        assert (incident.alerts_firing, incident.state, incident.alerts_total) == (firing, state, 3)


@pytest.mark.parametrize("path", vendor_contracts.files("alertmanager/webhook/am02*_f*.json"))
def test_its_own_token_header_opens_the_door(path: Path, contracts: Path, edge: Edge) -> None:
    told = json.loads((contracts / "alertmanager" / "webhook" / NO_WEBHOOK).read_bytes())
    scheme, token = told["Authorization"].split()
    assert (scheme, edge.alertmanager(path.read_bytes(), {}).status_code) == ("Bearer", 401)

    good = {**told, "Authorization": "Bearer first-token"}
    good = {name: value for name, value in good.items() if name not in ("Host", "Content-Length")}

    assert token
    assert edge.alertmanager(path.read_bytes(), good).status_code == 200
