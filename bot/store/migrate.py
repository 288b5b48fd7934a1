"""Brings a database to this release's schema, or says what it lacks."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.database import Database

_HERE = Path(__file__).parent / "migrations"


def migrate(db: Database) -> None:
    """Safe to run again, and by several replicas at once: the first one does it."""
    config = _config()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(425672)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def lacks(db: Database) -> str | None:
    """What to do about a schema that is not this release's; `None` where it is."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with db.read() as tx:
        found = MigrationContext.configure(tx).get_current_revision()
    if found == head:
        return None
    at = found or "none"
    return f"The database is at schema {at}, this release needs {head}: run `candlefish migrate`."


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config
