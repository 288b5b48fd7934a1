"""A visitor of the demo, with nothing but a browser."""

from playwright.sync_api import Locator, Page, expect

from sandbox.demo.demo import Demo


class Visitor:
    """Two tabs, Slack and the platform; what is pressed and read there."""

    def __init__(self, up: Demo, page: Page) -> None:
        self.slack = page
        self.platform = page.context.new_page()
        self.slack.goto(up.ports.url("slack"))
        self.platform.goto(up.ports.url("platform"))

    def card(self, words: str) -> Locator:
        return self.slack.get_by_role("article").filter(has_text=words).first

    def choose(self, card: Locator, option: str) -> None:
        card.get_by_role("button", name="More…").click()
        self.slack.get_by_role("option", name=option).click()

    def become(self, name: str) -> None:
        self.slack.get_by_role("button", name="You are:").click()
        self.slack.get_by_role("option", name=name).click()
        expect(self.slack.get_by_role("button", name=f"You are: {name}")).to_be_visible()

    def open_in_new_tab(self, link: Locator) -> Page:
        with self.slack.context.expect_page() as opened:
            link.click()
        return opened.value
