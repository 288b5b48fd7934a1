"""Puts the bot together from its settings: the only file that knows the adapters.

An adapter is imported where its vendor is on, so that a vendor that is off costs nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bot import Bot
from bot.catalogue.watch import Holder
from bot.domain.catalogue import Catalogue
from bot.domain.errors import Refused
from bot.flows.asking import Asking
from bot.flows.cards import CardLoop
from bot.flows.clock import Clock
from bot.flows.crew import Crew
from bot.flows.evidence import EvidenceLoop
from bot.flows.examination import Examined, Finding, examine
from bot.flows.homes import Homes
from bot.flows.intake import Intake
from bot.flows.people import People
from bot.flows.reconcile import Reconcile
from bot.flows.silences import SilenceLoop
from bot.flows.verbs.question import House
from bot.measures import Measures
from bot.ports.chat import Chat
from bot.ports.metrics import Metrics
from bot.ports.world import World
from bot.settings import Settings
from bot.store import leases
from bot.store import migrate as schema
from bot.store.database import Database, Taken, sole_process

if TYPE_CHECKING:
    from bot.adapters.alertmanager import Alertmanager

Now = Callable[[], datetime]
RELOAD_EVERY = 1.0  # seconds


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Around all of a server's life: its database is at this schema and, with SQLite, its alone.

    Raises `Refused` where another process serves the file, or where a person must migrate.
    """
    db = Database(settings.database_url)
    try:
        if not db.is_sqlite:
            lacking = schema.lacks(db)
            if lacking:
                raise Refused(lacking)
            yield
            return
        path = Path(db.url.database or "")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sole_process(path):
            schema.migrate(db)
            with db.write() as tx:
                leases.forget_all(tx)
            yield
    except Taken as error:
        raise Refused(str(error), "Stop it first, or give this one its own folder.") from error
    finally:
        db.close()


def migrate(settings: Settings) -> None:
    """Raises `Unavailable` where the database does not answer."""
    db = Database(settings.database_url)
    if db.is_sqlite:
        Path(db.url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        schema.migrate(db)
    finally:
        db.close()


def findings(settings: Settings) -> Iterator[Finding]:
    """What `candlefish doctor` says."""
    db = Database(settings.database_url)
    try:
        yield from examine(
            Examined(
                world=_world(settings, utc_now, Measures()),
                db=db,
                routes_dir=settings.routes_dir,
                runbooks_dir=settings.runbooks_dir,
                environment=settings.environment,
                channel=settings.slack_channel,
                socket_mode=settings.socket_mode,
                signing_secrets=len(settings.slack_signing_secrets.reveal()),
                alertmanager_tokens=len(settings.alertmanager_tokens.reveal()),
                pagerduty_secrets=len(settings.pagerduty_webhook_secrets.reveal()),
            )
        )
    finally:
        db.close()


def assemble(settings: Settings, *, now: Now = utc_now) -> Bot:
    """The bot, not started yet; raises `Broken` where the ops data cannot be read."""
    holder = Holder(
        settings.routes_dir, settings.runbooks_dir, default_environment=settings.environment
    )
    measures = Measures()
    db = Database(settings.database_url)
    world = _world(settings, now, measures)
    off = _off(settings, world)
    crew = Crew()

    def catalogue() -> Catalogue:
        return holder.catalogue

    intake = Intake(db, catalogue, now, crew.changed, measures.received)
    house = House(environment=settings.environment, silences_on=world.silences is not None, off=off)
    asking = Asking(db=db, catalogue=catalogue, now=now, changed=crew.changed, house=house)
    homes = Homes(db=db, chat=world.chat, catalogue=catalogue, now=now, base_url=settings.base_url)
    cards = _cards(settings, db, world.chat, catalogue, now)
    crew.hire_intake(intake)
    clock = Clock(db, now, crew.changed)
    crew.hire("clock", clock.turn, resign=clock.stop)
    crew.hire("ops_data", lambda: _reload(holder))
    crew.hire("homes", homes.turn, on_change=True)
    evidence = EvidenceLoop(
        db=db, metrics=world.metrics, catalogue=catalogue, now=now, changed=crew.changed
    )
    crew.hire("evidence", evidence.turn, resign=evidence.stop, on_change=True)
    if world.silences is not None:
        silences = SilenceLoop(db, world.silences, now, crew.changed)
        crew.hire("silences", silences.turn, resign=silences.stop, of=silences, on_change=True)
    if world.firing is not None:
        reconcile = Reconcile(db=db, vendor=world.firing, submit=intake.submit, now=now)
        crew.hire("reconcile", reconcile.turn, resign=reconcile.stop, of=reconcile)
    if world.chat is not None and cards is not None:
        people = People(db=db, chat=world.chat, catalogue=catalogue, now=now)
        crew.hire("people", people.turn, resign=people.stop, of=people)
        crew.hire("cards", cards.turn, resign=cards.stop, of=cards, on_change=True)
    return Bot(
        world=world, db=db, holder=holder, measures=measures, intake=intake, crew=crew,
        asking=asking, homes=homes, cards=cards, off=off,
    )  # fmt: skip


def _reload(holder: Holder) -> float:
    holder.reload()
    return RELOAD_EVERY


def _cards(
    settings: Settings,
    db: Database,
    chat: Chat | None,
    catalogue: Callable[[], Catalogue],
    now: Now,
) -> CardLoop | None:
    if chat is None:
        return None
    return CardLoop(
        db=db,
        chat=chat,
        catalogue=catalogue,
        now=now,
        channel=settings.slack_channel,
        base_url=settings.base_url,
    )


def _world(settings: Settings, now: Now, measures: Measures) -> World:
    alertmanager = _alertmanager(settings)
    return World(
        now=now,
        chat=_chat(settings, now, measures),
        silences=alertmanager,
        firing=alertmanager,
        metrics=_metrics(settings),
    )


def _chat(settings: Settings, now: Now, measures: Measures) -> Chat | None:
    if settings.slack_bot_token is None:
        return None
    from bot.adapters.slack import SlackChat

    def heard(method: str, outcome: str) -> None:
        measures.slack_calls.labels(method=method, outcome=outcome).inc()

    return SlackChat(settings.slack_bot_token, settings.slack_api_url, now=now, heard=heard)


def _alertmanager(settings: Settings) -> "Alertmanager | None":
    if settings.alertmanager_url is None:
        return None
    from bot.adapters.alertmanager import Alertmanager

    return Alertmanager(settings.alertmanager_url)


def _metrics(settings: Settings) -> Metrics | None:
    if settings.prometheus_url is None:
        return None
    from bot.adapters.prometheus import Prometheus

    return Prometheus(settings.prometheus_url)


def _off(settings: Settings, world: World) -> tuple[str, ...]:
    """What is switched off, in words for `status` and `/readyz`."""
    switched = {
        "Slack is off: set CANDLEFISH_SLACK_BOT_TOKEN.": world.chat is None,
        "Alertmanager's API is off: set CANDLEFISH_ALERTMANAGER_URL.": world.silences is None,
        "Prometheus is off: set CANDLEFISH_PROMETHEUS_URL.": world.metrics is None,
        "Alertmanager's webhook is closed: set CANDLEFISH_ALERTMANAGER_TOKENS.": (
            not settings.alertmanager_tokens.reveal()
        ),
        "PagerDuty's webhook is closed: set CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS.": (
            not settings.pagerduty_webhook_secrets.reveal()
        ),
    }
    return tuple(words for words, is_off in switched.items() if is_off)
