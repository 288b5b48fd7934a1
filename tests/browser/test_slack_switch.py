"""Slack's outage on its own page, in a real browser."""

from playwright.sync_api import expect

from tests.browser.slack_room import SlackRoom, actions, button


def test_slack_goes_down_and_comes_back_by_a_switch(room: SlackRoom) -> None:
    ts = room.post("plan", blocks=[actions(button("Approve", "approve"))])
    room.enter()
    approve = room.message(ts).get_by_role("button", name="Approve")
    notice = room.page.get_by_text("Slack is down: Candlefish can neither write here nor hear you.")
    room.page.get_by_role("button", name="Take Slack down").click()
    expect(notice).to_be_visible()
    assert room.twin.switch.down
    approve.click()
    expect(room.page.get_by_text("The app could not be reached.")).to_be_visible()
    room.page.get_by_role("button", name="Bring Slack back").click()
    expect(notice).to_be_hidden()
    approve.click()
    assert room.app.hear("block_actions")["user"]["id"] == "U1"
