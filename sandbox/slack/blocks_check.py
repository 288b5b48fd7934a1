"""Says what Slack would refuse about a message's blocks, and where."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack import limits
from sandbox.slack.checks import Check, by_type, complaint, items, link, of_type, shape, string
from sandbox.slack.elements import ELEMENTS, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.slack.texts import plain, rich

BLOCK_ID = {"block_id": string(at_most=limits.BLOCK_ID_MAX)}
SECTION_TEXT = rich(limits.SECTION_TEXT_MAX)


def text_or_fields(block: Any, pointer: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield complaint("must provide either text or fields", pointer)


def distinct_actions(block: Any, pointer: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list):
        return
    named = [each.get("action_id") for each in elements if isinstance(each, dict)]
    named = [name for name in named if isinstance(name, str)]
    if len(named) != len(set(named)):
        yield complaint("action_id must be unique within a block", f"{pointer}/elements")


def image_source(block: Any, pointer: str) -> Iterator[str]:
    if ("image_url" in block) == ("slack_file" in block):
        yield complaint("must provide either image_url or slack_file", pointer)


RICH_TEXT_PARTS: Mapping[str, Check] = {
    kind: shape(
        {"elements": of_type(list)},
        {
            "style": of_type(str),
            "indent": of_type(int),
            "offset": of_type(int),
            "border": of_type(int),
        },
    )
    for kind in (
        "rich_text_section",
        "rich_text_list",
        "rich_text_preformatted",
        "rich_text_quote",
    )
}

BLOCKS: Mapping[str, Check] = {
    "section": shape(
        {},
        {
            **BLOCK_ID,
            "text": SECTION_TEXT,
            "fields": items(rich(limits.SECTION_FIELD_TEXT_MAX), at_most=limits.SECTION_FIELDS_MAX),
            "accessory": by_type(ELEMENTS, IN_SECTION),
            "expand": of_type(bool),
        },
        text_or_fields,
    ),
    "divider": shape({}, BLOCK_ID),
    "header": shape({"text": plain(limits.HEADER_TEXT_MAX)}, BLOCK_ID),
    "markdown": shape({"text": string(at_most=limits.MARKDOWN_BLOCK_TEXT_MAX)}, BLOCK_ID),
    "image": shape(
        {"alt_text": string(at_most=limits.IMAGE_ALT_TEXT_MAX, at_least=0)},
        {
            **BLOCK_ID,
            "title": plain(limits.IMAGE_TITLE_MAX),
            "image_url": link(at_most=limits.IMAGE_URL_MAX),
            "slack_file": of_type(dict),
        },
        image_source,
    ),
    "context": shape(
        {
            "elements": items(
                by_type(
                    {
                        "image": IMAGE,
                        "plain_text": SECTION_TEXT,
                        "mrkdwn": SECTION_TEXT,
                    }
                ),
                at_most=limits.CONTEXT_ELEMENTS_MAX,
            )
        },
        BLOCK_ID,
    ),
    "actions": shape(
        {"elements": items(by_type(ELEMENTS, IN_ACTIONS), at_most=limits.ACTIONS_ELEMENTS_MAX)},
        BLOCK_ID,
        distinct_actions,
    ),
    "input": shape(
        {
            "label": plain(limits.INPUT_LABEL_MAX),
            "element": by_type(ELEMENTS, IN_INPUT),
        },
        {
            **BLOCK_ID,
            "hint": plain(limits.INPUT_LABEL_MAX),
            "optional": of_type(bool),
            "dispatch_action": of_type(bool),
        },
    ),
    "rich_text": shape(
        {"elements": items(by_type(RICH_TEXT_PARTS), at_most=limits.SELECT_OPTIONS_MAX)},
        BLOCK_ID,
    ),
}

BLOCK = by_type(BLOCKS)
MESSAGE_BLOCKS = items(BLOCK, at_most=limits.MESSAGE_BLOCKS_MAX, at_least=0)
VIEW_BLOCKS = items(BLOCK, at_most=limits.VIEW_BLOCKS_MAX, at_least=0)


def distinct_block_ids(blocks: Any, pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            yield complaint(f'"block_id" "{name}" already exists', f"{pointer}/{index}/block_id")
        elif isinstance(name, str):
            seen.add(name)


def message_complaints(blocks: Any) -> list[str]:
    pointer = "/blocks"
    return [*MESSAGE_BLOCKS(blocks, pointer), *distinct_block_ids(blocks, pointer)]


def volume(part: Any) -> int:
    """Characters of every text within these blocks: what `msg_blocks_too_long` counts."""
    if isinstance(part, list):
        return sum(volume(each) for each in part)
    if not isinstance(part, dict):
        return 0
    own = part.get("text")
    rest = sum(volume(value) for key, value in part.items() if not isinstance(value, str))
    return rest + (len(own) if isinstance(own, str) else 0)
