"""What Slack's own form refuses before the app hears of it."""

from collections.abc import Iterator
from contextlib import suppress

from sandbox.slack.elements_state import elements, is_empty
from sandbox.slack.errors import Json

REQUIRED = "Please complete this required field."


def problems(blocks: tuple[Json, ...], values: Json) -> dict[str, str]:
    """Block id → what is wrong with what was filled in there."""
    found: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        if is_empty(state):
            if not block.get("optional"):
                found[block["block_id"]] = REQUIRED
            continue
        for problem in _typed(element, str(state.get("value", ""))):
            found.setdefault(block["block_id"], problem)
    return found


def _typed(element: Json, value: str) -> Iterator[str]:
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            yield f"This field must be at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            yield f"This field must be at most {element.get('max_length', 3000)} characters."
    elif kind == "email_text_input" and "@" not in value:
        yield "Please enter a valid email address."
    elif kind == "url_text_input" and "://" not in value:
        yield "Please enter a valid URL."
    elif kind == "number_input":
        yield from _number(element, value)


def _number(element: Json, value: str) -> Iterator[str]:
    number: float | None = None
    with suppress(ValueError):
        number = float(value) if element["is_decimal_allowed"] else int(value)
    if number is None:
        yield "Please enter a valid number."
    elif "min_value" in element and number < float(element["min_value"]):
        yield f"Please enter a number that is at least {element['min_value']}."
    elif "max_value" in element and number > float(element["max_value"]):
        yield f"Please enter a number that is at most {element['max_value']}."
