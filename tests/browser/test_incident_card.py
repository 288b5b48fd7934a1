"""A visitor of the demo, with nothing but a browser: breaks it, takes it, reads it, ends it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.demo.demo import Demo, demo
from sandbox.demo.ports import Ports
from tests.browser.visitor import Visitor
from tests.serving import ACK_SECONDS

ANY = Ports.any()
A_MINUTE = 60_000  # milliseconds, as the demo promises


@pytest.fixture
def up(browser_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    """The demo as it is where Prometheus is not installed: the platform tells of itself."""
    monkeypatch.setenv("PATH", "/nowhere")
    with demo(home=tmp_path, wanted=ANY, stop=threading.Event()) as started:
        started.slack.outbound.ack_seconds = ACK_SECONDS
        yield started
        for page in browser_page.context.pages:
            page.goto("about:blank")


def test_a_visitor_breaks_a_service_and_two_people_bring_it_to_its_end(
    up: Demo, browser_page: Page
) -> None:
    visitor = Visitor(up, browser_page)
    visitor.platform.get_by_role("button", name="Break graphql-api").click()
    expect(visitor.platform.get_by_role("button", name="Mend graphql-api")).to_be_visible()

    card = visitor.card("graphql-api")
    expect(card).to_be_visible(timeout=A_MINUTE)
    expect(card.get_by_role("heading")).to_contain_text("SEV2 · HighErrorRate: graphql-api fails")
    expect(card).to_contain_text("Open, nobody has it yet")

    card.get_by_role("button", name="Acknowledge").click()
    expect(card).to_contain_text("Acknowledged by @Ada Lovelace")
    expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)

    visitor.choose(card, "Timeline")
    answer = visitor.card("Only visible to you")
    expect(answer).to_contain_text("The timeline of INC-1, for you alone, for ten minutes:")
    page = visitor.open_in_new_tab(answer.get_by_role("link", name="Open INC-1"))
    expect(page).to_have_url(f"{up.ports.url('bot')}/incidents/INC-1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("HighErrorRate: graphql-api")
    expect(page.get_by_text("ada has it since")).to_be_visible()
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_role("listitem")).to_have_count(2)
    expect(timeline.get_by_role("listitem").first).to_contain_text("ada acknowledged")
    expect(page.get_by_role("status")).to_have_text("Live")

    visitor.become("Grace Hopper")
    expect(visitor.slack.get_by_text("Only visible to you")).to_have_count(0)
    visitor.choose(card, "Resolve")
    form = visitor.slack.get_by_role("dialog", name="Resolve INC-1")
    expect(form).to_contain_text("It stays ended until an alert starts anew.")
    form.get_by_label("What was it?").fill("a deploy that nobody told of")
    form.get_by_role("button", name="Resolve").click()
    expect(form).to_have_count(0)

    expect(page.get_by_text("Resolved moments ago by grace")).to_be_visible()
    expect(timeline).to_contain_text("a deploy that nobody told of")
    expect(card).to_contain_text("Resolved by @Grace Hopper")
    expect(card.get_by_role("button", name="Reopen")).to_be_visible()
    card.get_by_role("button", name="replies").click()
    thread = visitor.slack.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("resolved by @Grace Hopper: a deploy that nobody told of")
