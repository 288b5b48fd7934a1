"""A real `candlefish serve` child with a folder, a port and a database of its own."""

import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.candlefish import Candlefish, candlefish

TOKEN = "bench-token"  # noqa: S105 - it guards nothing


@dataclass(frozen=True, kw_only=True)
class Served:
    bot: Candlefish
    ready_seconds: float

    @property
    def port(self) -> int:
        return self.bot.port

    @property
    def url(self) -> str:
        return self.bot.url

    def resident_mb(self) -> float:
        """What the process holds in memory now."""
        return self.bot.resident_mb()


@contextlib.contextmanager
def served(more: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Migrated, started and ready; on SQLite unless `more` names another database."""
    environ = {
        "CANDLEFISH_ALERTMANAGER_TOKENS": TOKEN,
        "CANDLEFISH_LOG_LEVEL": "warning",
        **(more or {}),
    }
    with (
        tempfile.TemporaryDirectory(prefix="candlefish-bench-") as folder,
        candlefish(Path(folder), environ) as bot,
    ):
        bot.migrate()
        began = time.perf_counter()
        bot.start()
        yield Served(bot=bot, ready_seconds=time.perf_counter() - began)
