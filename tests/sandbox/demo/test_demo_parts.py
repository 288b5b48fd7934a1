from itertools import count
from pathlib import Path

import pytest
import yaml

from sandbox.demo.environment import Tokens, bot_environment
from sandbox.demo.folder import Occupied, fresh_folder
from sandbox.demo.monitoring import DEPLOY, Places, alertmanager_config, prometheus_config
from sandbox.demo.ports import Ports, available

PLACES = Places(
    bot="127.0.0.1:1",
    alertmanager="127.0.0.1:2",
    targets=Path("/t.json"),
    token_file=Path("/token"),
)


def deployed(file: str) -> dict:
    return yaml.safe_load((DEPLOY / file).read_text())


def test_usual_ports_stay_and_taken_ones_are_replaced_without_doubles():
    free = count(8080)
    chosen = available(
        Ports(slack=0), is_free=lambda port: port != 9090, free_port=lambda: next(free)
    )
    assert chosen == Ports(slack=8081, prometheus=8087)
    assert available(Ports(), is_free=lambda _: True) == Ports()


def test_the_bot_gets_nothing_from_outside_but_what_the_demo_says():
    tokens = Tokens()
    base = {
        "PATH": "/bin",
        "PYTHONPATH": "/mine",
        "CANDLEFISH_PAGERDUTY_API_TOKEN": "real",
        "AWS_SESSION_TOKEN": "real",
        "KUBECONFIG": "/real",
    }
    environment = bot_environment(
        base,
        Ports(),
        tokens,
        data=Path("/data"),
        routes=Path("/routes"),
        monitored=True,
        vendors={"CANDLEFISH_NETLIFY_TOKEN": "here", "AWS_REGION": "us-east-1"},
    )
    own = {key: value for key, value in environment.items() if key.startswith("CANDLEFISH_")}
    assert own == {
        "CANDLEFISH_DATA_DIR": "/data",
        "CANDLEFISH_ROUTES_DIR": "/routes",
        "CANDLEFISH_NETLIFY_TOKEN": "here",
        "CANDLEFISH_PORT": "8080",
        "CANDLEFISH_BASE_URL": "http://127.0.0.1:8080",
        "CANDLEFISH_OPEN_PAGES": "true",
        "CANDLEFISH_ALERTMANAGER_TOKENS": tokens.alertmanager,
        "CANDLEFISH_ALERTMANAGER_URL": "http://127.0.0.1:9093",
        "CANDLEFISH_PROMETHEUS_URL": "http://127.0.0.1:9090",
        "CANDLEFISH_SLACK_BOT_TOKEN": tokens.slack_bot,
        "CANDLEFISH_SLACK_SIGNING_SECRETS": tokens.slack_signing,
        "CANDLEFISH_SLACK_API_URL": "http://127.0.0.1:8081/api/",
        "CANDLEFISH_SLACK_CHANNEL": "#ops-emergency",
    }
    assert environment["PATH"] == "/bin"
    assert environment["PYTHONPATH"].endswith(":/mine")
    assert environment["AWS_REGION"] == "us-east-1"
    assert {"AWS_SESSION_TOKEN", "KUBECONFIG"}.isdisjoint(environment)
    without = bot_environment(
        {}, Ports(), tokens, data=Path("/d"), routes=Path("/r"), monitored=False, vendors={}
    )
    assert "CANDLEFISH_PROMETHEUS_URL" not in without
    assert tokens.slack_bot not in repr(tokens)
    assert tokens != Tokens()


def test_prometheus_differs_from_the_deployed_in_addresses_and_pace_alone():
    before = deployed("prometheus/prometheus.yml")
    after = prometheus_config(before, PLACES, rules=DEPLOY / "prometheus/rules.yml")
    assert before == deployed("prometheus/prometheus.yml")
    assert after["rule_files"] == [str(DEPLOY / "prometheus/rules.yml")]
    assert after["global"] == {
        "scrape_interval": "1s",
        "evaluation_interval": "1s",
        "external_labels": {"environment": "production"},
    }
    assert [job["job_name"] for job in after["scrape_configs"]] == [
        "platform",
        "candlefish",
        "alertmanager",
    ]
    assert "alertmanager:9093" not in str(after)
    assert "candlefish:8080" not in str(after)


def test_alertmanager_differs_from_the_deployed_in_addresses_and_pace_alone():
    before = deployed("alertmanager/alertmanager.yml")
    after = alertmanager_config(before, PLACES)
    assert after["route"] == before["route"] | {"group_wait": "1s", "group_interval": "5s"}
    assert after["inhibit_rules"] == before["inhibit_rules"]
    (webhook,) = after["receivers"][0]["webhook_configs"]
    assert webhook["url"] == "http://127.0.0.1:1/webhooks/alertmanager"
    assert webhook["http_config"]["authorization"]["credentials_file"] == "/token"


def test_a_demo_begins_anew_but_never_in_the_folder_of_another(tmp_path: Path):
    kept = tmp_path / "notes"
    kept.write_text("mine")
    with fresh_folder(tmp_path) as run:
        (run / "old").write_text("old")
    with fresh_folder(tmp_path) as run:
        assert list(run.iterdir()) == []
        with pytest.raises(Occupied, match="another demo runs in"), fresh_folder(tmp_path):
            pass
        assert run.exists()
    assert kept.read_text() == "mine"
