"""The configuration in deploy/, pointed at the demo's addresses and made quicker."""

import contextlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.demo.private import write_private
from sandbox.demo.setting import Setting
from sandbox.servers import Child, alertmanager, prometheus

DEPLOY = Path(__file__).parents[2] / "deploy"
_QUICK = "1s"
_QUICK_GROUP = "5s"

Config = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the demo's parts are; addresses are host:port."""

    bot: str
    alertmanager: str
    targets: Path
    token_file: Path


def prometheus_config(deployed: Config, places: Places, *, rules: Path) -> Config:
    """The same jobs and rules; only scrape and evaluation are shortened."""
    config = deepcopy(deployed)
    config["global"] |= {"scrape_interval": _QUICK, "evaluation_interval": _QUICK}
    config["rule_files"] = [str(rules)]
    for group in config["alerting"]["alertmanagers"]:
        group["static_configs"] = [{"targets": [places.alertmanager]}]
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    jobs["platform"]["file_sd_configs"] = [{"files": [str(places.targets)]}]
    jobs["candlefish"]["static_configs"] = [{"targets": [places.bot]}]
    jobs["alertmanager"]["static_configs"] = [{"targets": [places.alertmanager]}]
    return config


def alertmanager_config(deployed: Config, places: Places) -> Config:
    """The same routes and receivers; only group_wait and group_interval are shortened."""
    config = deepcopy(deployed)
    config["route"] |= {"group_wait": _QUICK, "group_interval": _QUICK_GROUP}
    for receiver in config["receivers"]:
        for webhook in receiver.get("webhook_configs", []):
            webhook["url"] = f"http://{places.bot}/webhooks/alertmanager"
            webhook["http_config"]["authorization"]["credentials_file"] = str(places.token_file)
    return config


@contextlib.contextmanager
def pager(setting: Setting) -> Iterator[Child]:
    """Alertmanager, with the token that opens the bot's webhook."""
    places = _places(setting)
    write_private(places.token_file, setting.tokens.alertmanager)
    config = write_alertmanager(places, setting.folder)
    folder, port = setting.folder / "alertmanager", setting.ports.alertmanager
    with alertmanager(config, folder=folder, port=port) as running:
        yield running.child


@contextlib.contextmanager
def metrics(setting: Setting) -> Iterator[Child]:
    config = write_prometheus(_places(setting), setting.folder)
    folder, port = setting.folder / "prometheus", setting.ports.prometheus
    with prometheus(config, folder=folder, port=port) as running:
        yield running.child


def write_prometheus(places: Places, folder: Path) -> Path:
    deployed = DEPLOY / "prometheus"
    config = prometheus_config(
        _read(deployed / "prometheus.yml"), places, rules=deployed / "rules.yml"
    )
    return _write(folder / "prometheus.yml", config)


def write_alertmanager(places: Places, folder: Path) -> Path:
    config = alertmanager_config(_read(DEPLOY / "alertmanager" / "alertmanager.yml"), places)
    return _write(folder / "alertmanager.yml", config)


def _places(setting: Setting) -> Places:
    return Places(
        bot=setting.ports.address("bot"),
        alertmanager=setting.ports.address("alertmanager"),
        targets=setting.targets,
        token_file=setting.folder / "alertmanager.token",
    )


def _read(file: Path) -> Config:
    config: Config = yaml.safe_load(file.read_text())
    return config


def _write(file: Path, config: Config) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    return file
