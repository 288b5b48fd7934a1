"""Blocks, views and messages of any size."""

from typing import Any

Request = tuple[str, dict[str, Any]]


def plain(size: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": "x" * size}


def option(value: str = "v", text: int = 1) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[dict[str, Any]]:
    return [option(f"v{index}") for index in range(count)]


def message(*blocks: dict[str, Any]) -> Request:
    return "chat.postMessage", {"channel": "C1", "text": "t", "blocks": list(blocks)}


def section(**fields: Any) -> Request:
    return message({"type": "section", "text": mrkdwn(1), **fields})


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(1), "action_id": "a", **fields}


def select(**fields: Any) -> Request:
    return section(accessory={"type": "static_select", "action_id": "a", **fields})


def confirmed(**fields: Any) -> Request:
    dialog = {name: plain(1) for name in ("title", "text", "confirm", "deny")}
    return section(accessory=button(confirm={**dialog, **fields}))


def modal(**fields: Any) -> Request:
    view = {"type": "modal", "title": plain(1), "submit": plain(1), "blocks": []}
    return "views.open", {"view": {**view, **fields}}


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(action_id=f"a{index}") for index in range(count)]


def image(**fields: Any) -> Request:
    usual = {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a"}
    return message({**usual, **fields})


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "label": plain(1),
        "element": {"type": "plain_text_input", "action_id": "a"},
        **fields,
    }


def address(size: int) -> str:
    return "https://x.example/".ljust(size, "x")
