"""Looks again and again at what operations need, so that nobody finds out at 03:00."""

from collections.abc import Callable

import structlog

from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.examining.finding import Finding, Result
from bot.flows.examining.operating import operating
from bot.ports.world import World

log = structlog.get_logger()
EVERY = 600.0  # seconds
AGAIN = 60.0  # seconds, while something is missing: it may have come up only now


class SelfCheck:
    """Each replica looks for itself: it has a network and credentials of its own.

    `problem` says what is missing, while something is. Each is logged once with its fix.
    """

    def __init__(self, world: World, catalogue: Callable[[], Catalogue]) -> None:
        self._world, self._catalogue = world, catalogue
        self._known: frozenset[Finding] = frozenset()
        self.problem: str | None = None

    def turn(self) -> float:
        found = list(operating(self._world, self._catalogue()))
        bad = [one for one in found if one.result is Result.BAD]
        for one in bad:
            if one not in self._known:
                log.warning("rights.missing", what=one.name, says=one.says, fix=one.fix)
        if self._known and not bad:
            log.info("rights.mended")
        self._known = frozenset(bad)
        self.problem = _told(bad)
        return AGAIN if bad else EVERY


def _told(bad: list[Finding]) -> str | None:
    if not bad:
        return None
    more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
    first = f"{bad[0].name}: {bad[0].says}".rstrip(".")
    return f"{first}{more}. `candlefish doctor` says how to mend it."
