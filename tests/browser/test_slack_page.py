"""What people see on the page of the Slack twin, in a real browser."""

import pytest
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

HOSTILE = "<img src=x onerror=document.title='owned'> <script>document.title='owned'</script>"
ESCAPED = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_card_shows_its_parts(room: SlackRoom) -> None:
    ts = room.post(
        "fallback",
        blocks=[
            {"type": "header", "text": plain(":red_circle: SEV2 graphql-api is slow")},
            section("*Impact* pages wait", fields=[mrkdwn("*State*\nOpen"), mrkdwn("p95 742 ms")]),
            {"type": "context", "elements": [mrkdwn("<https://grafana.example/d/1|Dashboard>")]},
            {"type": "divider"},
            actions(button("Acknowledge", "ack", style="primary")),
        ],
    )
    room.enter()
    card = room.message(ts)
    expect(card.get_by_role("heading", name="SEV2 graphql-api is slow")).to_be_visible()
    expect(card.locator("strong", has_text="Impact")).to_be_visible()
    expect(card.get_by_text("p95 742 ms")).to_be_visible()
    link = card.get_by_role("link", name="Dashboard")
    expect(link).to_have_attribute("href", "https://grafana.example/d/1")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(card.get_by_role("button", name="Acknowledge", exact=True)).to_be_visible()
    expect(card).to_contain_text("APP")
    expect(card).not_to_contain_text("fallback")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": plain(HOSTILE[:150])},
        section(HOSTILE),
        section(ESCAPED),
        section("fields", fields=[mrkdwn(HOSTILE)]),
        {"type": "context", "elements": [plain(HOSTILE)]},
        actions(button(HOSTILE[:75], "ack")),
        section("pick", accessory={
            "type": "static_select", "action_id": "a", "placeholder": plain(HOSTILE[:150]),
            "options": options(HOSTILE[:75]),
        }),
    ],
)  # fmt: skip
def test_untrusted_text_never_becomes_markup(room: SlackRoom, block: dict[str, object]) -> None:
    ts = room.post("x", blocks=[block])
    room.enter()
    card = room.message(ts)
    expect(card).to_contain_text("onerror=document")
    assert card.locator("script, img").count() == 0
    assert "owned" not in room.page.title()


def test_a_rewritten_message_is_marked(room: SlackRoom) -> None:
    ts = room.post("frist")
    room.enter()
    expect(room.message(ts)).not_to_contain_text("(edited)")
    room.client.chat_update(channel="C1", ts=ts, text="first")
    expect(room.message(ts)).to_contain_text("first (edited)")


def test_only_web_addresses_become_links(room: SlackRoom) -> None:
    ts = room.post(
        "<javascript:alert(1)|press me> <data:text/html,x|or me> <https://ok.example|me>"
    )
    room.enter()
    expect(room.message(ts).get_by_role("link")).to_have_count(1)
    expect(room.message(ts)).to_contain_text("press me")


def test_what_is_being_typed_and_read_survives_new_messages(room: SlackRoom) -> None:
    first = [room.post("\n".join(f"line {n} of {i}" for n in range(12))) for i in range(8)]
    room.enter()
    scroller = room.page.get_by_role("region", name="Messages in #ops-emergency")
    expect(room.message(first[-1])).to_be_in_viewport()
    room.composer.fill("half a thought")
    scroller.evaluate("node => { node.scrollTop = 100 }")
    latest = room.page.get_by_role("button", name="Latest messages")
    expect(latest).to_be_visible()
    new = room.post("news")
    room.message(new).wait_for(state="attached")
    assert scroller.evaluate("node => node.scrollTop") == 100
    expect(room.composer).to_have_value("half a thought")
    latest.click()
    expect(room.message(new)).to_be_in_viewport()
    expect(latest).to_be_hidden()


def test_a_thread_opens_beside_the_channel(room: SlackRoom) -> None:
    card = room.post("the card")
    room.post("an alert joined", thread_ts=card)
    room.enter()
    room.message(card).get_by_role("button", name="1 reply").click()
    expect(room.thread).to_contain_text("an alert joined")
    reply = room.thread.get_by_label("Reply…")
    expect(reply).to_be_focused()
    reply.fill("/candlefish status")
    reply.press("Enter")
    expect(room.thread.get_by_text("is not supported in threads")).to_be_visible()
    reply.fill("on it & <looking>")
    reply.press("Enter")
    expect(room.thread.get_by_text("on it & <looking>")).to_be_visible()
    expect(room.message(card).get_by_role("button", name="2 replies")).to_be_visible()
    room.whisper("U1", "only in the thread", thread_ts=card)
    expect(room.thread.get_by_text("only in the thread")).to_be_visible()
    room.page.keyboard.press("Escape")
    expect(room.thread).to_be_hidden()
    expect(room.page.get_by_text("only in the thread")).to_have_count(0)


def test_a_private_answer_is_for_one_person_and_can_be_put_away(room: SlackRoom) -> None:
    run = actions(button("Run it", "run"))
    room.whisper("U1", "x", blocks=[section("did you mean `status`?"), run])
    room.enter("U2")
    expect(room.page.get_by_text("Only visible to you")).to_have_count(0)
    room.enter("U1")
    expect(room.page.get_by_text("Only visible to you")).to_be_visible()
    room.page.get_by_role("button", name="Run it").click()
    assert room.app.hear("block_actions")["container"]["is_ephemeral"] is True
    room.page.get_by_role("button", name="Dismiss message").click()
    expect(room.page.get_by_text("did you mean")).to_have_count(0)


