"""`python -m sandbox netlify`: the Netlify twin alone, until Ctrl-C."""

import argparse
import signal
from collections.abc import Sequence

from sandbox.netlify.server import NetlifyTwin
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="sandbox netlify", description=__doc__)
    parser.add_argument("--port", type=int, default=8084, help="0: any")
    options = parser.parse_args(arguments)
    with (
        stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
        NetlifyTwin(port=options.port) as twin,
    ):
        say(f"netlify at {twin.url}")
        say(f"  CANDLEFISH_NETLIFY_API_URL={twin.api_url}")
        say(f"  CANDLEFISH_NETLIFY_TOKEN={twin.token}")
        for site in twin.account.sites():
            say(f"  {site.id} at {twin.site_url(site.id)}")
        stop.wait()
    return 0
