"""Says what Slack would refuse about a modal or an App Home, and where."""

from collections.abc import Iterator
from typing import Any

from sandbox.slack import limits
from sandbox.slack.blocks_check import VIEW_BLOCKS, distinct_block_ids
from sandbox.slack.checks import Check, by_type, complaint, of_type, shape, string
from sandbox.slack.texts import plain

COMMON: dict[str, Check] = {
    "private_metadata": string(at_most=limits.VIEW["private_metadata"], at_least=0),
    "callback_id": string(at_most=limits.CALLBACK_ID_MAX, at_least=0),
    "external_id": string(at_most=limits.CALLBACK_ID_MAX, at_least=0),
}


def inputs_need_submit(view: Any, pointer: str) -> Iterator[str]:
    blocks = view.get("blocks")
    inputs = [
        block
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, dict) and block.get("type") == "input"
    ]
    if inputs and "submit" not in view:
        yield complaint("missing required field: submit", pointer)


VIEW = by_type(
    {
        "modal": shape(
            {"title": plain(limits.VIEW["title"]), "blocks": VIEW_BLOCKS},
            {
                **COMMON,
                "submit": plain(limits.VIEW["submit"]),
                "close": plain(limits.VIEW["close"]),
                "clear_on_close": of_type(bool),
                "notify_on_close": of_type(bool),
                "submit_disabled": of_type(bool),
            },
            inputs_need_submit,
        ),
        "home": shape({"blocks": VIEW_BLOCKS}, COMMON),
    }
)


def view_complaints(view: Any) -> list[str]:
    pointer = "/view"
    found = list(VIEW(view, pointer))
    if isinstance(view, dict):
        found.extend(distinct_block_ids(view.get("blocks"), f"{pointer}/blocks"))
    return found
