"""While the database is away everything says so with 503, and goes on by itself afterwards."""

import pytest

from tests.handlers.webhooks.edge import Edge, alert, webhook
from tests.handlers.webhooks.test_pagerduty import event
from tests.outage import cut_off


def test_an_outage_of_the_database(edge: Edge, request: pytest.FixtureRequest) -> None:
    db = edge.bot.db
    assert edge.alertmanager(webhook(alert("A"))).status_code == 200
    assert edge.client.get("/readyz").status_code == 200

    with cut_off(db, request):
        lost = edge.alertmanager(webhook(alert("B")))
        assert (lost.status_code, lost.headers["retry-after"]) == (503, "1")
        assert edge.pagerduty(event(edge)).status_code == 503
        ready = edge.client.get("/readyz")
        assert (ready.status_code, bool(ready.json()["why_not"])) == (503, True)
        assert edge.client.get("/livez").status_code == 200
        assert "candlefish_ready 0.0" in edge.client.get("/metrics").text

    assert edge.alertmanager(webhook(alert("B"))).json()["incidents"] == ["INC-2"]
    assert edge.pagerduty(event(edge)).status_code == 202
    assert edge.client.get("/readyz").status_code == 200


def test_metrics_tell_of_the_intake_and_the_incidents(edge: Edge) -> None:
    edge.alertmanager(webhook(alert("A")))

    told = edge.client.get("/metrics").text

    assert 'candlefish_incidents{severity="sev3",state="open"} 1.0' in told
    assert 'candlefish_loop_age_seconds{loop="intake"}' in told
    assert 'candlefish_loop_failures_total{loop="intake"} 0.0' in told
    assert "candlefish_ready 1.0" in told


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", 1), ("x" * 65, 0), ("a b", 0), ("a\u00e9", 0)]
)
def test_a_request_keeps_its_senders_id_if_it_is_a_plain_word(
    edge: Edge, given: str, kept: int
) -> None:
    answer = edge.client.get("/livez", headers={"X-Request-Id": given.encode("latin-1")})

    assert (answer.headers["x-request-id"] == given) == bool(kept)
