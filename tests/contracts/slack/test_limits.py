"""What Slack refuses for its size, the twin refuses, and nothing smaller."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import limits
from sandbox.slack.server import SlackTwin
from tests.contracts.slack.blocks import (
    Request,
    address,
    button,
    buttons,
    confirmed,
    image,
    message,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
    typed,
)
from tests.contracts.slack.samples import read


def flat(read: dict[str, Any]) -> dict[str, Any]:
    """Nested limits as `confirm.title`."""
    found: dict[str, Any] = {}
    for key, value in read.items():
        inner = value if isinstance(value, dict) else None
        found.update({f"{key}.{name}": each for name, each in inner.items()} if inner else {})
        found.update({} if inner or key.startswith("_") else {key: value})
    return found


LIMITS = flat(read("block_kit_limits.json"))


# A request of a given size for every limit that is a refusal.
SIZED: dict[str, Callable[[int], Request]] = {
    "message_blocks_max": lambda n: message(*[{"type": "divider"}] * n),
    "view_blocks_max": lambda n: modal(blocks=[{"type": "divider"}] * n),
    "block_id_max": lambda n: section(block_id="b" * n),
    "action_id_max": lambda n: section(accessory=button(action_id="a" * n)),
    "callback_id_max": lambda n: modal(callback_id="c" * n),
    "section_text_max": lambda n: section(text=mrkdwn(n)),
    "section_fields_max": lambda n: section(fields=[mrkdwn(1)] * n),
    "section_field_text_max": lambda n: section(fields=[mrkdwn(n)]),
    "actions_elements_max": lambda n: message({"type": "actions", "elements": buttons(n)}),
    "context_elements_max": lambda n: message({"type": "context", "elements": [mrkdwn(1)] * n}),
    "header_text_max": lambda n: message({"type": "header", "text": plain(n)}),
    "button_text_max": lambda n: section(accessory=button(text=plain(n))),
    "button_value_max": lambda n: section(accessory=button(value="v" * n)),
    "button_url_max": lambda n: section(accessory=button(url=address(n))),
    "image_url_max": lambda n: image(image_url=address(n)),
    "image_alt_text_max": lambda n: image(alt_text="a" * n),
    "select_options_max": lambda n: select(options=options(n)),
    "select_option_groups_max": lambda n: select(
        option_groups=[{"label": plain(1), "options": [each]} for each in options(n)]
    ),
    "option_text_max": lambda n: select(options=[option(text=n)]),
    "option_value_max": lambda n: select(options=[option("v" * n)]),
    "placeholder_max": lambda n: select(options=options(1), placeholder=plain(n)),
    "overflow_options_max": lambda n: section(
        accessory={"type": "overflow", "action_id": "a", "options": options(n)}
    ),
    "confirm.title": lambda n: confirmed(title=plain(n)),
    "confirm.text": lambda n: confirmed(text=plain(n)),
    "confirm.confirm": lambda n: confirmed(confirm=plain(n)),
    "confirm.deny": lambda n: confirmed(deny=plain(n)),
    "view.title": lambda n: modal(title=plain(n)),
    "view.submit": lambda n: modal(submit=plain(n)),
    "view.close": lambda n: modal(close=plain(n)),
    "view.private_metadata": lambda n: modal(private_metadata="p" * n),
    "input_label_max": lambda n: modal(blocks=[typed(label=plain(n))]),
    "markdown_block_text_max": lambda n: message({"type": "markdown", "text": "x" * n}),
}
NOT_REFUSALS = {
    "message_text_truncated_at",
    "message_text_recommended_max",
    "cumulative_blocks_text_observed_limit",
}


def ours(key: str) -> int:
    """The twin's own figure for a key of the vendor's."""
    table, _, name = key.partition(".")
    found = getattr(limits, table.upper())
    value: int = found[name] if name else found
    return value


def send(slack: SlackTwin, client: WebClient, request: Request) -> Any:
    method, arguments = request
    if method == "views.open":
        arguments = {**arguments, "trigger_id": slack.ws.triggers.issue("U1")}
    try:
        return client.api_call(method, json=arguments)
    finally:
        for view in slack.views("U1"):
            slack.close(view)


@pytest.mark.parametrize("key", sorted(set(LIMITS) - NOT_REFUSALS))
def test_what_fits_is_taken_and_one_more_is_refused(
    slack: SlackTwin, client: WebClient, key: str
) -> None:
    assert key in SIZED, f"a new limit, {key}: say here how to exceed it"
    assert ours(key) == LIMITS[key]
    build = SIZED[key]
    assert send(slack, client, build(LIMITS[key]))["ok"]
    with pytest.raises(SlackApiError) as refused:
        send(slack, client, build(LIMITS[key] + 1))
    answer = refused.value.response
    word = "invalid_arguments" if build(1)[0] == "views.open" else "invalid_blocks"
    assert answer["error"] == word
    (complaint,) = answer["response_metadata"]["messages"]
    assert str(LIMITS[key] + ("items" not in complaint)) in complaint


def test_longer_text_is_cut_when_posted_and_refused_when_edited(
    slack: SlackTwin, client: WebClient
) -> None:
    cut = LIMITS["message_text_truncated_at"]
    assert ours("message_text_truncated_at") == cut
    posted = client.chat_postMessage(channel="C1", text="x" * (cut + 1))
    assert posted["warning"] == "message_truncated"
    assert len(posted["message"]["text"]) == cut

    most = LIMITS["message_text_recommended_max"]
    assert ours("message_text_recommended_max") == most
    client.chat_update(channel="C1", ts=posted["ts"], text="x" * most)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        client.chat_update(channel="C1", ts=posted["ts"], text="x" * (most + 1))


def test_all_blocks_together_have_a_limit_of_their_own(slack: SlackTwin, client: WebClient) -> None:
    most = limits.CUMULATIVE_BLOCKS_TEXT_MAX
    assert f"{most:,} chars" in LIMITS["cumulative_blocks_text_observed_limit"]
    whole, rest = divmod(most, 3000)
    full = [{"type": "section", "text": mrkdwn(3000)}] * whole
    assert send(slack, client, message(*full, {"type": "section", "text": mrkdwn(rest)}))["ok"]
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        send(slack, client, message(*full, {"type": "section", "text": mrkdwn(rest + 1)}))
