"""What a message may hold: its text, blocks and metadata, refused in Slack's words."""

from dataclasses import dataclass

from sandbox.slack import limits
from sandbox.slack.blocks_check import message_complaints, volume
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError


@dataclass(frozen=True, kw_only=True)
class Content:
    """None where the call did not say."""

    text: str | None
    blocks: list[Json] | None
    metadata: Json | None
    truncated: bool = False

    def notes(self) -> Json:
        return {"warning": "message_truncated"} if self.truncated else {}


def content(call: Call, *, may_be_empty: bool = False, text_max: int = 0) -> Content:
    """Reads and checks; text over `text_max` is refused, without one it is cut at 40,000."""
    text = call.text("text") if call.args.get("text") is not None else None
    blocks = _blocks(call)
    if not text and not blocks and not may_be_empty:
        raise SlackError("no_text")
    if text and text_max and len(text) > text_max:
        raise SlackError("msg_too_long")
    cut = limits.MESSAGE_TEXT_TRUNCATED_AT
    return Content(
        text=text[:cut] if text is not None else None,
        blocks=blocks,
        metadata=_metadata(call),
        truncated=text is not None and len(text) > cut,
    )


def _blocks(call: Call) -> list[Json] | None:
    blocks = call.value("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    complaints = message_complaints(blocks)
    if complaints:
        raise SlackError(
            "invalid_blocks", errors=complaints, response_metadata={"messages": complaints}
        )
    if volume(blocks) > limits.CUMULATIVE_BLOCKS_TEXT_MAX:
        raise SlackError("msg_blocks_too_long")
    return blocks


def _metadata(call: Call) -> Json | None:
    metadata = call.value("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    return metadata
