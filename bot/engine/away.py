"""Our own database not answering, told apart from a vendor that does not."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import Unavailable
from bot.engine.parked import Parked
from bot.store.database import Conflict, DatabaseAway


class Away(DatabaseAway):
    """The engine's part of our database does not answer, or nobody knows yet whether we live."""


@contextmanager
def answering() -> Iterator[None]:
    """Around dbos's calls that do not wait by themselves: raises `Away`."""
    try:
        yield
    except Parked as error:
        raise Away("The engine has stopped.") from error
    except PoolTimeout as error:
        raise Away("Every connection of the engine is busy.", retry_after=1) from error
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Away("The engine's database does not answer.", retry_after=1) from error
        raise


@contextmanager
def ours() -> Iterator[None]:
    """Around what only asks our own database: a step waits until it answers."""
    try:
        yield
    except Unavailable as error:
        raise Away(str(error), retry_after=error.retry_after) from error


def of_our_database(error: Exception) -> bool:
    """Whether trying again until it works is right: it was our own database, not the world."""
    return isinstance(error, DatabaseAway | Conflict)
