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

_LAST = "Ctrl-C stops everything."


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
    return "\n".join([*lines, "", "Try this:", *_indented(_tries(started)), "", _LAST])


def _tries(started: Demo) -> tuple[str, ...]:
    bot, data = started.ports.url("bot"), started.data
    slack, process = started.ports.url("slack"), started.bot.child.process.pid
    ship = ".venv/bin/python -m sandbox ship graphql-api v1.5.0-bad --kubeconfig"
    return (
        '1. Press "Ship a bad release of graphql-api" on the platform page; within a minute a card',
        "   is in Slack.",
        "2. Press Acknowledge on the card, then More… and Roll back…; read the plan, approve it,",
        "   and see the traffic move, the errors fall and the incident resolve.",
        "3. Deploys of graphql-api stand still now: /candlefish unfreeze graphql-api lifts that.",
        "4. The same verbs in another terminal, such as `.venv/bin/candlefish status`, after:",
        f"   export CANDLEFISH_BASE_URL={bot} CANDLEFISH_DATA_DIR={data}",
        "   and a release whose name says how it behaves (-bad, -slow, -down):",
        f"   {ship} {started.vendors.pipeline_kubeconfig}",
        "5. Take Slack down by the button on its page, and the work goes on from the terminal; or:",
        f"   curl -X POST {slack}/ui/down   (and /ui/up brings it back)",
        "6. Kill Candlefish amid a rollback; the demo starts it again, and it goes on from there:",
        f"   kill -9 {process}",
    )


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
