"""One JSON object per line on stderr, ours and the libraries' alike, without secrets."""

import json
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from handlers.redaction import Redaction

# These write tokens, addresses or whole bodies below the level named here.
_QUIET = {
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "urllib3": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "websockets": logging.WARNING,
}
_log = structlog.get_logger("candlefish")


class _Lines(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging names it)
        """Say which logger failed; the standard answer prints the arguments, secrets and all."""
        line = {"level": "error", "event": "A log line could not be written", "logger": record.name}
        self.stream.write(json.dumps(line) + "\n")


def set_up(
    *,
    level: str = "info",
    secrets: Callable[[], tuple[str, ...]] = tuple,
    stream: TextIO | None = None,
) -> None:
    """Send every log line of this process to `stream` (stderr); call once, before the first line.

    Run uvicorn with `log_config=None` and `access_log=False`, or it brings handlers of its own.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    handler = _Lines(stream or sys.stderr)
    handler.setFormatter(_formatter(shared, Redaction(secrets)))
    _send_all_to(handler, level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    sys.excepthook = _crash
    threading.excepthook = _thread_crash


def _send_all_to(handler: _Lines, level: str) -> None:
    """The root logger's lines, and those of libraries that would bring handlers of their own."""
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known, _Lines)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    for name in ("uvicorn", "uvicorn.error", "alembic"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.captureWarnings(capture=True)


def _formatter(shared: list[Processor], redaction: Redaction) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redaction,
            _first_things_first,
            structlog.processors.JSONRenderer(),
        ],
    )


def _first_things_first(logger: object, method: str, event: EventDict) -> EventDict:
    first = {name: event.pop(name) for name in ("time", "level", "event") if name in event}
    return {**first, **event}


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("The process ended by an error", exc_info=(kind, error, trace))


def _thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is None or crash.exc_type is SystemExit:
        return
    name = crash.thread.name if crash.thread else "unknown"
    info = (crash.exc_type, crash.exc_value, crash.exc_traceback)
    _log.critical("A thread ended by an error", thread=name, exc_info=info)
