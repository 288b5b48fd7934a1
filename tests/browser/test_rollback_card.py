"""A bad release, with nothing but a browser: seen, rolled back by two people, and verified."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.demo.demo import Demo, demo
from sandbox.demo.ports import Ports
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.servers import Binary, missing
from tests.browser.visitor import Visitor
from tests.conftest import lacking
from tests.demo_floor import Floor
from tests.serving import ACK_SECONDS

SOON = 150_000  # milliseconds, for what takes its time: pods, alerts, looks at a release
AFTER_A_MINUTE = 150_000  # the alert's own window has to pass
COMPONENT, GOOD, BAD = "graphql-api", "v1.4.2", "v1.4.3-bad"


@pytest.fixture
def unmonitored(
    browser_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Demo]:
    """The demo as it is where Prometheus is not installed: the platform tells of itself."""
    monkeypatch.setenv("PATH", "/nowhere")
    quick = Pace(ready_after=0.2)
    with demo(home=tmp_path, wanted=Ports.any(), stop=threading.Event(), pace=quick) as started:
        started.slack.outbound.ack_seconds = ACK_SECONDS
        yield started
        leave(browser_page)


@pytest.fixture
def monitored(browser_page: Page, tmp_path: Path) -> Iterator[Demo]:
    if absent := missing(Binary.PROMETHEUS, Binary.ALERTMANAGER):
        lacking("; ".join(absent.values()))
    with demo(home=tmp_path, wanted=Ports.any(), stop=threading.Event()) as started:
        started.slack.outbound.ack_seconds = ACK_SECONDS
        yield started
        leave(browser_page)


def leave(page: Page) -> None:
    """While everything still answers."""
    for each in page.context.pages:
        each.goto("about:blank")


def test_two_people_roll_a_bad_release_back(unmonitored: Demo, browser_page: Page) -> None:
    floor, visitor = Floor(unmonitored), Visitor(unmonitored, browser_page)
    card = ship_a_bad_release(floor, visitor)

    plan_a_rollback(visitor, card, to_version=GOOD)
    expect(card).to_contain_text(f"{BAD} → {GOOD}", timeout=SOON)
    approve(visitor, card)
    expect(visitor.card("Only visible to you")).to_contain_text("OP-1 needs a second person")
    assert floor.live(COMPONENT) == ("green", BAD)

    visitor.become("Grace Hopper")
    approve(visitor, card)
    expect(card).to_contain_text("probes are fine", timeout=SOON)
    assert floor.operation("OP-1")["approved_by"] == "slack:U2"
    check_the_end(floor, visitor)


@pytest.mark.long
def test_the_error_ratio_of_prometheus_falls_and_the_incident_ends(
    monitored: Demo, browser_page: Page
) -> None:
    floor, visitor = Floor(monitored), Visitor(monitored, browser_page)
    card = ship_a_bad_release(floor, visitor)
    assert floor.error_ratio(COMPONENT) > 0.2

    plan_a_rollback(visitor, card)
    expect(card).to_contain_text(f"{BAD} → {GOOD}", timeout=SOON)
    approve(visitor, card)
    expect(card).to_contain_text("it does well (0.00% of", timeout=SOON)
    assert floor.operation("OP-1")["verdict"] == "pass"
    assert floor.error_ratio(COMPONENT) == 0
    check_the_end(floor, visitor)
    expect(card).to_contain_text("Resolved by itself", timeout=AFTER_A_MINUTE)


def ship_a_bad_release(floor: Floor, visitor: Visitor) -> Locator:
    """By the platform's page; the card that appears."""
    floor.wait_until_proven(COMPONENT)
    visitor.platform.get_by_role("button", name=f"Ship a bad release of {COMPONENT}").click()
    shipped = visitor.platform.get_by_text(f"shipped {BAD} on green")
    expect(shipped).to_be_visible(timeout=SOON)
    card = visitor.card(COMPONENT)
    expect(card).to_be_visible(timeout=SOON)
    expect(card.get_by_role("heading")).to_contain_text("SEV2 · HighErrorRate: graphql-api fails")
    return card


def plan_a_rollback(visitor: Visitor, card: Locator, *, to_version: str = "") -> None:
    visitor.choose(card, "Roll back…")
    form = visitor.slack.get_by_role("dialog", name="Roll back for INC-1")
    expect(form).to_contain_text("Nothing is done before it is approved.")
    form.get_by_label("To which version?").fill(to_version)
    form.get_by_role("button", name="Plan it").click()
    expect(form).to_have_count(0)


def approve(visitor: Visitor, card: Locator) -> None:
    card.get_by_role("button", name="Approve").click(timeout=SOON)
    asked = visitor.slack.get_by_role("dialog")
    expect(asked).to_contain_text(f"{COMPONENT} {BAD} → {GOOD}")
    asked.get_by_role("button", name="Approve, run it").click()


def check_the_end(floor: Floor, visitor: Visitor) -> None:
    """Traffic moved once, and deploys stand still until a person lifts that."""
    assert floor.live(COMPONENT) == ("blue", GOOD)
    assert floor.operation("OP-1")["state"] == "succeeded"
    assert floor.switches(COMPONENT) == 1
    visitor.platform.get_by_role("button", name=f"Ship a bad release of {COMPONENT}").click()
    expect(visitor.platform.get_by_text("is frozen by OP-1")).to_be_visible(timeout=SOON)
