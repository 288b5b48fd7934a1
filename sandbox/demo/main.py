"""`python -m sandbox demo`: Candlefish and everything around it, on loopback, until Ctrl-C."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

from sandbox.demo.demo import Demo, Stopped, demo, watch
from sandbox.demo.folder import Occupied
from sandbox.demo.ports import Ports
from sandbox.servers import NotReady
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    wanted = Ports(bot=options.port)
    try:
        with (
            stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
            demo(home=options.data_dir, wanted=wanted, stop=stop) as started,
        ):
            say(welcome(started, wanted))
            watch(started, stop)
            say("Stopping …")
    except Stopped:
        return 0
    except (NotReady, Occupied) as error:
        say(str(error))
        return 1
    return 0


def welcome(started: Demo, wanted: Ports) -> str:
    """What stands on the terminal when everything runs."""
    ports = started.ports
    rows = {
        "Slack channel": f"{ports.url('slack')}/",
        "Platform to break": f"{ports.url('platform')}/",
        "Incidents": f"{ports.url('bot')}/incidents",
    }
    if not started.lacking:
        rows["Prometheus"] = f"{ports.url('prometheus')}/"
        rows["Alertmanager"] = f"{ports.url('alertmanager')}/"
    lines = ["", "Candlefish is up:", *(f"  {name:<18} {url}" for name, url in rows.items())]
    if ports != wanted:
        lines.append("  (a usual port was taken; these are the ones in use)")
    if started.lacking:
        lines += ["", "The platform raises its own alerts, because:", *_indented(started.lacking)]
    tries = (
        '1. Press "Break graphql-api" on the platform page; within a minute a card is in Slack.',
        "2. Press Acknowledge on the card, or type /candlefish below the channel.",
        '3. Press "Mend graphql-api"; the card and the incident page tell the rest.',
        "4. The same verbs in another terminal, such as `.venv/bin/candlefish status`, after:",
        f"   export CANDLEFISH_BASE_URL={ports.url('bot')} CANDLEFISH_DATA_DIR={started.data}",
    )
    return "\n".join([*lines, "", "Try this:", *_indented(tries), "", "Ctrl-C stops everything."])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="candlefish demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="Candlefish's port (default 8080)")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(".candlefish/demo"),
        help="its folder, begun anew every time (default .candlefish/demo)",
    )
    return parser.parse_args(arguments)
