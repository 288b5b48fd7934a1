"""Figures of several rounds, told as their medians."""

import os
import platform
import statistics
from dataclasses import dataclass, field


@dataclass
class Figures:
    """In the order in which they were first added."""

    values: dict[str, list[float]] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float, *, most: float | None = None) -> None:
        """`most` is what was promised."""
        self.values.setdefault(name, []).append(value)
        if most is not None:
            self.limits[name] = most

    def say(self, words: str) -> None:
        print(words, flush=True)  # noqa: T201 - a benchmark talks

    def tell(self) -> None:
        """Raises `SystemExit` where a median is above what was promised."""
        python = platform.python_version()
        self.say(f"\n{os.cpu_count()} cores, Python {python}; median [lowest, highest] of rounds")
        width = max(map(len, self.values))
        for name, found in self.values.items():
            middle = statistics.median(found)
            spread = f"[{_short(min(found))}, {_short(max(found))}]"
            self.say(f"{name:<{width}}  {_short(middle):>9}  {spread}")
        over = [
            f"{name}: at most {_short(most)}"
            for name, most in self.limits.items()
            if statistics.median(self.values[name]) > most
        ]
        if over:
            raise SystemExit("Promised, and not kept: " + "; ".join(over))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"  # noqa: PLR2004 - digits worth reading
