import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import jsonschema
import pytest
import yaml

from sandbox.platform.component import Component, Kind, components
from sandbox.platform.server import platform_twin
from sandbox.platform.watch.alert import Alert, lived
from sandbox.platform.watch.conditions import Condition, holding
from sandbox.platform.watch.delivery import delivered
from sandbox.platform.watch.receiver import Receiver
from sandbox.platform.watch.sample import Sample
from sandbox.platform.watch.webhook import body
from tests.sandbox.platform.listener import Listener

RULES = yaml.safe_load((Path(__file__).parents[3] / "deploy/prometheus/rules.yml").read_text())
SEVERITY = {
    rule["alert"]: rule["labels"]["severity"]
    for group in RULES["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
SERVICE = Component(name="docs", kind=Kind.KUBERNETES, down="DocsDown", documents=True)
STORE = Component(name="redis", kind=Kind.REDIS, down="RedisDown")
START = Sample(at=0, answers=True)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def names(component: Component, now: Sample) -> set[str]:
    return {condition.alertname for condition in holding(component, START, now)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Sample(at=60, answers=True, requests=100, fast=100), set()),
        (Sample(at=60, answers=False), {"DocsDown"}),
        (Sample(at=60, answers=True, requests=100, failed=5, fast=100), set()),
        (Sample(at=60, answers=True, requests=100, failed=6, fast=100), {"HighErrorRate"}),
        (Sample(at=60, answers=True, requests=100, fast=94), {"HighLatency"}),
        # One failure among a handful of requests a minute is no outage.
        (Sample(at=60, answers=True, requests=12, failed=6), set()),
        (Sample(at=60, answers=True, paints=10, fast_paints=7), {"SiteSlow"}),
        (Sample(at=60, answers=True, saves=100, lost_saves=2), {"DocumentSaveFailures"}),
    ],
)
def test_conditions_of_a_service(now: Sample, expected: set[str]):
    assert names(SERVICE, now) == expected


def test_conditions_of_a_store():
    assert names(STORE, Sample(at=60, answers=True, fill=0.9)) == set()
    assert names(STORE, Sample(at=60, answers=True, fill=0.91)) == {"RedisMemory"}
    assert names(STORE, Sample(at=60, answers=False)) == {"RedisDown"}


def test_conditions_are_named_and_weighed_as_the_rules_are():
    worst = Sample(
        at=60, answers=False, requests=100, failed=99, paints=9, saves=9, lost_saves=9, fill=1
    )
    found = {one for part in components() for one in holding(part, START, worst)}
    assert len({one.alertname for one in found}) == 12
    assert {one.alertname: one.severity for one in found}.items() <= SEVERITY.items()


def test_an_alert_waits_fires_once_resolves_and_fires_anew():
    condition = Condition(alertname="GraphqlDown", severity="critical", summary="down")

    def later(alert: Alert | None, seconds: int, *, true: bool) -> Alert | None:
        now = NOON + timedelta(seconds=seconds)
        return lived(alert, condition if true else None, service="graphql-api", now=now, hold=15)

    pending = later(None, 0, true=True)
    assert pending
    assert not pending.firing
    assert later(pending, 10, true=False) is None
    firing = later(later(pending, 10, true=True), 15, true=True)
    assert firing
    assert firing.firing
    still = later(firing, 60, true=True)
    assert still
    assert still.starts_at == NOON + timedelta(seconds=15)
    resolved = later(still, 70, true=False)
    assert resolved
    assert resolved.ends_at == NOON + timedelta(seconds=70)
    assert later(resolved, 75, true=False) == resolved
    # True again, but not for long enough: until it fires, what stands is that it ended.
    again = later(resolved, 80, true=True)
    assert again
    assert (again.firing, again.ends_at) == (False, resolved.ends_at)
    anew = later(again, 95, true=True)
    assert anew
    assert (anew.firing, anew.starts_at) == (True, NOON + timedelta(seconds=95))


