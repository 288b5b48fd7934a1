"""Starts the parts in order, watches them, and stops them in the opposite order."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sandbox.demo.environment import Tokens, bot_environment
from sandbox.demo.folder import fresh_folder
from sandbox.demo.monitoring import Places, write_alertmanager, write_prometheus
from sandbox.demo.ports import Ports, available
from sandbox.platform.server import platform_twin
from sandbox.platform.watch.receiver import Receiver
from sandbox.servers import Binary, Child, NotReady, alertmanager, missing, prometheus
from sandbox.servers.child import running, start
from sandbox.servers.loopback import answers
from sandbox.slack.app import App
from sandbox.slack.server import SlackTwin

SERVE = (sys.executable, "-m", "handlers.cli", "serve")
BOT = "bot"  # the bot's data, inside the demo's folder
_START_SECONDS = 60.0


class Stopped(Exception):
    """Somebody asked to stop while the demo was still starting."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    ports: Ports
    data: Path
    """The bot's data folder, whose key opens the bot to the terminal."""
    slack: SlackTwin
    children: tuple[Child, ...]
    lacking: tuple[str, ...]
    """What to install for real monitoring, in words."""

    def ended(self) -> Child | None:
        """The first child that is no longer running."""
        return next((child for child in self.children if not child.alive()), None)


@contextlib.contextmanager
def demo(*, home: Path, wanted: Ports, stop: Event, serve: Sequence[str] = SERVE) -> Iterator[Demo]:
    """Run everything until the block ends.

    Raises Occupied, Stopped, or NotReady with the end of the log of the part that did not start.
    """
    lacking = tuple(missing(Binary.PROMETHEUS, Binary.ALERTMANAGER).values())
    ports, tokens = available(wanted), Tokens()
    with ExitStack() as stack:
        folder = stack.enter_context(fresh_folder(home))
        slack = SlackTwin(
            port=ports.slack,
            app=App(bot_token=tokens.slack_bot, signing_secret=tokens.slack_signing),
        )
        slack.connect_app(f"{ports.url('bot')}/slack/events")
        stack.enter_context(slack)
        bot = _bot(stack, serve, ports, tokens, folder=folder, monitored=not lacking, stop=stop)
        data = folder / BOT
        targets = folder / "targets.json"
        links = _links(ports, monitored=not lacking)
        if lacking:
            receiver = Receiver(
                url=f"{ports.url('bot')}/webhooks/alertmanager", token=tokens.alertmanager
            )
            stack.enter_context(platform_twin(port=ports.platform, receiver=receiver, links=links))
            yield Demo(ports=ports, data=data, slack=slack, children=(bot,), lacking=lacking)
            return
        stack.enter_context(platform_twin(port=ports.platform, targets=targets, links=links))
        servers = _monitoring(stack, ports, tokens, folder=folder, targets=targets)
        yield Demo(ports=ports, data=data, slack=slack, children=(bot, *servers), lacking=())


def _bot(
    stack: ExitStack,
    serve: Sequence[str],
    ports: Ports,
    tokens: Tokens,
    *,
    folder: Path,
    monitored: bool,
    stop: Event,
) -> Child:
    environment = bot_environment(os.environ, ports, tokens, data=folder / BOT, monitored=monitored)
    # Its own folder: a `.env` of the checkout, perhaps with real tokens, is none of its business.
    child = start("Candlefish", serve, log=folder / "candlefish.log", env=environment, cwd=folder)
    stack.enter_context(running(child))

    def ready() -> bool:
        if stop.is_set():
            raise Stopped
        return answers(f"{ports.url('bot')}/readyz")

    child.wait_ready(ready, within=_START_SECONDS)
    return child


def _monitoring(
    stack: ExitStack, ports: Ports, tokens: Tokens, *, folder: Path, targets: Path
) -> tuple[Child, Child]:
    token_file = folder / "alertmanager.token"
    token_file.touch(mode=0o600)
    token_file.write_text(tokens.alertmanager)
    places = Places(
        bot=ports.address("bot"),
        alertmanager=ports.address("alertmanager"),
        targets=targets,
        token_file=token_file,
    )
    pager = alertmanager(
        write_alertmanager(places, folder), folder=folder / "alertmanager", port=ports.alertmanager
    )
    metrics = prometheus(
        write_prometheus(places, folder), folder=folder / "prometheus", port=ports.prometheus
    )
    return (stack.enter_context(pager).child, stack.enter_context(metrics).child)


def _links(ports: Ports, *, monitored: bool) -> dict[str, str]:
    links = {"Slack": ports.url("slack"), "Incidents": f"{ports.url('bot')}/incidents"}
    if monitored:
        links |= {"Prometheus": ports.url("prometheus"), "Alertmanager": ports.url("alertmanager")}
    return links


def watch(running_demo: Demo, stop: Event) -> None:
    """Return when asked to stop; raises NotReady when a child ends by itself."""
    while not stop.wait(0.5):
        ended = running_demo.ended()
        if ended is not None:
            status = ended.process.returncode
            raise NotReady(f"{ended.name} ended with status {status}:\n{ended.tail()}")
