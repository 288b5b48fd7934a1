"""Starts the parts in order, watches them, and stops them in the opposite order."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from sandbox.demo.environment import Tokens, bot_environment
from sandbox.demo.folder import fresh_folder
from sandbox.demo.kept import Kept, kept
from sandbox.demo.monitoring import metrics, pager
from sandbox.demo.ops_data import write_ops_data
from sandbox.demo.ports import Ports, available
from sandbox.demo.setting import Setting
from sandbox.demo.vendors import PACE, Vendors, vendors
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.seed.platform import PRODUCTION, STAGING
from sandbox.netlify.server import NetlifyTwin
from sandbox.platform.server import PlatformTwin, platform_twin
from sandbox.platform.watch.receiver import Receiver
from sandbox.servers import Binary, Child, NotReady, missing
from sandbox.servers.child import start
from sandbox.servers.loopback import answers, listens
from sandbox.servers.terminal import say
from sandbox.slack.app import App
from sandbox.slack.server import SlackTwin

SERVE = (sys.executable, "-m", "handlers.cli", "serve")
_START_SECONDS = 60.0


class Stopped(Exception):
    """Somebody asked to stop while the demo was still starting."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    ports: Ports
    data: Path
    """The bot's data folder, whose key opens the bot to the terminal."""
    slack: SlackTwin
    vendors: Vendors
    bot: Kept
    others: tuple[Child, ...]
    lacking: tuple[str, ...]
    """What to install for real monitoring, in words."""

    @property
    def children(self) -> tuple[Child, ...]:
        return (self.bot.child, *self.others)

    def ended(self) -> Child | None:
        """The first child that is no longer running."""
        return next((child for child in self.children if not child.alive()), None)


@contextlib.contextmanager
def demo(
    *,
    home: Path,
    wanted: Ports,
    stop: Event,
    serve: Sequence[str] = SERVE,
    pace: Pace = PACE,
) -> Iterator[Demo]:
    """Run everything until the block ends; `pace` is that of the cluster's pods.

    Raises Occupied, Stopped, or NotReady with the end of the log of the part that did not start.
    """
    lacking = tuple(missing(Binary.PROMETHEUS, Binary.ALERTMANAGER).values())
    with ExitStack() as stack:
        folder = stack.enter_context(fresh_folder(home))
        setting = Setting(
            ports=available(wanted), tokens=Tokens(), folder=folder, monitored=not lacking
        )
        around = stack.enter_context(
            vendors(setting.ports, folder, pace, monitored=setting.monitored)
        )
        slack = stack.enter_context(_slack(setting))
        platform = stack.enter_context(_platform(setting, around))
        bot = stack.enter_context(kept(_bot(serve, setting, around, platform)))
        servers = [stack.enter_context(pager(setting))] if setting.monitored else []
        _wait(setting, bot.child, around.aws, stop)
        if setting.monitored:
            # Last: what it finds missing would be an alert, and this start no incident.
            servers.append(stack.enter_context(metrics(setting)))
        yield Demo(
            ports=setting.ports,
            data=setting.data,
            slack=slack,
            vendors=around,
            bot=bot,
            others=(*servers, around.aws),
            lacking=lacking,
        )


@contextlib.contextmanager
def _slack(setting: Setting) -> Iterator[SlackTwin]:
    ports, tokens = setting.ports, setting.tokens
    twin = SlackTwin(
        port=ports.slack,
        app=App(bot_token=tokens.slack_bot, signing_secret=tokens.slack_signing),
    )
    twin.connect_app(f"{ports.url('bot')}/slack/events")
    with twin:
        yield twin


def _platform(setting: Setting, around: Vendors) -> AbstractContextManager[PlatformTwin]:
    """Seen by Prometheus, or, where that is not installed, by itself."""
    ports = setting.ports
    receiver = Receiver(
        url=f"{ports.url('bot')}/webhooks/alertmanager", token=setting.tokens.alertmanager
    )
    return platform_twin(
        port=ports.platform,
        targets=setting.targets if setting.monitored else None,
        receiver=None if setting.monitored else receiver,
        cluster=around.address,
        sites_url=around.netlify.url,
        links=_links(ports, monitored=setting.monitored),
    )


def _bot(
    serve: Sequence[str], setting: Setting, around: Vendors, platform: PlatformTwin
) -> Callable[[], Child]:
    """What begins it, with the same settings and the same data every time."""
    routes = write_ops_data(
        setting.folder / "alert_routes",
        probes=_probes(platform.addresses, around.netlify),
        namespaces=(PRODUCTION, STAGING),
        monitored=setting.monitored,
    )
    environment = bot_environment(
        os.environ,
        setting.ports,
        setting.tokens,
        data=setting.data,
        routes=routes,
        monitored=setting.monitored,
        vendors=around.environment(),
    )
    log, folder = setting.folder / "candlefish.log", setting.folder
    # Its own folder: a `.env` of the checkout, perhaps with real tokens, is none of its business.
    return partial(start, "Candlefish", serve, log=log, env=environment, cwd=folder)


def _probes(addresses: Mapping[str, str], netlify: NetlifyTwin) -> dict[str, list[str]]:
    """Health checks; of a site its pages, of which the host's says which build it is."""
    found = {name: [f"{address}/healthz"] for name, address in addresses.items()}
    for site in netlify.account.sites():
        for name in site.components:
            found[name] = [netlify.site_url(site.id), f"{addresses[name]}/"]
    return found


def _wait(setting: Setting, bot: Child, aws: Child, stop: Event) -> None:
    def bot_ready() -> bool:
        if stop.is_set():
            raise Stopped
        return _ready(setting.ports)

    bot.wait_ready(bot_ready, within=_START_SECONDS)
    aws.wait_ready(lambda: listens(setting.ports.aws), within=_START_SECONDS)


def _ready(ports: Ports) -> bool:
    return answers(f"{ports.url('bot')}/readyz")


def _links(ports: Ports, *, monitored: bool) -> dict[str, str]:
    links = {"Slack": ports.url("slack"), "Incidents": f"{ports.url('bot')}/incidents"}
    if monitored:
        links |= {"Prometheus": ports.url("prometheus"), "Alertmanager": ports.url("alertmanager")}
    return links


def watch(running_demo: Demo, stop: Event) -> None:
    """Return when asked to stop; raises NotReady when a child ends, unless the bot was killed."""
    bot, returning = running_demo.bot, False
    while not stop.wait(0.5):
        ended = running_demo.ended()
        if ended is bot.child and bot.killed():
            say("Candlefish was killed; it is started again …")
            bot.begin_again()
            returning = True
        elif returning and _ready(running_demo.ports):
            say(f"Candlefish runs again, as process {bot.child.process.pid}.")
            returning = False
        elif ended is not None:
            status = ended.process.returncode
            raise NotReady(f"{ended.name} ended with status {status}:\n{ended.tail()}")
