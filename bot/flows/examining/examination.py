"""Looks at everything the bot needs, one finding each, with the exact fix for what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.catalogue.check import problems
from bot.catalogue.load import load
from bot.catalogue.problem import Broken
from bot.domain.wording import count
from bot.flows.examining import monitoring
from bot.flows.examining.finding import Finding, bad, good, off, tried
from bot.flows.examining.operating import operating
from bot.flows.examining.slack import signing, slack
from bot.ports.world import World
from bot.store.database import Database
from bot.store.migrate import lacks


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
    world = house.world
    yield _database(house.db)
    yield _ops_data(house)
    yield from slack(world.chat, house.channel)
    if world.chat is not None:
        yield signing(house.signing_secrets, socket_mode=house.socket_mode)
    yield monitoring.alertmanager(world.silences)
    yield monitoring.webhook_token(house.alertmanager_tokens)
    yield monitoring.prometheus(world.metrics)
    yield monitoring.pagerduty(house.pagerduty_secrets)
    yield from _operating(house)


def _database(db: Database) -> Finding:
    file = db.url.database
    if db.is_sqlite and file and not Path(file).exists():
        return off("database", "`candlefish serve` makes it.", "not made yet")

    def look() -> Finding:
        lacking = lacks(db)
        if lacking:
            return bad("database", lacking, "candlefish migrate")
        db.check_writable()
        return good("database", f"{db.url.get_backend_name()} answers and can be written")

    return tried("database", look, "Start it, or correct CANDLEFISH_DATABASE_URL.")


def _ops_data(house: Examined) -> Finding:
    found = problems(house.routes_dir, house.runbooks_dir, house.environment)
    if found:
        says = f"{count(len(found), 'problem')}, the first: {found[0]}"
        return bad("ops data", says, "`candlefish check` lists all.")
    return good("ops data", "proved")


def _operating(house: Examined) -> Iterator[Finding]:
    try:
        catalogue = load(
            house.routes_dir, house.runbooks_dir, default_environment=house.environment
        )
    except Broken:
        return  # the ops data say what is wrong with them
    yield from operating(house.world, catalogue)
