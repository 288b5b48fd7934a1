"""What people press, pick and type on the page of the Slack twin, and what the app hears."""

from playwright.sync_api import expect

from tests.browser.slack_room import (
    SlackRoom,
    actions,
    button,
    mrkdwn,
    options,
    plain,
    section,
)


def test_a_pressed_button_reaches_the_app_and_keeps_the_focus(room: SlackRoom) -> None:
    ack = actions(button("Acknowledge", "ack"), button("Escalate", "escalate"))
    ts = room.post("card", blocks=[section("nobody has it"), ack])
    room.enter()
    pressed = room.message(ts).get_by_role("button", name="Acknowledge")
    pressed.focus()
    room.page.keyboard.press("Enter")
    heard = room.app.hear("block_actions")
    assert heard["user"]["id"] == "U1"
    assert heard["actions"][0]["action_id"] == "ack"
    assert heard["actions"][0]["value"] == "INC-1"
    room.client.chat_update(channel="C1", ts=ts, text="card", blocks=[section("Ada has it"), ack])
    expect(room.message(ts)).to_contain_text("Ada has it")
    expect(pressed).to_be_focused()


def test_a_confirmation_stands_between_the_button_and_the_app(room: SlackRoom) -> None:
    question = {
        "title": plain("Escalate?"), "text": mrkdwn("Pages *four* people."),
        "confirm": plain("Page them"), "deny": plain("Not yet"), "style": "danger",
    }  # fmt: skip
    ts = room.post("card", blocks=[actions(button("Escalate", "escalate", confirm=question))])
    room.enter()
    escalate = room.message(ts).get_by_role("button", name="Escalate")
    escalate.click()
    expect(room.modal).to_contain_text("Pages four people.")
    room.modal.get_by_role("button", name="Not yet").click()
    expect(room.modal).to_have_count(0)
    escalate.click()
    room.page.keyboard.press("Escape")
    expect(room.modal).to_have_count(0)
    assert not room.app.has_heard("block_actions")
    escalate.click()
    room.modal.get_by_role("button", name="Page them").click()
    assert room.app.hear("block_actions")["actions"][0]["action_id"] == "escalate"


def test_a_menu_is_picked_from_with_the_keyboard(room: SlackRoom) -> None:
    more = {
        "type": "static_select", "action_id": "more", "placeholder": plain("More…"),
        "options": options("Silence…", "Note…", "Resolve"),
    }  # fmt: skip
    ts = room.post("card", blocks=[actions(more)])
    room.enter()
    room.message(ts).get_by_role("button", name="More…").focus()
    room.page.keyboard.press("Enter")
    expect(room.page.get_by_role("option", name="Silence…")).to_be_focused()
    room.page.keyboard.press("ArrowDown")
    room.page.keyboard.press("Enter")
    assert room.app.hear("block_actions")["actions"][0]["selected_option"]["value"] == "note"
    expect(room.message(ts).locator("[data-action-id=more]")).to_be_focused()
    expect(room.page.get_by_role("listbox", name="More…")).to_have_count(0)


def test_a_second_press_closes_the_menu_it_opened(room: SlackRoom) -> None:
    dots = {"type": "overflow", "action_id": "dots", "options": options("Merge")}
    ts = room.post("card", blocks=[section("a", accessory=dots)])
    room.enter()
    opener = room.message(ts).get_by_role("button", name="More actions")
    opener.click()
    expect(room.page.get_by_role("menuitem")).to_have_count(1)
    opener.click()
    expect(room.page.get_by_role("menuitem")).to_have_count(0)
    opener.click()
    expect(room.page.get_by_role("menuitem", name="Merge")).to_be_focused()


def test_overflow_people_and_dates_say_what_was_chosen(room: SlackRoom) -> None:
    ts = room.post("card", blocks=[
        section("a", accessory={"type": "overflow", "action_id": "dots",
                                "options": options("Merge", "Split")}),
        section("b", accessory={"type": "users_select", "action_id": "who",
                                "placeholder": plain("Who")}),
        section("c", accessory={"type": "datepicker", "action_id": "day"}),
    ])  # fmt: skip
    room.enter()
    card = room.message(ts)
    card.get_by_role("button", name="More actions").click()
    room.page.get_by_role("menuitem", name="Split").click()
    assert room.app.hear("block_actions")["actions"][0]["selected_option"]["value"] == "split"
    card.get_by_role("button", name="Who").click()
    room.page.get_by_role("option", name="Grace Hopper").click()
    assert room.app.hear("block_actions")["actions"][0]["selected_user"] == "U2"
    card.get_by_label("Select a date").fill("2026-02-03")
    assert room.app.hear("block_actions")["actions"][0]["selected_date"] == "2026-02-03"


def test_commands_are_suggested_completed_and_sent(room: SlackRoom) -> None:
    room.enter()
    room.composer.fill("/cand")
    expect(room.page.get_by_role("option").first).to_contain_text("/candlefish")
    room.composer.press("ArrowDown")
    room.composer.press("Tab")
    expect(room.composer).to_have_value("/candlefish")
    heard = room.type_command("/candlefish status graphql-api")
    assert (heard["command"], heard["text"]) == ("/candlefish", "status graphql-api")
    assert (heard["user_id"], heard["channel_id"]) == ("U1", "C1")
    expect(room.composer).to_have_value("")
    expect(room.page.get_by_role("listbox", name="Commands")).to_have_count(0)
