"""Somebody who has just installed it, in an empty folder."""

import os
import sys
from pathlib import Path

import pytest

from sandbox.servers.child import running, start
from sandbox.servers.loopback import HOST, answers, free_port
from tests.handlers.test_remote import somebody
from tests.scenarios.terminal import Terminal


@pytest.fixture
def newcomer(tmp_path: Path) -> Terminal:
    """Nothing is set, and nothing is there."""
    environ = {name: value for name, value in os.environ.items() if "CANDLEFISH" not in name}
    return Terminal(environ=environ, folder=tmp_path)


def test_init_writes_a_template_and_prints_the_apps_manifest(newcomer: Terminal) -> None:
    said = newcomer.run("init")
    env = (newcomer.folder / ".env").read_text()
    assert "CANDLEFISH_SLACK_BOT_TOKEN=" in env
    assert "fill in what you have" in said.err
    assert (newcomer.folder / ".env").stat().st_mode & 0o077 == 0
    manifest = said.data
    assert "chat:write" in manifest["oauth_config"]["scopes"]["bot"]
    (command,) = manifest["features"]["slash_commands"]
    assert (command["command"], command["url"]) == (
        "/candlefish",
        "http://127.0.0.1:8080/slack/events",
    )
    assert manifest["settings"]["socket_mode_enabled"] is False

    (newcomer.folder / ".env").write_text(f"{env}\nCANDLEFISH_BASE_URL=https://bot.example.org\n")
    again = newcomer.run("init", "--socket-mode")
    assert "left as it is" in again.err
    assert "bot.example.org" in (newcomer.folder / ".env").read_text()
    assert again.data["settings"]["socket_mode_enabled"] is True
    assert "url" not in again.data["features"]["slash_commands"][0]


def test_the_template_as_it_is_starts_a_bot_that_answers(newcomer: Terminal) -> None:
    newcomer.run("init")
    env = newcomer.folder / ".env"
    port = free_port()
    env.write_text(f"{env.read_text()}\nCANDLEFISH_PORT={port}\n")
    child = start(
        "candlefish serve", (sys.executable, "-m", "handlers.cli", "serve"),
        log=newcomer.folder / "serve.log", env=newcomer.environ, cwd=newcomer.folder,
    )  # fmt: skip
    with running(child):
        child.wait_ready(lambda: answers(f"http://{HOST}:{port}/readyz"), within=60)
        assert "Nothing is broken: no incident is open." in newcomer.run("status").out
        told = newcomer.run("incident", "declare", "The printer is on fire").out
        assert told.startswith("INC-1 is open, sev3: The printer is on fire\n")


def test_doctor_does_not_miss_what_the_first_start_makes(newcomer: Terminal) -> None:
    (database, *_) = newcomer.data("doctor")
    assert (database["name"], database["result"]) == ("database", "off")
    assert database["fix"] == "`candlefish serve` makes it."
    assert not list(newcomer.folder.iterdir())


def test_a_bot_whose_key_lies_elsewhere_is_found_by_its_folder(newcomer: Terminal) -> None:
    with somebody(401, b'{"error": "No key that this bot trusts has signed this token."}') as bot:
        said = newcomer.run("status", status=1, CANDLEFISH_BASE_URL=bot).err
    assert "set CANDLEFISH_DATA_DIR to its folder, or CANDLEFISH_TOKEN." in said


def test_the_ops_data_that_comes_along_is_proved_and_explains_itself(newcomer: Terminal) -> None:
    assert newcomer.run("check").out == "The ops data is good.\n"
    labels = ("alertname=HighErrorRate", "severity=critical", "service=graphql-api")
    told = newcomer.run("route", *labels).out
    for word in ("graphql-api", "sev2", "HighErrorRate", "default"):
        assert word in told
    routed = newcomer.data("route", *labels)
    assert (routed["component"], routed["severity"], routed["ladder"]) == (
        "graphql-api", "sev2", "default",
    )  # fmt: skip
    assert routed["why"]
    watchdog = newcomer.data("route", "alertname=Watchdog")
    assert watchdog["incident"] is False
    assert "`Watchdog` is no KEY=VALUE." in newcomer.run("route", "Watchdog", status=2).err


def test_every_problem_of_ones_own_ops_data_is_listed_with_its_place(newcomer: Terminal) -> None:
    own = newcomer.folder / "alert_routes"
    own.mkdir()
    (own / "components.yaml").write_text("components:\n  shop: {kind: kubernetes, nmespace: x}\n")
    (own / "routes.yaml").write_text("route:\n  name: default\n  runbook: Nowhere\n")
    (own / "people.yaml").write_text("people: {}\n")
    (own / "ladders.yaml").write_text("ladders: {}\n")
    said = newcomer.run("check", status=1, CANDLEFISH_ROUTES_DIR=str(own))
    assert "components.yaml:2" in said.err
    assert "nmespace" in said.err
    assert "routes.yaml:3" in said.err
    assert "Nowhere" in said.err


def test_a_malformed_setting_stops_the_start_with_its_name(newcomer: Terminal) -> None:
    for words in (["serve"], ["doctor"], ["status"]):
        said = newcomer.run(*words, status=2, CANDLEFISH_PORT="http")
        assert "CANDLEFISH_PORT should be a port number" in said.err
        assert "Traceback" not in said.err
