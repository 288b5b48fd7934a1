"""Modals and the App Home: triggers, stacks, hashes, and what Slack's own form refuses."""

import json

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.errors import SlackError
from sandbox.slack.server import SlackTwin
from tests.sandbox.slack.apps import Inbox, served
from tests.sandbox.slack.conftest import Clock


def words(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def entry(name: str, element: dict, **more) -> dict:
    return {
        "type": "input",
        "block_id": name,
        "label": words(name),
        "element": {"action_id": name, **element},
        **more,
    }


def modal(*blocks: dict, **more) -> dict:
    return {
        "type": "modal",
        "title": words("Declare"),
        "submit": words("Declare"),
        "blocks": list(blocks),
        **more,
    }


SEVERITIES = [{"text": words(name), "value": name} for name in ("sev1", "sev2", "sev3")]
TITLE = entry("title", {"type": "plain_text_input", "min_length": 3, "max_length": 20})
SEVERITY = entry(
    "severity",
    {"type": "static_select", "options": SEVERITIES, "initial_option": SEVERITIES[2]},
)
COUNT = entry(
    "count",
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
    optional=True,
)


def said(action: str, title: str) -> bytes:
    return json.dumps({"response_action": action, "view": modal(title=words(title))}).encode()


def error_of(call, **arguments) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def opened(slack: SlackTwin, client: WebClient, view: dict, user: str = "U1") -> str:
    trigger = slack.ws.triggers.issue(user)
    return client.views_open(trigger_id=trigger, view=view)["view"]["id"]


def test_a_trigger_lives_three_seconds_and_opens_one_view(
    slack: SlackTwin, client: WebClient, clock: Clock
) -> None:
    assert error_of(client.views_open, trigger_id="1.2.x", view=modal()) == "invalid_trigger_id"
    late = slack.ws.triggers.issue("U1")
    clock.forward(seconds=3.1)
    assert error_of(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    used = slack.ws.triggers.issue("U1")
    clock.forward(seconds=3)
    client.views_open(trigger_id=used, view=modal())
    assert error_of(client.views_push, trigger_id=used, view=modal()) == "exchanged_trigger_id"


def test_three_views_lie_on_each_other_and_no_more(slack: SlackTwin, client: WebClient) -> None:
    ids = [opened(slack, client, modal()) for _ in range(3)]
    assert [view.id for view in slack.views("U1")] == ids
    assert [view.root for view in slack.views("U1")] == [ids[0]] * 3
    assert [view.previous for view in slack.views("U1")] == [None, *ids[:2]]
    trigger = slack.ws.triggers.issue("U1")
    assert error_of(client.views_push, trigger_id=trigger, view=modal()) == "push_limit_reached"


def test_an_update_keeps_what_was_typed_and_heeds_the_hash(
    slack: SlackTwin, client: WebClient
) -> None:
    view_id = opened(slack, client, modal(TITLE, SEVERITY))
    slack.select(slack.modal("U1"), "severity", "sev1", user="U1")
    old = slack.views("U1")[0].hash
    answer = client.views_update(view_id=view_id, hash=old, view=modal(SEVERITY, COUNT))
    values = answer["view"]["state"]["values"]
    assert values["severity"]["severity"]["selected_option"]["value"] == "sev1"
    assert set(values) == {"severity", "count"}
    again = {"view_id": view_id, "view": modal(SEVERITY)}
    assert error_of(client.views_update, hash=old, **again) == "hash_conflict"
    assert error_of(client.views_update, view_id="V404", view=modal()) == "not_found"


@pytest.mark.parametrize(
    ("filled", "complaint"),
    [
        ({}, "complete this required field"),
        ({"title": "ab"}, "at least 3 characters"),
        ({"title": "x" * 21}, "at most 20 characters"),
        ({"title": "graphql", "count": "many"}, "valid number"),
        ({"title": "graphql", "count": "10"}, "at most 9"),
    ],
)
def test_slack_refuses_before_the_app_is_asked(
    slack: SlackTwin, client: WebClient, filled: dict, complaint: str
) -> None:
    inbox = Inbox()
    with served(inbox.reply) as url:
        slack.connect_app(url)
        opened(slack, client, modal(TITLE, SEVERITY, COUNT))
        assert slack.modal("U1").submit(**filled) == "invalid_input"
        slack.modal("U1").expect(complaint)
        assert inbox.got == []
        assert slack.modal("U1").submit(title="graphql is down", count="3") == ""
    values = inbox.got[0].payload["view"]["state"]["values"]
    assert values["title"]["title"]["value"] == "graphql is down"
    assert values["severity"]["severity"]["selected_option"]["value"] == "sev3"
    assert values["count"]["count"] == {"type": "number_input", "value": "3"}


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (b"", ["first"]),
        (b'{"response_action": "clear"}', []),
        (
            said("push", "third"),
            ["first", "second", "third"],
        ),
        (
            said("update", "new"),
            ["first", "new"],
        ),
    ],
)
def test_the_app_says_what_becomes_of_the_view(
    slack: SlackTwin, client: WebClient, answer: bytes, left: list[str]
) -> None:
    inbox = Inbox(answer=answer, headers={"content-type": "application/json"})
    with served(inbox.reply) as url:
        slack.connect_app(url)
        for title in ("first", "second"):
            opened(slack, client, modal(title=words(title)))
        assert slack.modal("U1").submit() == ""
    titles = [view.title and view.title["text"] for view in slack.views("U1")]
    assert titles == left


def test_a_form_that_nobody_takes_stays_open(slack: SlackTwin, client: WebClient) -> None:
    opened(slack, client, modal())
    assert slack.modal("U1").submit() == "dispatch_failed"
    assert len(slack.views("U1")) == 1


def test_errors_for_blocks_that_are_no_inputs_are_a_fault_of_the_app(
    slack: SlackTwin, client: WebClient
) -> None:
    inbox = Inbox(
        answer=b'{"response_action": "errors", "errors": {"nowhere": "x"}}',
        headers={"content-type": "application/json"},
    )
    with served(inbox.reply) as url:
        slack.connect_app(url)
        opened(slack, client, modal(SEVERITY))
        assert slack.modal("U1").submit() == "invalid_response_errors"


def test_closing_is_told_to_those_who_asked(slack: SlackTwin, client: WebClient) -> None:
    inbox = Inbox()
    with served(inbox.reply) as url:
        slack.connect_app(url)
        opened(slack, client, modal(notify_on_close=True, callback_id="declare"))
        opened(slack, client, modal())
        slack.modal("U1").close()
        assert inbox.got == []
        slack.modal("U1").close()
    (got,) = inbox.got
    assert (got.payload["type"], got.payload["is_cleared"]) == ("view_closed", False)
    assert slack.views("U1") == []


def test_a_home_is_published_and_replaced_in_place(slack: SlackTwin, client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id="U1", view=home)["view"]
    second = client.views_publish(user_id="U1", view=home, hash=first["hash"])["view"]
    assert first["id"] == second["id"]
    stale = {"user_id": "U1", "view": home, "hash": first["hash"]}
    assert error_of(client.views_publish, **stale) == "hash_conflict"
    assert error_of(client.views_publish, user_id="U1", view=modal()) == "invalid_arguments"


def test_an_option_that_is_not_offered_cannot_be_picked(
    slack: SlackTwin, client: WebClient
) -> None:
    opened(slack, client, modal(SEVERITY))
    with pytest.raises(SlackError, match="no_such_option"):
        slack.select(slack.modal("U1"), "severity", "sev9", user="U1")
