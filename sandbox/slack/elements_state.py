"""What Slack reports once somebody has chosen or typed something in an element."""

from collections.abc import Iterator

from sandbox.slack.errors import Json, SlackError
from sandbox.slack.texts import offered

ONE = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
}
SEVERAL = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
ONE_OPTION = {"static_select", "radio_buttons", "overflow"}
SEVERAL_OPTIONS = {"multi_static_select", "checkboxes"}
OFFERS = ONE_OPTION | SEVERAL_OPTIONS


def elements(blocks: tuple[Json, ...]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) that a person could use."""
    for block in blocks:
        for place in ("accessory", "element"):
            if place in block and block[place]["type"] != "image":
                yield block, block[place]
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element


def chosen(element: Json, value: object) -> Json:
    """The part of an action or a state that says what was chosen.

    `value` is what a person picked: an option's value, a user's id, the words typed.
    """
    kind = element["type"]
    if kind == "button":
        return {"value": element["value"]} if element.get("value") else {}
    if kind in ONE_OPTION:
        return {"selected_option": _option(element, value) if value else None}
    if kind in SEVERAL_OPTIONS:
        picked = value if isinstance(value, list) else [value] if value else []
        return {"selected_options": [_option(element, each) for each in picked]}
    if kind in SEVERAL:
        return {SEVERAL[kind]: value if isinstance(value, list) else [value] if value else []}
    if kind == "datetimepicker":
        return {ONE[kind]: int(str(value)) if value else None}
    return {ONE[kind]: str(value) if value not in (None, "") else None}


def values_of(element: Json) -> list[object]:
    return [option["value"] for option in offered(element)]


def _option(element: Json, value: object) -> Json:
    for option in offered(element):
        if option["value"] == value:
            return option
    raise SlackError("no_such_option")


def initial(element: Json) -> object:
    """What stands in an element before anybody has touched it."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return (element.get("initial_option") or {}).get("value")
    if kind in SEVERAL_OPTIONS:
        return [each["value"] for each in element.get("initial_options") or []]
    for key, value in element.items():
        if key.startswith("initial_"):
            return value
    return None


def state_values(blocks: tuple[Json, ...], picked: Json) -> Json:
    """`state.values`: what was picked (block, action → value), else what stood there at first."""
    found: Json = {}
    for block, element in elements(blocks):
        if element["type"] in {"button", "overflow"}:
            continue
        names = block["block_id"], element["action_id"]
        value = picked.get(names[0], {}).get(names[1], initial(element))
        if element["type"] in ONE_OPTION and value not in values_of(element):
            value = initial(element)  # an edit took the choice away
        state = {"type": element["type"], **chosen(element, value)}
        found.setdefault(names[0], {})[names[1]] = state
    return found


def is_empty(state: Json) -> bool:
    return all(value in (None, "", []) for key, value in state.items() if key != "type")
