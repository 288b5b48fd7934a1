"""dbos as this bot sets it up: the free core, quiet, bounded, and the same at every release."""

import logging

from dbos import DBOSClient, DBOSConfig

from bot.engine.connections import Connections
from bot.engine.postgresql import SCHEMA
from bot.engine.serializer import TaggedJson

NAME = "candlefish"
# Pinned, or every change of a durable function would strand the runs under way. So durable
# functions change by addition only: what a run of an older release did must replay.
VERSION = "candlefish-w1"
THREADS = 32


def config(executor: str, connections: Connections) -> DBOSConfig:
    return DBOSConfig(
        name=NAME,
        executor_id=executor,
        application_version=VERSION,
        system_database_engine=connections.engine,
        dbos_system_schema=SCHEMA,
        serializer=TaggedJson(),
        max_executor_threads=THREADS,
        notification_listener_polling_interval_sec=0.2,
        log_level="WARNING",
    )


def client(connections: Connections) -> DBOSClient:
    """For questions that must not wait until the database is back."""
    return DBOSClient(
        system_database_engine=connections.engine,
        dbos_system_schema=SCHEMA,
        serializer=TaggedJson(),
        application_name=NAME,
        lazy=True,
        retry_connection_errors=False,
    )


def quiet() -> None:
    """Before dbos is made: without a handler it would bring its own, and an advertisement."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
