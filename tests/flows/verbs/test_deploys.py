"""`deploys`: the ledger for somebody who must decide what to go back to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.store import releases, tables
from bot.store.codec import micros
from tests.flows.cards.desk import CATALOGUE, START, Desk

PARTS = {
    **CATALOGUE.components,
    "graphql-api": replace(
        CATALOGUE.components["graphql-api"], rollout=Rollout(deployments={"": "graphql-api"})
    ),
    "docs-site": Component(
        name="docs-site",
        kind=Kind.NETLIFY,
        environments=("production",),
        sites={"production": "s1"},
        rollout=Rollout(),
    ),
}


@pytest.fixture(autouse=True)
def _catalogue(desk: Desk) -> Iterator[None]:
    desk.catalogue = replace(CATALOGUE, components=PARTS)
    desk.at = START + timedelta(days=9)
    return iter(())


def deployed(
    desk: Desk, version: str, live: float, ended: float | None = None, **given: object
) -> None:
    """Live from and until so many hours ago."""
    row = LedgerRelease(
        environment="production",
        component="graphql-api",
        workload="graphql-api",
        version=version,
        image=f"registry/api:{version}",
        identity=f"{version} {live}",
        occurrence=str(live),
        deployed_by="github:deploy",
        change_url=f"https://github.com/x/api/commit/{version}",
        deployed_at=desk.at - timedelta(hours=live),
        live_at=desk.at - timedelta(hours=live),
        superseded_at=None if ended is None else desk.at - timedelta(hours=ended),
    )
    with desk.db.write() as tx:
        releases.keep(tx, [replace(row, **given)])  # type: ignore[arg-type]  # a test names the fields


def test_status_says_what_is_live(desk: Desk) -> None:
    deployed(desk, "v1", 50, 26)
    deployed(desk, "v2", 26)

    reply = desk.ask("status")

    assert "Live: graphql-api v2." in reply.text.splitlines()
    (live,) = reply.data["live"]
    assert (live["component"], live["version"], live["live"]) == ("graphql-api", "v2", True)


def test_the_newest_first_with_what_is_known_of_each(desk: Desk) -> None:
    deployed(desk, "v1", 50, 26, verdict=Verdict.PASS)
    deployed(desk, "v2", 26, 2, verdict=Verdict.FAIL)
    deployed(desk, "v3", 2, deployed_by="OP-7", change_url="")
    deployed(desk, "v4", 1, live_at=None, deployed_by="")

    assert desk.ask("deploys graphql-api").text.splitlines() == [
        "graphql-api, production:",
        "· v4 1 h old, not live, https://github.com/x/api/commit/v4",
        "· v3 2 h old, live since 01:07 UTC, by OP-7",
        (
            "· v2 1 d 2 h old, served 1 d, by github:deploy, turned out bad, "
            "https://github.com/x/api/commit/v2"
        ),
        (
            "· v1 2 d 2 h old, served 1 d, by github:deploy, proven good, last known good, "
            "https://github.com/x/api/commit/v1"
        ),
    ]


def test_of_a_switch_that_nobody_saw_both_times_are_told(desk: Desk) -> None:
    deployed(desk, "v1", 26, 2)
    deployed(desk, "v2", 2, live_by=desk.at - timedelta(hours=1))

    said = "since some time between 01:07 UTC and 02:07 UTC"
    assert f"v2 2 h old, live {said}, by" in _told(desk)
    assert f"erves v2 {said}, by" in desk.ask("status graphql-api").text
    newest, _ = desk.api("deploys gql", "viewer").data["items"]
    assert (newest["live_at"], newest["live_by"]) == (
        "2026-03-10T01:07:00.000Z",
        "2026-03-10T02:07:00.000Z",
    )


def test_the_same_as_data(desk: Desk) -> None:
    deployed(desk, "v1", 50, 26, verdict=Verdict.PASS)
    deployed(desk, "v2", 26, deployed_by="OP-7")
    data = desk.api("deploys gql", "viewer").data

    assert data["environment"] == "production"
    newest, good = data["items"]
    assert (newest["version"], newest["live"], newest["operation"]) == ("v2", True, "OP-7")
    assert (newest["last_known_good"], good["last_known_good"]) == (False, True)
    assert (good["verdict"], good["live"], good["operation"]) == ("pass", False, None)
    assert good["superseded_at"] == newest["live_at"] == "2026-03-09T01:07:00.000Z"


def test_what_was_live_when_the_incident_began_is_not_called_good(desk: Desk) -> None:
    deployed(desk, "v1", 50, 26, verdict=Verdict.PASS)
    deployed(desk, "v2", 26, 0.5, verdict=Verdict.PASS)
    deployed(desk, "v3", 0.5)
    assert "v2 1 d 2 h old, served 1 d 1 h, by github:deploy, proven good, last" in _told(desk)

    began = desk.at
    desk.at -= timedelta(hours=1)
    desk.api('incident declare "Slow" --component graphql-api')
    desk.at = began
    assert "v1 2 d 2 h old, served 1 d, by github:deploy, proven good, last known" in _told(desk)


def _told(desk: Desk) -> str:
    return desk.ask("deploys graphql-api").text


def test_what_did_not_come_by_the_delivery_is_marked(desk: Desk) -> None:
    deployed(desk, "v1", 50, 26)
    deployed(desk, "v1", 26, 3)
    frozen_since = _freeze(desk)
    with desk.db.write() as tx:
        tx.execute(insert(tables.freezes).values(frozen_since))
    deployed(desk, "v2", 3)
    deployed(desk, "v1.0", 2, deployed_by="OP-7")

    newest, frozen, by_hand, _, none_good = _told(desk).splitlines()[1:]
    assert "frozen" not in newest
    assert "came while deploys were frozen" in frozen
    assert "changed by hand" in by_hand
    assert none_good == "No other release of it is known to be good yet."


def _freeze(desk: Desk) -> dict[str, object]:
    name = desk.api('incident declare "x"').data["id"]
    number = int(name.removeprefix("INC-"))
    with desk.db.write() as tx:
        tx.execute(insert(tables.operations).values(_operation(desk, number)))
    return {
        "environment": "production",
        "component": "graphql-api",
        "operation_id": 1,
        "incident_id": number,
        "actor": "slack:U1",
        "why": "x",
        "at": micros(desk.at - timedelta(hours=4)),
        "remind_at": micros(desk.at),
    }


def _operation(desk: Desk, incident: int) -> dict[str, object]:
    return {
        "id": 1, "version": 1, "kind": "freeze", "state": "succeeded",
        "environment": "production", "incident_id": incident, "request_json": "{}",
        "checks_json": "[]", "approvals_needed": 0, "approver_role": "operator",
        "requested_by": "slack:U1", "requested_at": micros(desk.at), "run": 0, "mode": "forward",
        "said": "", "results_json": "{}",
    }  # fmt: skip


def test_without_a_component_a_few_of_each_and_always_what_matters(desk: Desk) -> None:
    deployed(desk, "v0", 90, 80, verdict=Verdict.PASS)
    for number in range(1, 7):
        deployed(desk, f"v{number}", 80 - number, 79 - number, live_at=None)

    lines = desk.ask("deploys").text.splitlines()
    assert [line.split()[1] for line in lines[1:5]] == ["v6", "v5", "v4", "v0"]
    assert lines[5] == "And 3 others: `/candlefish deploys graphql-api`"
    assert lines[6] == "docs-site: no deploy is known yet."
    assert len(desk.ask("deploys").data["items"]) == 7


def test_words_from_the_pipeline_call_nobody(desk: Desk) -> None:
    deployed(desk, "v1", 5, deployed_by="@slack:U1", change_url="")

    assert "by @ slack:U1" in _told(desk)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("deploys redis", "“redis” has no releases of its own. `/candlefish deploys` shows all"),
        ("deploys grafql-api", "Did you mean `/candlefish deploys graphql-api`?"),
        ("releases doc-site", "Did you mean `/candlefish deploys docs-site`?"),
    ],
)
def test_a_wrong_word_gets_the_right_one(desk: Desk, said: str, answer: str) -> None:
    reply = desk.ask(said)

    assert reply.status == 2
    assert answer in reply.text
