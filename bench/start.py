"""How long from the command to ready, and what it holds while nothing happens."""

import time

from bench.report import Figures
from bench.served import served

_SETTLE = 3.0  # seconds


def run(figures: Figures, rounds: int) -> None:
    for _ in range(rounds):
        with served() as bot:
            figures.add("Start to /readyz, s", bot.ready_seconds)
            time.sleep(_SETTLE)
            figures.add("Idle memory, MB", bot.resident_mb())
