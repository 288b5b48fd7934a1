"""What Block Kit refuses beside sizes, and that it takes what the vendor's own models build."""

import pytest
from slack_sdk.models import blocks as kit

from sandbox.slack.blocks_check import message_complaints, volume
from sandbox.slack.view_check import view_complaints

TEXT = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "action_id": "a", "text": TEXT}
OPTION = {"text": TEXT, "value": "v"}


def actions(*elements: dict) -> dict:
    return {"type": "actions", "elements": list(elements)}


def section(accessory: dict) -> dict:
    return {"type": "section", "text": TEXT, "accessory": accessory}


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("words", "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "marquee"}, "unsupported type: marquee [json-pointer:/blocks/0/type]"),
        ({"type": "header"}, "missing required field: text"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type: mrkdwn"),
        ({"type": "header", "text": {**TEXT, "text": ""}}, "must be more than 0 characters"),
        ({"type": "divider", "colour": "red"}, "invalid additional property: colour"),
        ({"type": "divider", "block_id": 7}, "must provide a string"),
        ({"type": "section"}, "must provide either text or fields"),
        (actions(), "no fewer than 1 items required"),
        (actions(BUTTON, BUTTON), "action_id must be unique within a block"),
        (actions({"type": "plain_text_input", "action_id": "a"}), "unsupported type"),
        (actions({**BUTTON, "style": "purple"}), "must be one of: primary, danger"),
        (actions({**BUTTON, "url": "not an address"}), "must be a valid URL"),
        (actions({**BUTTON, "confirm": {"title": TEXT}}), "missing required field: deny"),
        (section({"type": "static_select", "action_id": "a"}), "options or option_groups"),
        (
            section({"type": "static_select", "action_id": "a", "options": [OPTION, OPTION]}),
            "option values must be unique",
        ),
        (
            section(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": [OPTION],
                    "initial_option": {"text": TEXT, "value": "other"},
                }
            ),
            "initial option is not one of the options",
        ),
        ({"type": "image", "alt_text": "x"}, "image_url or slack_file"),
        ({"type": "context", "elements": [BUTTON]}, "unsupported type: button"),
        ({"type": "input", "label": TEXT, "element": BUTTON}, "unsupported type: button"),
        (
            {"type": "rich_text", "elements": [{"type": "rich_text_table", "elements": []}]},
            "unsupported type: rich_text_table",
        ),
    ],
)
def test_a_wrong_block_is_refused_with_its_place(block: object, complaint: str) -> None:
    found = message_complaints([block])
    assert any(complaint in each for each in found), found
    assert all(each.startswith("[ERROR] ") for each in found)
    assert all("[json-pointer:/blocks/0" in each for each in found)


def test_block_ids_are_used_once() -> None:
    (found,) = message_complaints([{"type": "divider", "block_id": "b"}] * 2)
    assert found == '[ERROR] "block_id" "b" already exists [json-pointer:/blocks/1/block_id]'


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (None, "missing required field: type [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "home"}, "missing required field: blocks"),
        ({"type": "home", "blocks": [], "title": TEXT}, "invalid additional property: title"),
        (
            {
                "type": "modal",
                "title": TEXT,
                "blocks": [
                    {
                        "type": "input",
                        "label": TEXT,
                        "element": {"type": "plain_text_input", "action_id": "a"},
                    }
                ],
            },
            "missing required field: submit",
        ),
    ],
)
def test_a_wrong_view_is_refused(view: object, complaint: str) -> None:
    found = view_complaints(view)
    assert any(complaint in each for each in found), found


def test_what_the_vendors_models_build_is_taken() -> None:
    options = [kit.Option(text="One", value="1"), kit.Option(text="Two", value="2")]
    confirm = kit.ConfirmObject(title="Sure?", text="It restarts.", confirm="Yes", deny="No")
    built = [
        kit.HeaderBlock(text="sev2 graphql-api"),
        kit.SectionBlock(
            text=kit.MarkdownTextObject(text="*down*"),
            fields=[kit.MarkdownTextObject(text="p95")],
            accessory=kit.OverflowMenuElement(action_id="o", options=options),
        ),
        kit.ActionsBlock(
            elements=[
                kit.ButtonElement(
                    text="Ack", action_id="a", value="1", style="primary", confirm=confirm
                ),
                kit.StaticSelectElement(action_id="s", placeholder="More…", options=options),
                kit.UserSelectElement(action_id="u", placeholder="Who"),
                kit.DatePickerElement(action_id="d", initial_date="2030-01-01"),
                kit.CheckboxesElement(action_id="c", options=options),
                kit.RadioButtonsElement(action_id="r", options=options),
                kit.TimePickerElement(action_id="t"),
            ]
        ),
        kit.ContextBlock(
            elements=[
                kit.ImageElement(image_url="https://x.example/i.png", alt_text="i"),
                kit.PlainTextObject(text="x"),
            ]
        ),
        kit.DividerBlock(),
        kit.ImageBlock(image_url="https://x.example/i.png", alt_text="i", title="Graph"),
        kit.MarkdownBlock(text="# x"),
        kit.RichTextBlock(
            elements=[
                kit.RichTextSectionElement(elements=[kit.RichTextElementParts.Text(text="x")])
            ]
        ),
    ]
    assert message_complaints([each.to_dict() for each in built]) == []


def test_the_volume_counts_every_text_there_is() -> None:
    blocks = [
        section(BUTTON),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "12345"}]},
        {"type": "markdown", "text": "123"},
    ]
    assert volume(blocks) == 1 + 1 + 5 + 3
