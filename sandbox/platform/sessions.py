"""Long-lived connections: they each stays in its place until that goes, then comes back."""

import heapq
from collections import Counter
from collections.abc import Sequence
from random import Random

from sandbox.platform.releases import Place, Release


class Sessions:
    """`count` clients; one that is cut comes back within `jitter` seconds, so not all at once."""

    def __init__(self, count: int, chance: Random, *, jitter: float) -> None:
        self._chance = chance
        self._jitter = jitter
        self._at: Counter[str] = Counter()
        self._away = [0.0] * count

    def observe(self, places: Sequence[Place], now: float) -> dict[Release, int]:
        """How many each release holds; `now` is on any clock of seconds that never goes back."""
        self._cut(places, now)
        self._connect([one for one in places if one.live], now)
        held = dict.fromkeys((one.release for one in places), 0)
        for place in places:
            held[place.release] += self._at[place.id]
        return held

    def _cut(self, places: Sequence[Place], now: float) -> None:
        there = {one.id for one in places if one.ready}
        for gone in [one for one in self._at if one not in there]:
            for _ in range(self._at.pop(gone)):
                heapq.heappush(self._away, now + self._chance.uniform(0.0, self._jitter))

    def _connect(self, doors: Sequence[Place], now: float) -> None:
        shares = [one.share for one in doors]
        while doors and self._away and self._away[0] <= now:
            heapq.heappop(self._away)
            self._at[self._chance.choices(doors, shares)[0].id] += 1
