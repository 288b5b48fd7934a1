"""Looks at everything the bot needs, one finding each, with the exact fix for what is missing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.catalogue.check import problems
from bot.domain.errors import GiveUp, Unavailable
from bot.domain.slack_app import SCOPES
from bot.domain.wording import count
from bot.ports.chat import Chat, Workspace
from bot.ports.world import World
from bot.store.database import Database
from bot.store.migrate import lacks

MOST_SKEW = 5.0  # seconds; Slack's signatures fail at 300


class Result(StrEnum):
    GOOD = "good"
    OFF = "off"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`fix` is what to do about a bad one, word for word."""

    name: str
    result: Result
    says: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What is looked at; the words that settings hold come as plain facts."""

    world: World
    db: Database
    routes_dir: Path
    runbooks_dir: Path
    environment: str
    channel: str
    socket_mode: bool
    signing_secrets: int
    alertmanager_tokens: int
    pagerduty_secrets: int


def examine(house: Examined) -> Iterator[Finding]:
    yield _database(house.db)
    yield _ops_data(house)
    yield from _slack(house)
    yield _alertmanager(house)
    yield _webhook_token(house)
    yield _prometheus(house)
    yield _pagerduty(house)


def _good(name: str, says: str) -> Finding:
    return Finding(name=name, result=Result.GOOD, says=says)


def _off(name: str, fix: str) -> Finding:
    return Finding(name=name, result=Result.OFF, says="switched off", fix=fix)


def _bad(name: str, says: str, fix: str) -> Finding:
    return Finding(name=name, result=Result.BAD, says=says, fix=fix)


def _tried(name: str, look: Callable[[], Finding], fix: str) -> Finding:
    """What the look finds; what the vendor says where it does not come to that."""
    try:
        return look()
    except (Unavailable, GiveUp) as error:
        return _bad(name, str(error), fix)


def _database(db: Database) -> Finding:
    file = db.url.database
    if db.is_sqlite and file and not Path(file).exists():
        return Finding(
            name="database",
            result=Result.OFF,
            says="not made yet",
            fix="`candlefish serve` makes it.",
        )

    def look() -> Finding:
        lacking = lacks(db)
        if lacking:
            return _bad("database", lacking, "candlefish migrate")
        db.check_writable()
        return _good("database", f"{db.url.get_backend_name()} answers and can be written")

    return _tried("database", look, "Start it, or correct CANDLEFISH_DATABASE_URL.")


def _ops_data(house: Examined) -> Finding:
    found = problems(house.routes_dir, house.runbooks_dir, house.environment)
    if found:
        says = f"{count(len(found), 'problem')}, the first: {found[0]}"
        return _bad("ops data", says, "`candlefish check` lists all.")
    return _good("ops data", "proved")


def _slack(house: Examined) -> Iterator[Finding]:
    chat = house.world.chat
    if chat is None:
        fix = "Set CANDLEFISH_SLACK_BOT_TOKEN; `candlefish init` prints the app's manifest."
        yield _off("slack", fix)
        return
    try:
        workspace = chat.workspace()
    except Unavailable as error:
        fix = "See to the network, the proxy, or CANDLEFISH_SLACK_API_URL."
        yield _bad("slack", str(error), fix)
    except GiveUp as error:
        fix = "Set CANDLEFISH_SLACK_BOT_TOKEN to the xoxb- token (OAuth & Permissions)."
        yield _bad("slack token", str(error), fix)
    else:
        yield from _slack_app(workspace)
        fix = f"Invite the bot: `/invite @candlefish` in {house.channel}."
        yield _tried("slack channel", lambda: _membership(chat, house.channel, fix), fix)
    yield _signing(house)


def _slack_app(workspace: Workspace) -> Iterator[Finding]:
    yield _good("slack token", f"good for team {workspace.team}")
    missing = [scope for scope in SCOPES if scope not in workspace.scopes]
    if missing:
        says = f"missing: {', '.join(missing)}"
        fix = "Add them under OAuth & Permissions, or by `candlefish init`'s manifest; reinstall."
        yield _bad("slack scopes", says, fix)
    else:
        yield _good("slack scopes", "all granted")
    skew = workspace.clock_skew_seconds
    if abs(skew) > MOST_SKEW:
        says = f"this clock is {skew:+.0f} s off Slack's; at 300 s every request is refused"
        yield _bad("clock", says, "Synchronise it: `timedatectl set-ntp true`.")
    else:
        yield _good("clock", f"{skew:+.1f} s beside Slack's")


def _signing(house: Examined) -> Finding:
    name = "slack signing secret"
    if house.socket_mode:
        return _good(name, "Socket Mode needs none")
    if house.signing_secrets:
        return _good(name, "set")
    says = "no signing secret, so every request from Slack is refused"
    fix = "Set CANDLEFISH_SLACK_SIGNING_SECRETS (Basic Information, App Credentials)."
    return _bad(name, says, fix)


def _membership(chat: Chat, channel: str, fix: str) -> Finding:
    number = chat.channel_id(channel)
    if number is None:
        says = f"no channel {channel} that the bot can see"
        return _bad("slack channel", says, f"Create it, or set CANDLEFISH_SLACK_CHANNEL. {fix}")
    if not chat.is_member(number):
        return _bad("slack channel", f"the bot is not in {channel}", fix)
    return _good("slack channel", f"the bot is in {channel}")


def _alertmanager(house: Examined) -> Finding:
    silences = house.world.silences
    if silences is None:
        return _off("alertmanager", "Set CANDLEFISH_ALERTMANAGER_URL to make silences.")
    fix = "Start it, or correct CANDLEFISH_ALERTMANAGER_URL."
    return _tried("alertmanager", lambda: _good("alertmanager", f"version {silences.check()}"), fix)


def _webhook_token(house: Examined) -> Finding:
    if house.alertmanager_tokens:
        return _good("alertmanager webhook", "a token is set")
    return _off(
        "alertmanager webhook",
        "Set CANDLEFISH_ALERTMANAGER_TOKENS; until then its webhook answers 401 to everyone.",
    )


def _prometheus(house: Examined) -> Finding:
    metrics = house.world.metrics
    if metrics is None:
        return _off("prometheus", "Set CANDLEFISH_PROMETHEUS_URL.")

    def look() -> Finding:
        metrics.check()
        return _good("prometheus", "answers queries")

    return _tried("prometheus", look, "Start it, or correct CANDLEFISH_PROMETHEUS_URL.")


def _pagerduty(house: Examined) -> Finding:
    if house.pagerduty_secrets:
        return _good("pagerduty webhook", "a secret is set")
    return _off(
        "pagerduty webhook",
        "Set CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS; until then its webhook answers 401 to everyone.",
    )
