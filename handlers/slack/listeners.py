"""Bolt's App with our listeners, the same for HTTP and Socket Mode.

A listener reads words, asks the bot and acknowledges; Bolt runs it before it answers, in the
thread that called it, because its own ten threads would make acknowledgements wait for each
other. It checks no signature and no token: ours is checked on the bytes, and Slack may be down.
"""

import logging
import re
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.cards.answers import answer
from handlers.slack import buttons, commands, home, modals
from handlers.slack.desk import Desk
from handlers.slack.reading import plain
from handlers.slack.shapes import Click, Command, Event, Said, Submission

log = structlog.get_logger()

_ANY = re.compile(r"[\s\S]*")
_SAID = "said"
_BROKEN = (
    "Candlefish ran into a fault of its own, which its log describes. Nothing may have been "
    "done: look at the card. In a terminal `candlefish` says the same verbs."
)
# Bolt writes whole bodies at DEBUG, and to a level of its own; ours is the one log.
silent = logging.Logger("unheard", level=logging.CRITICAL + 1)  # noqa: LOG001 - on purpose in no tree of loggers


def bolt_app(desk: Desk, client: WebClient) -> App:
    app = App(
        logger=silent,
        client=client,
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id=None),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
    sent = modals.Sent()

    @app.command(_ANY)
    def command(ack: Ack, context: BoltContext) -> None:
        ack(commands.answered(desk, context[_SAID]))

    @app.action(_ANY)
    def click(ack: Ack, context: BoltContext) -> None:
        buttons.clicked(desk, context[_SAID])
        ack()

    @app.view(_ANY)
    def submission(ack: Ack, context: BoltContext) -> None:
        ack(modals.submitted(desk, sent, context[_SAID]))

    @app.event(_ANY)
    def event(ack: Ack, context: BoltContext) -> None:
        home.happened(desk, context[_SAID])
        ack()

    @app.error
    def fault(error: Exception, context: BoltContext) -> BoltResponse:
        return _faulty(desk, error, context.get(_SAID))

    return app


def dispatch(app: App, said: Said) -> BoltResponse:
    """Bolt's answer; anything that no listener is for is acknowledged without words."""
    if not isinstance(said, Command | Click | Submission | Event):
        return BoltResponse(status=200)
    # The mode that takes a body as it was read; the other one wants to read it itself.
    return app.dispatch(BoltRequest(mode="socket_mode", body=plain(said), context={_SAID: said}))


def _faulty(desk: Desk, error: Exception, said: Any) -> BoltResponse:
    """A bug: the log has it, and the person has words."""
    log.error("slack.fault", kind=type(said).__name__, exc_info=error)
    if isinstance(said, Command):
        return BoltResponse(status=200, body=answer(_BROKEN, {}))
    if isinstance(said, Click) and said.response_url:
        desk.tell(said, answer(_BROKEN, {}))
        return BoltResponse(status=200)
    return BoltResponse(status=500)
