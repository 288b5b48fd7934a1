"""How many alerts a second are on disk and answered, on each database, beside Alertmanager."""

import contextlib
import tempfile
from pathlib import Path

from bench import payloads
from bench.load import measure
from bench.report import Figures
from bench.served import Served, served
from sandbox.servers import NotInstalled, alertmanager, postgres

SINGLES, GROUPS, REPEATS, SIZE = 6_000, 250, 600, 64
_CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def run(figures: Figures, rounds: int) -> None:
    for _ in range(rounds):
        with served() as bot:
            _one(figures, "SQLite", bot)
    try:
        with postgres(fsync=True) as server:
            for turn in range(rounds):
                url = server.create(f"bench{turn}")
                with served({"CANDLEFISH_DATABASE_URL": url}) as bot:
                    _one(figures, "PostgreSQL", bot)
    except NotInstalled as why:
        figures.say(f"PostgreSQL was left out: {why}")


def _one(figures: Figures, name: str, bot: Served) -> None:
    measure(bot.port, [payloads.single() for _ in range(500)])  # warm
    single = measure(bot.port, [payloads.single() for _ in range(SINGLES)])
    figures.add(f"{name}: single new alerts, a second", single.rate)
    figures.add(f"{name}: single new alerts, p50 ms", single.p50)
    figures.add(f"{name}: single new alerts, p99 ms", single.p99)
    grouped = measure(bot.port, [payloads.group(SIZE) for _ in range(GROUPS)])
    figures.add(f"{name}: new alerts in webhooks of {SIZE}, a second", grouped.rate * SIZE)
    figures.add(f"{name}: new alerts in webhooks of {SIZE}, p99 ms", grouped.p99)
    known = [payloads.group(SIZE) for _ in range(8)]
    measure(bot.port, known)
    repeats = measure(bot.port, [known[turn % len(known)] for turn in range(REPEATS)])
    figures.add(f"{name}: repeats in webhooks of {SIZE}, a second", repeats.rate * SIZE)
    with contextlib.suppress(NotInstalled):
        beside = _alertmanager([known[turn % len(known)] for turn in range(REPEATS)])
        figures.add("Alertmanager: the same alerts, a second", beside)
        figures.add(f"{name}: repeats, ratio to Alertmanager", repeats.rate * SIZE / beside)


def _alertmanager(webhooks: list[bytes]) -> float:
    """What a real Alertmanager takes of the same batches, in memory, in the same minute."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "alertmanager.yml"
        config.write_text(_CONFIG, encoding="utf-8")
        with alertmanager(config) as server:
            port = int(server.url.rpartition(":")[2])
            requests = [payloads.to_alertmanager(webhook) for webhook in webhooks]
            measure(port, requests[:50])
            return measure(port, requests).rate * SIZE
