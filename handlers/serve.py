"""`candlefish serve`: the bot in this process, from its settings to its last commit."""

import socket
import sys

import structlog
import uvicorn

from bot.assembly import assemble, migrate, serving
from bot.catalogue.problem import Broken
from bot.domain.errors import Refused, Unavailable
from bot.settings import BadSettings, Settings, unknown_variables
from handlers import logs
from handlers.app import create_app
from handlers.web.live import Live

log = structlog.get_logger()

MISUSE, REFUSED, UNAVAILABLE = 2, 1, 3
# Two threads share the work, the event loop and the intake's: at Python's own 5 ms each waits
# that long for the other after every call of the database.
SWITCH_SECONDS = 0.0005
_CORRECT = "Start it, or correct CANDLEFISH_DATABASE_URL; `candlefish doctor` tells more."
_LAST_REQUESTS = 5  # seconds for requests under way when the process is told to stop


def main() -> None:
    try:
        settings = Settings.load()
        logs.set_up(level=settings.log_level, secrets=settings.secret_values)
        for doubt in unknown_variables():
            log.warning("settings.unknown", doubt=doubt)
        with serving(settings):
            _run(settings)
    except BadSettings as error:
        _leave("\n".join(error.problems), MISUSE)
    except Broken as error:
        _leave("\n".join(str(problem) for problem in error.problems), REFUSED)
    except Refused as error:
        _leave(str(error), error.status)
    except Unavailable as error:
        _leave(f"{error} {_CORRECT}", UNAVAILABLE)


def bring_schema() -> None:
    """`candlefish migrate`."""
    try:
        migrate(Settings.load())
    except BadSettings as error:
        _leave("\n".join(error.problems), MISUSE)
    except Unavailable as error:
        _leave(f"{error} {_CORRECT}", UNAVAILABLE)
    print("The database is at this release's schema.")  # noqa: T201 (a terminal's answer)


def _run(settings: Settings) -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(assemble(settings), settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_REQUESTS,
    )
    Server(config, app.live).run()


class Server(uvicorn.Server):
    """Ends the pages' event streams before it waits for its connections: they never end alone."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)


def _leave(words: str, status: int) -> None:
    print(words, file=sys.stderr)  # noqa: T201 (a start that fails says so in plain words)
    raise SystemExit(status)


if __name__ == "__main__":
    bring_schema() if sys.argv[1:] == ["--migrate-only"] else main()
