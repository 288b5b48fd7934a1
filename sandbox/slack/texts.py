"""Text objects, options and confirmation dialogs: the small parts of every block."""

from collections.abc import Iterator
from typing import Any

from sandbox.slack import limits
from sandbox.slack.checks import (
    Check,
    by_type,
    complaint,
    items,
    link,
    of_type,
    one_of,
    shape,
    string,
)


def plain(at_most: int) -> Check:
    return by_type(
        {"plain_text": shape({"text": string(at_most=at_most)}, {"emoji": of_type(bool)})}
    )


def rich(at_most: int) -> Check:
    """A text object of either kind."""
    return by_type(
        {
            "plain_text": shape({"text": string(at_most=at_most)}, {"emoji": of_type(bool)}),
            "mrkdwn": shape({"text": string(at_most=at_most)}, {"verbatim": of_type(bool)}),
        }
    )


CONFIRM = shape(
    {
        "title": plain(limits.CONFIRM["title"]),
        "text": rich(limits.CONFIRM["text"]),
        "confirm": plain(limits.CONFIRM["confirm"]),
        "deny": plain(limits.CONFIRM["deny"]),
    },
    {"style": one_of("primary", "danger")},
)

ACTION_ID = string(at_most=limits.ACTION_ID_MAX)
PLACEHOLDER = plain(limits.PLACEHOLDER_MAX)


def option(text: Check, *, with_url: bool = False) -> Check:
    optional = {"description": rich(limits.OPTION_TEXT_MAX)}
    if with_url:
        optional["url"] = link(at_most=limits.BUTTON_URL_MAX)
    return shape({"text": text, "value": string(at_most=limits.OPTION_VALUE_MAX)}, optional)


OPTION = option(plain(limits.OPTION_TEXT_MAX))
OPTIONS = items(OPTION, at_most=limits.SELECT_OPTIONS_MAX)
OPTION_GROUPS = items(
    shape({"label": plain(limits.OPTION_TEXT_MAX), "options": OPTIONS}),
    at_most=limits.SELECT_OPTION_GROUPS_MAX,
)
CHOICES = items(option(rich(limits.OPTION_TEXT_MAX)), at_most=limits.CHOICES_MAX)


def offered(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option that an element offers, grouped or not."""
    groups = element.get("option_groups") or []
    return [
        *(element.get("options") or []),
        *(each for group in groups for each in group.get("options") or []),
    ]


def options_or_groups(element: Any, pointer: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield complaint("must provide either options or option_groups", pointer)


def initial_is_offered(element: Any, pointer: str) -> Iterator[str]:
    chosen = element.get("initial_options") or []
    if "initial_option" in element:
        chosen = [element["initial_option"]]
    for each in chosen if isinstance(chosen, list) else []:
        if each not in offered(element):
            yield complaint("initial option is not one of the options", pointer)


def distinct_values(element: Any, pointer: str) -> Iterator[str]:
    values = [each.get("value") for each in offered(element) if isinstance(each, dict)]
    if len(values) != len(set(map(str, values))):
        yield complaint("option values must be unique", pointer)
