"""Slack's Web API, method by method; importing a module adds its methods to the registry."""

from sandbox.slack.api import apps, auth, chat, conversations, files, marks, users, views
from sandbox.slack.api.registry import METHODS

__all__ = [
    "METHODS",
    "apps",
    "auth",
    "chat",
    "conversations",
    "files",
    "marks",
    "users",
    "views",
]
