"""Everything that a person's act needs: the workspace, and the two ways to the app."""

from dataclasses import dataclass

from sandbox.slack.courier import Courier
from sandbox.slack.errors import SlackError
from sandbox.slack.outbound import Answer, Outbound
from sandbox.slack.workspace import Workspace

SHOWN = {
    "http_timeout": "operation_timeout",
    "http_error": "dispatch_failed",
    "connection_failed": "dispatch_failed",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    ws: Workspace
    outbound: Outbound
    courier: Courier


def trouble(answer: Answer) -> str:
    """The word that Slack shows a person for it."""
    return SHOWN.get(answer.trouble, answer.trouble)


def must_be_ok(answer: Answer) -> Answer:
    if not answer.ok:
        raise SlackError(trouble(answer))
    return answer
