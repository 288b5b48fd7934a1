"""Blocks as Slack keeps them: with an id for every block and action, and its defaults spelt out."""

from typing import Any

from sandbox.slack.errors import Json
from sandbox.slack.stamps import Stamps

DEFAULTS: dict[str, Json] = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}


def stored(blocks: list[Json], stamps: Stamps) -> tuple[Json, ...]:
    return tuple(_block(spelt_out(block), stamps) for block in blocks)


def spelt_out(part: Any) -> Any:
    """Slack answers `emoji` and `verbatim` even to those who left them out."""
    if isinstance(part, list):
        return [spelt_out(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: spelt_out(value) for key, value in part.items()}
    return {**DEFAULTS.get(str(part.get("type")), {}), **found}


def _block(block: Json, stamps: Stamps) -> Json:
    found = {**block, "block_id": block.get("block_id") or stamps.secret()[:5]}
    if block["type"] == "actions":
        found["elements"] = [_action(each, stamps) for each in block["elements"]]
    for place in ("accessory", "element"):
        if place in block and block[place]["type"] != "image":
            found[place] = _action(block[place], stamps)
    return found


def _action(element: Json, stamps: Stamps) -> Json:
    return {**element, "action_id": element.get("action_id") or stamps.secret()[:5]}
