"""Puts the bot together from its settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import vendors
from bot.bot import Bot
from bot.catalogue.watch import Holder
from bot.domain.errors import Refused
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.asking import Asking
from bot.flows.calls import CallLoop
from bot.flows.cards.card_loop import CardLoop
from bot.flows.cards.homes import Homes
from bot.flows.clock import Clock
from bot.flows.crew import Crew
from bot.flows.duties import DutyLoop
from bot.flows.evidence import EvidenceLoop
from bot.flows.examining.examination import Examined, examine
from bot.flows.examining.finding import Finding
from bot.flows.examining.self_check import SelfCheck
from bot.flows.freezes import FreezeLoop
from bot.flows.intake.reconcile import Reconcile
from bot.flows.intake.writer import Intake
from bot.flows.mentions import Mentions
from bot.flows.operations.assembling import assembled
from bot.flows.operations.record import Record
from bot.flows.operations.reminding import Reminding
from bot.flows.people import People
from bot.flows.releases.deployments import DeploymentWatch
from bot.flows.releases.ledger import LedgerLoop
from bot.flows.releases.templates import LedgerTemplates
from bot.flows.silences import SilenceLoop
from bot.flows.verbs.question import House
from bot.measures import Measures
from bot.ports.chat import Chat
from bot.ports.world import World
from bot.settings import Settings
from bot.store import leases
from bot.store import migrate as schema
from bot.store.database import Database, Taken, sole_process

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
                world=vendors.world(settings, utc_now, Measures()),
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
    world = vendors.world(settings, now, measures)
    off = vendors.switched_off(settings, world, holder.catalogue.components.values())
    crew = Crew()

    def catalogue() -> Catalogue:
        return holder.catalogue

    intake = Intake(db, catalogue, now, crew.changed, measures.received)
    house = House(
        environment=settings.environment, silences_on=world.silences is not None,
        operations_on=world.cluster is not None or world.sites is not None, off=off,
        troubles=crew.problems,
    )  # fmt: skip
    asking = Asking(db=db, catalogue=catalogue, now=now, changed=crew.changed, house=house)
    homes = Homes(db=db, chat=world.chat, catalogue=catalogue, now=now, base_url=settings.base_url)
    cards = _cards(settings, db, world.chat, catalogue, now)
    crew.hire_intake(intake)
    clock = Clock(db, now, crew.changed)
    crew.hire("clock", clock.turn, resign=clock.stop)
    crew.hire("ops_data", lambda: _reload(holder))
    crew.hire("homes", homes.turn, on_change=True)
    _hire_evidence(crew, db, world, catalogue)
    _hire_alertmanager(crew, db, world, intake)
    if world.chat is not None and cards is not None:
        people = People(db=db, chat=world.chat, catalogue=catalogue, now=now)
        crew.hire("people", people.turn, resign=people.stop, of=people)
        crew.hire("cards", cards.turn, resign=cards.stop, of=cards, on_change=True)
    if world.cluster is not None or world.sites is not None:
        _hire_operations(crew, settings, db, world, catalogue)
    return Bot(
        world=world, db=db, holder=holder, measures=measures, intake=intake, crew=crew,
        asking=asking, homes=homes, cards=cards, off=off,
    )  # fmt: skip


def _reload(holder: Holder) -> float:
    holder.reload()
    return RELOAD_EVERY


def _hire_evidence(
    crew: Crew, db: Database, world: World, catalogue: Callable[[], Catalogue]
) -> None:
    evidence = EvidenceLoop(
        db=db, metrics=world.metrics, catalogue=catalogue, now=world.now, changed=crew.changed
    )
    crew.hire("evidence", evidence.turn, resign=evidence.stop, on_change=True)


def _hire_alertmanager(crew: Crew, db: Database, world: World, intake: Intake) -> None:
    if world.silences is not None:
        silences = SilenceLoop(db, world.silences, world.now, crew.changed)
        crew.hire("silences", silences.turn, resign=silences.stop, of=silences, on_change=True)
    if world.firing is not None:
        reconcile = Reconcile(db=db, vendor=world.firing, submit=intake.submit, now=world.now)
        crew.hire("reconcile", reconcile.turn, resign=reconcile.stop, of=reconcile)


def _hire_operations(
    crew: Crew, settings: Settings, db: Database, world: World, catalogue: Callable[[], Catalogue]
) -> None:
    mentions = Mentions(db=db, catalogue=catalogue, now=world.now, changed=crew.changed)
    whole = replace(world, pager=mentions, templates=LedgerTemplates(db))
    record = Record(db=db, now=world.now, changed=crew.changed)
    found = assembled(record, whole, catalogue, settings.data_dir)
    crew.hire("engine", found.room.beat, resign=found.room.stop, of=found.room)
    crew.hire("takeover", found.room.sweep)
    crew.hire("old_runs", found.room.tidy)
    planning, starting = found.planning, found.starting
    crew.hire("planning", planning.turn, resign=planning.stop, of=planning, on_change=True)
    crew.hire("operations", starting.turn, resign=starting.stop, on_change=True)
    crew.hire("afterwatch", found.afterwatch.turn, resign=found.afterwatch.stop)
    calls = CallLoop(db, mentions, world.now)
    crew.hire("calls", calls.turn, resign=calls.stop, of=calls, on_change=True)
    freezes = FreezeLoop(db, catalogue, world.now, crew.changed)
    crew.hire("freezes", freezes.turn, resign=freezes.stop)
    duties = DutyLoop(db, whole, crew.changed, Reminding(record, catalogue))
    crew.hire("duties", duties.turn, resign=duties.stop)
    check = SelfCheck(world, catalogue)
    crew.hire("rights", check.turn, of=check)
    _hire_ledger(crew, db, whole, catalogue)


def _hire_ledger(
    crew: Crew, db: Database, world: World, catalogue: Callable[[], Catalogue]
) -> None:
    """One for what clusters show and one for sites, whose host may keep it waiting."""
    if world.sites is not None:
        sites = LedgerLoop(
            db=db, world=replace(world, cluster=None), catalogue=catalogue, changed=crew.changed
        )
        crew.hire("site_ledger", sites.turn, resign=sites.stop, of=sites)
    if world.cluster is None:
        return
    ledger = LedgerLoop(
        db=db, world=replace(world, sites=None), catalogue=catalogue, changed=crew.changed
    )
    wake = crew.hire("ledger", ledger.turn, resign=ledger.stop, of=ledger)

    def touched(namespace: str, deployment: str) -> None:
        ledger.touched(namespace, deployment)
        wake()

    watch = DeploymentWatch(world.cluster, ledger.deployments, touched)
    crew.hire("deployments", watch.turn, resign=watch.stop)


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
