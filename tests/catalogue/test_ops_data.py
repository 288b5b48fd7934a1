"""The ops data that ships: proved whole, and against the rules of real clusters."""

import json
import re
from pathlib import Path

import pytest
import yaml

from bot.catalogue.check import problems
from bot.catalogue.load import load
from bot.domain.incidents.routing import explain, route
from bot.domain.ops_data.catalogue import Catalogue

HOME = Path(__file__).parents[2]
ROUTES, RUNBOOKS = HOME / "alert_routes", HOME / "runbooks"


@pytest.fixture(scope="module", name="shipped")
def _shipped() -> Catalogue:
    return load(ROUTES, RUNBOOKS, default_environment="production")


def test_the_data_that_ships_has_no_problem() -> None:
    assert problems(ROUTES, RUNBOOKS, "production") == ()


def test_our_own_rules_never_end_at_the_unknown_alert(shipped: Catalogue) -> None:
    rules = yaml.safe_load((HOME / "deploy/prometheus/rules.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]

    assert alerts
    for rule in alerts:
        routed = route(shipped, {"alertname": rule["alert"], **rule["labels"]})
        assert routed.runbook != "UnknownAlert", rule["alert"]
        assert routed.incident is (rule["alert"] != "Watchdog")


def test_every_rule_of_kube_prometheus_has_a_page(shipped: Catalogue, contracts: Path) -> None:
    known = json.loads((contracts / "alert_rules/kube_prometheus_alerts.json").read_text())
    quiet = {"Watchdog", "InfoInhibitor"}

    assert len(known["alerts"]) == 139
    for rule in known["alerts"]:
        labels = {"alertname": rule["alert"], "severity": rule["severity"].title()}
        routed = route(shipped, labels)
        expected = {"critical": "sev2", "warning": "sev3", "info": "sev4", "none": "sev4"}
        assert routed.severity == expected[rule["severity"]]
        assert routed.runbook != "UnknownAlert", rule["alert"]
        assert routed.incident is (rule["alert"] not in quiet)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (
            {"alertname": "GraphqlDown", "severity": "critical", "service": "graphql-api"},
            ("graphql-api", "GraphqlDown", "sev2", "default"),
        ),
        (
            {"alertname": "GraphQLHighErrorRate", "severity": "Critical", "service": "graphql-api"},
            ("graphql-api", "HighErrorRate", "sev2", "default"),
        ),
        (
            {"alertname": "HighLatency", "severity": "warning", "service": "docs-site"},
            ("docs-site", "SiteSlow", "sev3", "default"),
        ),
        (
            {"alertname": "PostgresDown", "severity": "critical", "service": "postgresql"},
            ("postgresql", "PostgresDown", "sev1", "platform"),
        ),
        (
            {
                "alertname": "KubePodCrashLooping",
                "severity": "warning",
                "job": "kube-state-metrics",
                "container": "document-service",
            },
            ("document-service", "PodCrashLooping", "sev3", "default"),
        ),
        (
            {
                "alertname": "KubePodCrashLooping",
                "severity": "warning",
                "job": "kube-state-metrics",
                "container": "somebody-elses",
            },
            ("kubernetes", "PodCrashLooping", "sev3", "default"),
        ),
        (
            {"alertname": "Surprise", "namespace": "kube-system", "severity": "warning"},
            (None, "UnknownAlert", "sev3", "platform"),
        ),
        (
            {"alertname": "Surprise", "job": "nobody-knows"},
            ("nobody-knows", "UnknownAlert", "sev3", "default"),
        ),
    ],
)
def test_alerts_of_the_platform(
    shipped: Catalogue, labels: dict[str, str], expected: tuple[str | None, str, str, str]
) -> None:
    routed = route(shipped, labels)

    assert (routed.component, routed.runbook, routed.severity, routed.ladder) == expected
    assert any(routed.runbook in line for line in explain(shipped, labels))


def test_the_platform_of_the_design_is_in_the_catalogue(shipped: Catalogue) -> None:
    parts = {
        *("graphql-api", "websocket-service", "document-service", "docs-site", "partners-site"),
        *("api-site", "mobile-pwa", "postgresql", "redis", "secrets", "prometheus"),
        *("alertmanager", "grafana", "pagerduty", "github-actions", "netlify", "candlefish"),
    }

    assert parts <= shipped.components.keys()
    assert shipped.neighbours["graphql-api"] >= {"document-service", "redis", "docs-site"}
    assert "kubernetes" not in shipped.neighbours["graphql-api"]


def test_runbooks_send_people_only_to_pages_that_exist(shipped: Catalogue) -> None:
    pages = set(shipped.runbooks)
    for name, runbook in shipped.runbooks.items():
        for word in re.findall(r"\bsee ([A-Z]\w+)|\(([A-Z][a-z]+[A-Z]\w+)", runbook.text):
            assert set(filter(None, word)) <= pages, (name, word)
