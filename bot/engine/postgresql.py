"""dbos's connections to our own PostgreSQL: few, and none that waits for ever."""

from sqlalchemy import URL, Engine, create_engine

SCHEMA = "dbos"
_POOL = 8
_POOL_SECONDS = 30
_CONNECT_SECONDS = 3


def engine(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=_POOL,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "candlefish-engine",
            # A frozen replica must not keep its locks, nor a lost one its statements.
            "options": "-c idle_in_transaction_session_timeout=60000 -c statement_timeout=30000",
        },
    )
