"""dbos's words go where all log lines go, and only those that matter."""

import logging


def quiet() -> None:
    """Before dbos is made: without a handler it would bring its own, and an advertisement."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
