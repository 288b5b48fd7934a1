"""Buttons, selects and inputs as Block Kit allows them, by their type."""

from collections.abc import Mapping

from sandbox.slack import limits
from sandbox.slack.checks import Check, items, link, of_type, one_of, shape, string
from sandbox.slack.texts import (
    ACTION_ID,
    CHOICES,
    CONFIRM,
    OPTION,
    OPTION_GROUPS,
    OPTIONS,
    PLACEHOLDER,
    distinct_values,
    initial_is_offered,
    option,
    options_or_groups,
    plain,
    rich,
)

ANY_STRING = string(at_most=limits.INPUT_TEXT_MAX)
STRINGS = items(ANY_STRING, at_most=limits.SELECT_OPTIONS_MAX, at_least=0)
COMMON: Mapping[str, Check] = {
    "action_id": ACTION_ID,
    "confirm": CONFIRM,
    "focus_on_load": of_type(bool),
}
PICKER: Mapping[str, Check] = {**COMMON, "placeholder": PLACEHOLDER}
SEVERAL: Mapping[str, Check] = {**PICKER, "max_selected_items": of_type(int)}
DISPATCH = shape({}, {"trigger_actions_on": STRINGS})
FILTER = shape(
    {},
    {
        "include": STRINGS,
        "exclude_external_shared_channels": of_type(bool),
        "exclude_bot_users": of_type(bool),
    },
)

BUTTON = shape(
    {"text": plain(limits.BUTTON_TEXT_MAX)},
    {
        "action_id": ACTION_ID,
        "url": link(at_most=limits.BUTTON_URL_MAX),
        "value": string(at_most=limits.BUTTON_VALUE_MAX, at_least=0),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(at_most=limits.BUTTON_TEXT_MAX),
    },
)

IMAGE = shape(
    {"alt_text": string(at_most=limits.IMAGE_ALT_TEXT_MAX, at_least=0)},
    {
        "image_url": link(at_most=limits.IMAGE_URL_MAX),
        "slack_file": shape({}, {"id": ANY_STRING, "url": link(at_most=limits.IMAGE_URL_MAX)}),
    },
)


def typed(**extra: Check) -> Check:
    """An input that is typed into, with the fields all of them share."""
    optional = {
        **COMMON,
        "placeholder": PLACEHOLDER,
        "initial_value": string(at_most=limits.INPUT_TEXT_MAX, at_least=0),
        "dispatch_action_config": DISPATCH,
    }
    return shape({}, {**optional, **extra})


def picker(initial: str, **extra: Check) -> Check:
    return shape({}, {**PICKER, initial: ANY_STRING, **extra})


def several(initial: str, **extra: Check) -> Check:
    return shape({}, {**SEVERAL, initial: STRINGS, **extra})


OFFER: Mapping[str, Check] = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
CHOICE_RULES = (distinct_values, initial_is_offered)
CONVERSATIONS: Mapping[str, Check] = {
    "default_to_current_conversation": of_type(bool),
    "filter": FILTER,
}

ELEMENTS: Mapping[str, Check] = {
    "button": BUTTON,
    "image": IMAGE,
    "overflow": shape(
        {
            "options": items(
                option(plain(limits.OPTION_TEXT_MAX), with_url=True),
                at_most=limits.OVERFLOW_OPTIONS_MAX,
            )
        },
        {"action_id": ACTION_ID, "confirm": CONFIRM},
        distinct_values,
    ),
    "static_select": shape(
        {},
        {**PICKER, **OFFER, "initial_option": OPTION},
        options_or_groups,
        *CHOICE_RULES,
    ),
    "multi_static_select": shape(
        {},
        {**SEVERAL, **OFFER, "initial_options": OPTIONS},
        options_or_groups,
        *CHOICE_RULES,
    ),
    "checkboxes": shape(
        {"options": CHOICES}, {**COMMON, "initial_options": CHOICES}, *CHOICE_RULES
    ),
    "radio_buttons": shape(
        {"options": CHOICES},
        {**COMMON, "initial_option": option(rich(limits.OPTION_TEXT_MAX))},
        *CHOICE_RULES,
    ),
    "users_select": picker("initial_user"),
    "multi_users_select": several("initial_users"),
    "channels_select": picker("initial_channel", response_url_enabled=of_type(bool)),
    "multi_channels_select": several("initial_channels"),
    "conversations_select": picker(
        "initial_conversation", response_url_enabled=of_type(bool), **CONVERSATIONS
    ),
    "multi_conversations_select": several("initial_conversations", **CONVERSATIONS),
    "datepicker": picker("initial_date"),
    "timepicker": picker("initial_time", timezone=ANY_STRING),
    "datetimepicker": shape({}, {**COMMON, "initial_date_time": of_type(int)}),
    "plain_text_input": typed(
        multiline=of_type(bool), min_length=of_type(int), max_length=of_type(int)
    ),
    "email_text_input": typed(),
    "url_text_input": typed(),
    "number_input": shape(
        {"is_decimal_allowed": of_type(bool)},
        {
            **PICKER,
            "initial_value": ANY_STRING,
            "min_value": ANY_STRING,
            "max_value": ANY_STRING,
            "dispatch_action_config": DISPATCH,
        },
    ),
}

INPUTS_ONLY = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
INTERACTIVE = set(ELEMENTS) - {"image"}
IN_ACTIONS = INTERACTIVE - INPUTS_ONLY
IN_SECTION = set(ELEMENTS) - INPUTS_ONLY
IN_INPUT = INTERACTIVE - {"button", "overflow"}