def test_another_person_can_press_too(room: SlackRoom) -> None:
    ts = room.post("plan", blocks=[actions(button("Approve", "approve"))])
    room.enter()
    room.page.get_by_role("button", name="You are: Ada Lovelace").click()
    room.page.get_by_role("option", name="Grace Hopper").click()
    expect(room.page).to_have_url(f"{room.twin.url}/?user=U2&channel=C1")
    room.message(ts).get_by_role("button", name="Approve").click()
    assert room.app.hear("block_actions")["user"]["id"] == "U2"


def test_the_home_tab_shows_what_the_app_published(room: SlackRoom) -> None:
    room.enter()
    room.page.get_by_role("button", name="Candlefish Home").click()
    heard = room.app.hear("app_home_opened")
    view = {"type": "home", "blocks": [section("2 open"), actions(button("Declare", "declare"))]}
    room.client.views_publish(user_id=heard["event"]["user"], view=view)
    expect(room.page.get_by_text("2 open")).to_be_visible()
    room.page.get_by_role("button", name="Declare", exact=True).click()
    assert room.app.hear("block_actions")["view"]["type"] == "home"


def test_whoever_comes_to_the_home_tab_by_the_switcher_opens_it_too(room: SlackRoom) -> None:
    room.enter()
    room.page.get_by_role("button", name="Candlefish Home").click()
    assert room.app.hear("app_home_opened")["event"]["user"] == "U1"
    room.page.get_by_role("button", name="You are: Ada Lovelace").click()
    room.page.get_by_role("option", name="Grace Hopper").click()
    assert room.app.hear("app_home_opened")["event"]["user"] == "U2"


def test_a_picture_that_was_uploaded_is_shown(room: SlackRoom) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>'
    room.client.files_upload_v2(
        channel="C1", content=drawing, filename="p95.svg", title="p95", initial_comment="graph"
    )
    room.enter()
    image = room.page.locator("#messages img")
    expect(image).to_be_visible()
    assert image.evaluate("node => node.decode().then(() => node.naturalWidth)") == 40


def test_marks_on_a_message_are_shown(room: SlackRoom) -> None:
    ts = room.post("look")
    room.enter()
    room.client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    expect(room.message(ts).get_by_title("Candlefish reacted with :eyes:")).to_contain_text("1")
    room.client.pins_add(channel="C1", timestamp=ts)
    expect(room.message(ts)).to_contain_text("Pinned to this channel")


def test_a_reply_shown_in_the_channel_leads_to_its_thread(room: SlackRoom) -> None:
    card = room.post("the card")
    told = room.post("resolved", thread_ts=card, reply_broadcast=True)
    room.enter()
    room.message(told).get_by_role("button", name="Replied to a thread").click()
    expect(room.thread).to_contain_text("the card")


def test_other_places_stand_out_when_something_is_new(room: SlackRoom) -> None:
    room.enter()
    other = room.page.get_by_role("navigation").get_by_role("button", name="general")
    expect(other).to_have_accessible_name("general")
    room.client.conversations_join(channel="C2")
    room.client.chat_postMessage(channel="C2", text="news")
    expect(other).to_have_accessible_name("general (unread)")
    room.client.chat_postMessage(channel="U1", text="for you alone")
    room.page.get_by_role("button", name="Candlefish", exact=True).click()
    expect(room.page.get_by_text("for you alone")).to_be_visible()
    other.click()
    expect(room.page.get_by_text("news")).to_be_visible()
    expect(other).to_have_accessible_name("general")


def test_on_a_phone_the_sidebar_folds_away_and_nothing_overflows(room: SlackRoom) -> None:
    room.page.set_viewport_size({"width": 360, "height": 740})
    ts = room.post("card", blocks=[
        {"type": "header", "text": plain("SEV2 graphql-api answers slowly in production")},
        section("x" * 300, fields=[mrkdwn("*a*\nb"), mrkdwn("*c*\nd")]),
        actions(button("Acknowledge", "ack"), button("Escalate", "esc"), button("More", "more")),
    ])  # fmt: skip
    room.enter()
    expect(room.page.get_by_label("You are:")).to_be_hidden()
    card = room.message(ts)
    assert card.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert room.page.evaluate("document.documentElement.scrollWidth") <= 360
    for each in card.get_by_role("button", name="Acknowledge").all():
        box = each.bounding_box()
        assert box
        assert box["height"] >= 36
    room.page.get_by_role("button", name="Open sidebar").click()
    expect(room.page.get_by_label("You are:")).to_be_visible()
    room.page.keyboard.press("Escape")
    expect(room.page.get_by_label("You are:")).to_be_hidden()


def test_a_lost_workspace_is_said_and_not_hidden(room: SlackRoom, complaints: list[str]) -> None:
    room.enter()
    room.twin.stop()
    expect(room.page.get_by_text("The workspace does not answer.")).to_be_visible()
    room.page.goto("about:blank")
    complaints.clear()
