"""The patch types of the API, as the real server applies them."""

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"


class Unreadable(Exception):
    """The patch is no patch: 400."""


class Inapplicable(Exception):
    """It does not fit this object, or a `test` in it failed: 422."""
