"""A real Chromium for the tests that need one; without it they are skipped, and say so."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from sandbox.slack.app import SCOPES, App
from sandbox.slack.server import SlackTwin
from tests.browser.slack_room import Clock, SlackRoom
from tests.browser.small_app import small_app

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
LACKING = "Chromium is not installed, so no page is tested (Debian: apt-get install chromium)"
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(LACKING)
        pytest.skip(LACKING)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page's console said was wrong; a test that causes errors on purpose clears it."""
    return []


@pytest.fixture
def browser_page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A desktop window; the test fails when a script of the page did."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: _note(line, complaints))
    yield page
    context.close()
    assert complaints == []


def _note(line: ConsoleMessage, complaints: list[str]) -> None:
    if line.type == "error":
        complaints.append(line.text)


@pytest.fixture
def room(browser_page: Page) -> Iterator[SlackRoom]:
    """A Slack twin with a small app in it, and the browser at its door."""
    clock = Clock()
    registered = App(scopes=(*SCOPES, "reactions:write", "pins:write", "channels:join"))
    with small_app() as app, SlackTwin(clock=clock, app=registered) as twin:
        twin.connect_app(app.url)
        yield SlackRoom(twin, app, browser_page, clock)
        browser_page.goto("about:blank")
