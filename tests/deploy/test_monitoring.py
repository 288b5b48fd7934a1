import subprocess
from pathlib import Path

import pytest
import yaml

from sandbox.servers import Binary, missing
from tests.conftest import lacking

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"] if "alert" in rule]
ALERTMANAGER = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())


def run(binary: Binary, *words: str) -> subprocess.CompletedProcess[str]:
    if absent := missing(binary):
        lacking(absent[binary])
    return subprocess.run(
        [binary.path(), *words],
        cwd=DEPLOY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("file", ["rules_test.yml", "error_budget_test.yml"])
def test_rules_fire_when_they_should(file: str):
    done = run(Binary.PROMTOOL, "test", "rules", f"prometheus/{file}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test():
    tested = "".join(path.read_text() for path in (DEPLOY / "prometheus").glob("*_test.yml"))
    assert [rule["alert"] for rule in ALERTS if rule["alert"] not in tested] == []


def test_prometheus_reads_its_example():
    done = run(Binary.PROMTOOL, "check", "config", "prometheus/prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_and_what(rule: dict[str, dict[str, str]]):
    assert rule["labels"]["severity"] in {"critical", "warning", "info", "none"}
    assert rule["annotations"]["summary"]
    # The demo shortens no rule, and a page that comes after a minute is late anyway.
    if rule["labels"]["severity"] == "critical":
        assert rule.get("for", "0s") in {"0s", "15s", "30s"}


def test_alertmanager_reads_its_configuration():
    done = run(Binary.AMTOOL, "check-config", "alertmanager/alertmanager.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("alertname=GraphqlDown service=graphql-api severity=critical", "candlefish"),
        ("alertname=Watchdog severity=none", "candlefish"),
        (
            "alertname=CandlefishDown service=candlefish severity=critical",
            "without-candlefish,candlefish",
        ),
    ],
)
def test_alerts_reach_their_receiver(labels: str, receivers: str):
    config = "--config.file=alertmanager/alertmanager.yml"
    done = run(Binary.AMTOOL, "config", "routes", "test", config, *labels.split())
    assert done.stdout.strip() == receivers, done.stderr


def test_inhibition_requires_every_label_that_must_be_equal():
    """Absent on both sides counts as equal: `web` down would silence what has no service at all."""
    for rule in ALERTMANAGER["inhibit_rules"]:
        for side in ("source_matchers", "target_matchers"):
            required = {matcher.split()[0] for matcher in rule[side]}
            assert set(rule["equal"]) <= required


def test_the_token_is_never_sent_elsewhere():
    (webhook,) = ALERTMANAGER["receivers"][0]["webhook_configs"]
    assert webhook["http_config"]["follow_redirects"] is False
    assert "credentials" not in webhook["http_config"]["authorization"]
    assert webhook["max_alerts"] == 200
    assert webhook["send_resolved"] is True
