"""Modals on the page of the Slack twin."""

from playwright.sync_api import expect

from tests.browser.slack_room import (
    SlackRoom,
    field,
    form,
    options,
    plain,
    section,
)

TITLE = field("title", "Title", {"type": "plain_text_input", "max_length": 80})
SEVERITY = field(
    "severity",
    "Severity",
    {"type": "static_select", "options": options("sev1", "sev2", "sev3")},
    hint=plain("sev1 pages leadership"),
)


def test_a_form_is_filled_in_and_sent(room: SlackRoom) -> None:
    scope = {"type": "radio_buttons", "options": options("Production", "Staging")}
    room.enter()
    room.open_form(form(
        TITLE, SEVERITY,
        field("note", "Note", {"type": "plain_text_input", "multiline": True}, optional=True),
        field("scope", "Scope", scope),
        field("tell", "Tell", {"type": "checkboxes", "options": options("Team", "Public")}),
        field("minutes", "Minutes", {"type": "number_input", "is_decimal_allowed": False}),
        field("chief", "Commander", {"type": "users_select"}),
        field("until", "Until", {"type": "datepicker"}),
    ))  # fmt: skip
    modal = room.modal
    expect(modal.get_by_label("Title")).to_be_focused()
    modal.get_by_label("Title").fill("Search is down")
    modal.get_by_label("Severity").click()
    room.page.get_by_role("option", name="sev2").click()
    modal.get_by_label("Note").fill("two\nlines")
    modal.get_by_label("Staging").check()
    modal.get_by_label("Team").check()
    modal.get_by_label("Minutes").fill("30")
    modal.get_by_label("Commander").click()
    room.page.get_by_role("option", name="Grace Hopper").click()
    modal.get_by_label("Until").fill("2026-02-03")
    modal.get_by_role("button", name="Declare", exact=True).click()
    state = room.app.hear("view_submission")["view"]["state"]["values"]
    assert state["title"]["value"]["value"] == "Search is down"
    assert state["severity"]["value"]["selected_option"]["value"] == "sev2"
    assert state["note"]["value"]["value"] == "two\nlines"
    assert state["scope"]["value"]["selected_option"]["value"] == "staging"
    assert [each["value"] for each in state["tell"]["value"]["selected_options"]] == ["team"]
    assert state["minutes"]["value"]["value"] == "30"
    assert state["chief"]["value"]["selected_user"] == "U2"
    assert state["until"]["value"]["selected_date"] == "2026-02-03"
    expect(modal).to_have_count(0)


def test_a_form_says_what_is_wrong_and_keeps_the_words(room: SlackRoom) -> None:
    room.enter()
    room.open_form(form(TITLE, SEVERITY))
    declare = room.modal.get_by_role("button", name="Declare", exact=True)
    declare.click()
    expect(room.modal.get_by_text("Please complete this required field.")).to_have_count(2)
    expect(room.modal.get_by_label("Title")).to_be_focused()
    assert not room.app.has_heard("view_submission")
    room.modal.get_by_label("Title").fill("Down")
    room.modal.get_by_label("Severity").click()
    room.page.get_by_role("option", name="sev3").click()
    answer = {"response_action": "errors", "errors": {"title": "Say a little more."}}
    room.app.answers["view_submission"] = answer
    for _ in range(2):
        declare.click()
        room.app.hear("view_submission")
        expect(room.modal.get_by_text("Say a little more.")).to_be_visible()
        expect(room.modal.get_by_label("Title")).to_have_value("Down")
        expect(room.modal.get_by_label("Severity")).to_contain_text("sev3")
    room.modal.get_by_label("Title").press("End")
    room.page.keyboard.type(" again")
    expect(room.modal.get_by_text("Say a little more.")).to_have_count(0)


def test_an_update_of_a_form_keeps_what_is_being_typed(room: SlackRoom) -> None:
    room.enter()
    view = room.open_form(form(TITLE))
    room.modal.get_by_label("Title").press_sequentially("Search is")
    room.modal.get_by_label("Title").evaluate("node => node.setSelectionRange(2, 2)")
    room.client.views_update(view_id=view, view=form(section("3 alerts fire"), TITLE))
    expect(room.modal).to_contain_text("3 alerts fire")
    expect(room.modal.get_by_label("Title")).to_have_value("Search is")
    expect(room.modal.get_by_label("Title")).to_be_focused()
    assert room.modal.get_by_label("Title").evaluate("node => node.selectionStart") == 2


def test_a_form_holds_the_focus_and_closes_with_escape(room: SlackRoom) -> None:
    room.enter()
    room.open_form(form(TITLE, SEVERITY, notify_on_close=True))
    inside = "node => node.contains(document.activeElement)"
    for key in ("Tab", "Shift+Tab"):
        for _ in range(7):
            room.page.keyboard.press(key)
            assert room.modal.evaluate(inside)
    room.modal.get_by_label("Severity").click()
    room.page.keyboard.press("Escape")
    expect(room.page.get_by_role("option")).to_have_count(0)
    expect(room.modal).to_be_visible()
    room.page.keyboard.press("Escape")
    expect(room.modal).to_have_count(0)
    assert room.app.hear("view_closed")["view"]["callback_id"] == "declare"
