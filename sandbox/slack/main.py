"""`python -m sandbox slack`: the twin on its own, for a bot and a browser to use."""

import argparse
import signal
from pathlib import Path

from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say
from sandbox.slack.app import App
from sandbox.slack.people import USUAL, load
from sandbox.slack.server import SlackTwin


def main(arguments: list[str]) -> int:
    usual = App()
    parser = argparse.ArgumentParser(prog="python -m sandbox slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--request-url", default="", help="where commands, clicks and events go")
    parser.add_argument("--signing-secret", default=usual.signing_secret)
    parser.add_argument("--bot-token", default=usual.bot_token)
    parser.add_argument("--app-token", default=usual.app_token)
    parser.add_argument("--people", type=Path, help="YAML with `people` and `usergroups`")
    given = parser.parse_args(arguments)
    app = App(
        bot_token=given.bot_token,
        app_token=given.app_token,
        signing_secret=given.signing_secret,
    )
    try:
        seed = load(given.people) if given.people else USUAL
        twin = SlackTwin(port=given.port, seed=seed, app=app)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    twin.connect_app(given.request_url)
    with stop_requested(signal.SIGINT, signal.SIGTERM) as stop, twin:
        say(f"Slack is at {twin.url}")
        stop.wait()
    return 0
