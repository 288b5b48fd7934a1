"""Slack is down, releases are bad, and two people roll them back from their terminals."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from sandbox.demo.demo import demo
from sandbox.demo.ports import Ports
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.slack.faults import Outage
from tests.crash.patience import until
from tests.demo_floor import Floor

COMPONENT, GOOD, BAD = "document-service", "v1.4.2", "v1.5.0-bad"
SERVICES = ("graphql-api", "websocket-service", COMPONENT)
BUDGET = 300  # seconds, for all of a rollback
ENDS_WITHIN = 150  # seconds: the alert's own window has to pass
APPROVE = re.compile(r"candlefish (operation approve OP-1 --plan-hash \w+)")


@pytest.fixture(
    params=[
        pytest.param(False, id="watched by itself"),
        pytest.param(True, id="watched by Prometheus", marks=pytest.mark.long),
    ]
)
def floor(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Floor]:
    if request.param:
        request.getfixturevalue("monitored")
    else:
        monkeypatch.setenv("PATH", "/nowhere")
    with without_slack(tmp_path) as found:
        yield found


@pytest.fixture
def watched_floor(monitored: None, tmp_path: Path) -> Iterator[Floor]:
    """Prometheus knows which schema is live, so that the releases' own are compared with it."""
    with without_slack(tmp_path) as found:
        yield found


@contextmanager
def without_slack(home: Path) -> Iterator[Floor]:
    """The demo, which nobody sees in Slack."""
    pace = Pace(ready_after=0.2)
    with demo(home=home, wanted=Ports.any(), stop=threading.Event(), pace=pace) as up:
        up.slack.go_down(Outage.DROPS)
        yield Floor(up)


def test_a_bad_release_is_rolled_back_from_two_terminals(floor: Floor) -> None:
    ada, grace = floor.at("ada"), floor.at("grace")
    floor.wait_until_proven(COMPONENT)
    assert floor.ship(COMPONENT, BAD).stdout == (
        f"{COMPONENT} {BAD} is there on green, which has the traffic now\n"
    )
    assert BAD in floor.up.vendors.registry.shelf.tags(f"candlefish/{COMPONENT}")
    until(floor.open_incidents, "an incident")

    words = ("rollback", "production", "--component", COMPONENT, "--to-version", GOOD, "--wait")
    with ada.begin(*words) as waiting:
        printed = Printed(waiting)
        command = printed.until(APPROVE)[1].split()
        refused = ada.run(*command, status=1)
        assert "OP-1 needs a second person" in refused.err
        assert floor.live(COMPONENT) == ("green", BAD)
        grace.run(*command)
        printed.rest()
        assert waiting.wait(BUDGET) == 0, printed.text
    assert f"Switches the traffic of {COMPONENT} from green to blue" in printed.text

    assert floor.live(COMPONENT) == ("blue", GOOD)
    assert floor.switches(COMPONENT) == 1
    if not floor.up.lacking:
        assert floor.error_ratio(COMPONENT) == 0
        assert floor.operation("OP-1")["verdict"] == "pass"
        until(lambda: not floor.open_incidents(), "it ends by itself", seconds=ENDS_WITHIN)
    assert "is frozen by OP-1" in floor.ship(COMPONENT, "v1.5.1").stdout


def test_all_that_was_shipped_goes_back_at_once(watched_floor: Floor) -> None:
    """One plan for three services that went bad; what nobody shipped stays, and is told."""
    floor = watched_floor
    for name in SERVICES:
        floor.wait_until_proven(name)
        floor.ship(name, BAD)

    with floor.at("ada").begin("rollback", "production", "--wait") as waiting:
        printed = Printed(waiting)
        floor.at("grace").run(*printed.until(APPROVE)[1].split())
        printed.rest()
        assert waiting.wait(BUDGET) == 0, printed.text

    assert {name: floor.live(name) for name in SERVICES} == dict.fromkeys(SERVICES, ("blue", GOOD))
    over = floor.operation("OP-1")
    assert [one for one in over["checks"] if one["result"] not in {"PASS", "WARN"}] == []
    assert set(over["results"]) == set(SERVICES), over


class Printed:
    """What a command prints while it runs."""

    def __init__(self, process: Popen[str]) -> None:
        assert process.stdout is not None
        self._out = process.stdout
        self.text = ""

    def until(self, wanted: re.Pattern[str]) -> re.Match[str]:
        for line in self._out:
            self.text += line
            if found := wanted.search(line):
                return found
        raise AssertionError(f"it never said {wanted.pattern}:\n{self.text}")

    def rest(self) -> None:
        self.text += self._out.read()
