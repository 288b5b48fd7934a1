"""That the Slack page can be used without a mouse, with a screen reader, in light and dark."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.slack_room import (
    SlackRoom,
    actions,
    button,
    field,
    form,
    mrkdwn,
    options,
    plain,
    section,
)

MUST_HAVE_NAMES = {
    "button", "link", "textbox", "combobox", "listbox", "option", "menuitem", "dialog",
    "radio", "checkbox", "radiogroup", "navigation", "complementary", "image", "heading",
}  # fmt: skip
ENOUGH = 4.5
# The contrast of the words against whatever is painted behind them, worst first.
CONTRAST = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    const layers = [];
    for (let each = node; each; each = each.parentElement) {
      layers.unshift(getComputedStyle(each).backgroundColor);
    }
    return layers;
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const says = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    const seen = node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!says || !seen || node.matches(".emoji-char, .avatar, :disabled, noscript")) continue;
    const back = behind(node);
    const [a, b] = [light(paint(back)), light(paint([...back, getComputedStyle(node).color]))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([Math.round(ratio * 100) / 100, node.className, node.textContent.slice(0, 40)]);
  }
  return found.sort((one, two) => one[0] - two[0]);
}"""
CARD = [
    {"type": "header", "text": plain(":red_circle: SEV2 graphql-api is slow")},
    section("*Open* since `03:02` <https://x.example|Runbook> <@U1> <@U2>"),
    section("pick", accessory={"type": "overflow", "action_id": "o", "options": options("A")}),
    {"type": "context", "elements": [mrkdwn("3 alerts")]},
    actions(
        button("Acknowledge", "ack", style="primary"),
        button("Escalate", "escalate", style="danger"),
        {
            "type": "static_select",
            "action_id": "more",
            "placeholder": plain("More…"),
            "options": options("Silence…", "Note…"),
        },
    ),
]
FORM = form(
    section("It gets a card at once."),
    field("title", "Title", {"type": "plain_text_input", "placeholder": plain("What is broken")}),
    field("severity", "Severity", {"type": "static_select", "options": options("sev1", "sev2")}),
    field("scope", "Scope", {"type": "radio_buttons", "options": options("One", "All")}),
    field("tell", "Tell", {"type": "checkboxes", "options": options("Team")}, optional=True),
    field("until", "Until", {"type": "datepicker"}, hint=plain("UTC")),
)


@pytest.fixture
def busy_room(room: SlackRoom) -> SlackRoom:
    ts = room.post("card", blocks=CARD)
    room.post("an alert joined", thread_ts=ts)
    room.whisper("U1", "did you mean `/candlefish status`?")
    return room


def nameless(page: Page) -> list[Any]:
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("properties"))
        for node in tree
        if not node["ignored"]
        and node["role"]["value"] in MUST_HAVE_NAMES
        and not node.get("name", {}).get("value", "").strip()
    ]


def test_everything_that_can_be_used_has_a_name(busy_room: SlackRoom) -> None:
    busy_room.enter()
    busy_room.page.get_by_role("button", name="1 reply").click()
    expect(busy_room.thread).to_be_visible()
    assert nameless(busy_room.page) == []
    busy_room.page.locator("#messages [data-action-id=more]").click()
    expect(busy_room.page.get_by_role("option")).to_have_count(2)
    assert nameless(busy_room.page) == []
    busy_room.page.keyboard.press("Escape")
    busy_room.open_form(FORM)
    assert nameless(busy_room.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(busy_room: SlackRoom, scheme: str) -> None:
    busy_room.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    busy_room.enter()
    busy_room.page.get_by_role("button", name="1 reply").click()
    expect(busy_room.thread).to_be_visible()
    busy_room.open_form(FORM)
    busy_room.modal.get_by_role("button", name="Declare", exact=True).click()
    expect(
        busy_room.modal.get_by_text("Please complete this required field.").first
    ).to_be_visible()
    busy_room.page.mouse.move(0, 0)
    seen = busy_room.page.evaluate(CONTRAST)
    assert len(seen) > 30
    assert [each for each in seen if each[0] < ENOUGH] == []


def test_the_whole_way_with_the_keyboard(busy_room: SlackRoom) -> None:
    busy_room.enter()
    pressed = busy_room.page.locator("#messages").get_by_role("button", name="Acknowledge")
    busy_room.page.keyboard.press("Tab")
    for _ in range(20):
        if pressed.evaluate("node => node === document.activeElement"):
            break
        busy_room.page.keyboard.press("Tab")
    expect(pressed).to_be_focused()
    assert pressed.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    busy_room.page.keyboard.press("Enter")
    assert busy_room.app.hear("block_actions")["actions"][0]["action_id"] == "ack"


def test_nothing_from_elsewhere_and_nothing_inline(busy_room: SlackRoom) -> None:
    asked: list[str] = []
    busy_room.page.on("request", lambda request: asked.append(request.url))
    busy_room.enter()
    assert asked
    assert [url for url in asked if not url.startswith(busy_room.twin.url)] == []
    assert busy_room.page.locator("script:not([src]), style").count() == 0
    policy = busy_room.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute(
        "content"
    )
    assert policy
    assert "script-src 'self'; style-src 'self'" in policy