def an_alert(**changes: datetime) -> Alert:
    condition = Condition(alertname="GraphqlDown", severity="critical", summary="it is down")
    return Alert(
        service="graphql-api", condition=condition, since=NOON, **{"starts_at": NOON, **changes}
    )


def test_the_body_is_alertmanagers(contracts: Path):
    schema = json.loads((contracts / "alertmanager/webhook_v4.schema.json").read_text())
    firing = body(an_alert(), environment="production", external_url="http://here")
    resolved = body(
        an_alert(ends_at=NOON + timedelta(minutes=1)),
        environment="production",
        external_url="http://here",
    )
    for one in (firing, resolved):
        jsonschema.validate(one, schema)
    recorded = json.loads(
        (contracts / "alertmanager/webhook/prometheus242_to_am025_firing.json").read_text()
    )
    assert firing.keys() == recorded.keys()
    assert firing["alerts"][0].keys() == recorded["alerts"][0].keys()
    assert firing["groupKey"] == '{}:{alertname="GraphqlDown", service="graphql-api"}'
    assert firing["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"
    assert (resolved["status"], resolved["alerts"][0]["endsAt"]) == (
        "resolved",
        "2026-11-23T12:01:00Z",
    )
    assert firing["alerts"][0]["fingerprint"] == resolved["alerts"][0]["fingerprint"]


def quick(listener: Listener, **changes: float) -> Receiver:
    times = {
        "evaluate_every": 0.05,
        "hold": 0.1,
        "group_wait": 0.05,
        "group_interval": 0.1,
        "flush": 3.0,
        **changes,
    }
    return Receiver(url=listener.url, token="the-token", **times)


def down(status: str):
    return lambda told: (
        told["groupLabels"] == {"alertname": "GraphqlDown", "service": "graphql-api"}
        and told["status"] == status
    )


def turn(url: str, component: str, health: str) -> None:
    order = f"{url}/components/{component}"
    httpx.post(order, json={"health": health}, trust_env=False).raise_for_status()


def test_without_prometheus_the_platform_tells_by_itself(listener: Listener):
    with platform_twin(receiver=quick(listener)) as twin:
        turn(twin.url, "graphql-api", "down")
        firing = listener.wait(down("firing"))
        turn(twin.url, "graphql-api", "good")
        resolved = listener.wait(down("resolved"))
    assert resolved["alerts"][0]["startsAt"] == firing["alerts"][0]["startsAt"]
    assert listener.told().count((200, "firing", "GraphqlDown")) == 1


def test_a_5xx_is_tried_again_at_once_with_the_same_words(listener: Listener):
    listener.about, listener.answers = "RedisDown", [503, 500]
    with platform_twin(receiver=quick(listener, group_interval=60.0)) as twin:
        turn(twin.url, "redis", "down")
        listener.wait(lambda told: told["status"] == "firing")
    codes, bodies = zip(*listener.seen, strict=True)
    assert codes == (503, 500, 200)
    assert bodies[0] == bodies[2]


def test_a_4xx_ends_one_delivery_and_the_next_interval_tries_again(listener: Listener):
    listener.token = "another"

    async def once() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            words = body(an_alert(), environment="production", external_url="http://here")
            return await delivered(client, quick(listener), words, Random(1))

    assert asyncio.run(once()) is False
    assert [code for code, _ in listener.seen] == [401]
    with platform_twin(receiver=quick(listener)) as twin:
        turn(twin.url, "redis", "down")
        listener.wait_count(4)
    assert {code for code, _ in listener.seen} == {401}


def test_what_goes_on_is_repeated(listener: Listener):
    listener.about = "RedisDown"
    with platform_twin(receiver=quick(listener, repeat_interval=0.2)) as twin:
        turn(twin.url, "redis", "down")
        listener.wait_count(3)
    bodies = [told for _, told in listener.seen[:3]]
    assert bodies[0] == bodies[1] == bodies[2]
