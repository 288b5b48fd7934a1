"""The incident pages in a real browser: live, readable on a phone, and without scripts too."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.domain.operations.operation import State
from tests.databases import SqliteMaker
from tests.domain.operations.made import plan, step
from tests.handlers.operations import asked, ended, planned, running, stepped, waiting
from tests.handlers.web.rig import Rig, rigged
from tests.served import served

PHONE = {"width": 390, "height": 844}
EVIL = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"


class Site:
    """The rig's pages, served."""

    def __init__(self, rig: Rig, address: str) -> None:
        self.rig, self.address = rig, address

    def page_link(self, path: str) -> str:
        link = self.rig.door.page_link(path, actor="slack:U1")
        return link.replace(self.rig.settings.base_url, self.address)


@contextmanager
def serving(rig: Rig) -> Iterator[Site]:
    with served(rig.app, before_end=rig.live.close) as server:
        yield Site(rig, server.address)


@pytest.fixture
def site(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Site]:
    with sqlite_maker.migrated(tmp_path), rigged(tmp_path) as rig, serving(rig) as site:
        yield site


def test_a_personal_link_opens_the_page_which_then_follows_the_incident(
    site: Site, browser_page: Page
) -> None:
    name = site.rig.fire(labels={"service": "graphql-api"})
    browser_page.goto(site.page_link(f"/incidents/{name}"))
    expect(browser_page).to_have_url(f"{site.address}/incidents/{name}")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text(
        "GraphqlDown: Nothing answers"
    )
    expect(browser_page.get_by_text("Nobody has it yet.")).to_be_visible()
    expect(browser_page.get_by_role("status")).to_have_text("Live")
    site.rig.command(f"ack {name}")
    expect(browser_page.get_by_text("ada has it since")).to_be_visible()
    expect(browser_page).to_have_title(f"sev2 acknowledged: GraphqlDown: Nothing answers ({name})")


def test_the_list_grows_by_itself(site: Site, browser_page: Page) -> None:
    browser_page.goto(site.page_link("/incidents"))
    expect(browser_page.get_by_text("All quiet. Nothing is open.")).to_be_visible()
    name = site.rig.fire()
    row = browser_page.get_by_role("link", name="GraphqlDown")
    expect(row).to_be_visible()
    row.click()
    expect(browser_page).to_have_url(f"{site.address}/incidents/{name}")


def test_choosing_a_filter_is_enough(site: Site, browser_page: Page) -> None:
    site.rig.fire("One")
    site.rig.fire("Two", labels={"severity": "warning"})
    browser_page.goto(site.page_link("/incidents"))
    browser_page.get_by_label("Severity").select_option("sev3")
    expect(browser_page.get_by_role("link", name="Two: Nothing answers")).to_be_visible()
    expect(browser_page.get_by_role("link", name="One: Nothing answers")).to_have_count(0)


def test_a_command_is_copied_whole(site: Site, browser_page: Page) -> None:
    name = site.rig.fire()
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto(site.page_link(f"/incidents/{name}"))
    browser_page.get_by_role("button", name=f"Copy candlefish ack {name}").click()
    copied = browser_page.evaluate("navigator.clipboard.readText()")
    assert copied == f"candlefish ack {name}"


def test_an_alert_unfolded_stays_so_while_the_page_changes(site: Site, browser_page: Page) -> None:
    name = site.rig.fire(labels={"shard": "one"})
    site.rig.fire(labels={"shard": "two"})
    browser_page.goto(site.page_link(f"/incidents/{name}"))
    browser_page.locator("details summary").nth(1).click()
    shard = browser_page.locator(".alerts .labels").filter(has_text="shard=two")
    expect(shard).to_be_visible()
    site.rig.command(f'note {name} "look at this"')
    expect(browser_page.locator(".entries").get_by_text("look at this")).to_be_visible()
    expect(shard).to_be_visible()


def test_an_operation_is_watched_step_by_step(site: Site, browser_page: Page) -> None:
    name = site.rig.fire()
    browser_page.goto(site.page_link(f"/incidents/{name}"))
    expect(browser_page.get_by_role("status")).to_have_text("Live")
    one = waiting(site.rig.bot)
    work = browser_page.locator("#OP-1")
    expect(work).to_contain_text("awaiting approval")
    approve = f"operation approve OP-1 --plan-hash {one.plan_hash}"
    assert site.rig.command(approve, actor="cli:grace").status == 0
    running(site.rig.bot, 1)
    stepped(site.rig.bot, 1, "freeze")
    expect(work.locator(".step.done")).to_have_text(re.compile("Freezes deploys.*12 s", re.DOTALL))
    ended(site.rig.bot, 1, State.SUCCEEDED, "done after 95 s")
    expect(work).to_contain_text("done after 95 s")


def test_others_markup_does_nothing(site: Site, browser_page: Page) -> None:
    name = site.rig.fire(annotations={"summary": EVIL, "description": EVIL}, labels={"pod": EVIL})
    browser_page.goto(site.page_link(f"/incidents/{name}"))
    expect(browser_page.get_by_role("status")).to_have_text("Live")
    site.rig.command(f'note {name} "{EVIL}"')
    expect(browser_page.locator(".entries").get_by_text("<script>")).to_be_visible()
    assert browser_page.title().startswith("sev2 open: GraphqlDown")
    assert browser_page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(
    site: Site, browser: Browser, scheme: str
) -> None:
    long = "a" * 300
    name = site.rig.fire(labels={"pod": long}, annotations={"summary": long})
    planned(
        site.rig.bot, asked(site.rig.bot).id, made=plan(steps=(step(does=long),), notes=(long,))
    )
    with browser.new_context(viewport=PHONE, color_scheme=scheme) as context:  # type: ignore[arg-type]  # one of two words
        page = context.new_page()
        page.goto(site.page_link(f"/incidents/{name}"))
        for path in (f"/incidents/{name}", "/incidents", "/runbooks/GraphqlDown", "/api/v1/docs"):
            page.goto(f"{site.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        expect(page.locator("body")).to_have_css(
            "background-color", {"light": "rgb(246, 245, 242)", "dark": "rgb(19, 21, 25)"}[scheme]
        )


def test_it_works_without_scripts(site: Site, browser: Browser) -> None:
    name = site.rig.fire()
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.page_link(f"/incidents/{name}"))
        expect(page.get_by_text("Nobody has it yet.")).to_be_visible()
        site.rig.command(f"ack {name}")
        page.reload()
        expect(page.get_by_text("ada has it since")).to_be_visible()
        page.goto(f"{site.address}/incidents")
        page.get_by_label("State").select_option("acknowledged")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("link", name="GraphqlDown")).to_be_visible()


def test_without_a_link_the_page_says_how_to_get_in(
    site: Site, browser_page: Page, complaints: list[str]
) -> None:
    site.rig.fire()
    browser_page.goto(f"{site.address}/incidents/INC-1")
    expect(browser_page.get_by_text("How to get in")).to_be_visible()
    complaints.clear()  # the browser itself complains about the 401
