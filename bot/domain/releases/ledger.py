"""The release ledger: which release served when, how well, and which is known to be good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.cluster.essence import essence
from bot.domain.cluster.workload import Template
from bot.domain.releases.contracts import Contracts
from bot.domain.verification.verification import Verdict

_OPERATION = "OP-"


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRelease:
    """One service of a release: rolled back to, it serves again, and that is another row.

    `identity` is the template's hash or the site's deploy id, `occurrence` tells its services
    apart. `live_at` is when traffic came to it and `superseded_at` when it left, or may have left
    already; a release that waits on an idle colour has neither. Where nobody looked for long as
    traffic came, it came between `live_at` and `live_by`. `seen_at` is when it was last seen to
    serve. `deployed_by` is what the delivery pipeline said, or our own operation (`OP-7`); empty
    where nobody said.
    """

    id: int | None = None
    environment: str
    component: str
    workload: str
    version: str
    image: str = ""
    identity: str
    occurrence: str
    template: Template | None = None
    contracts: Contracts = field(default_factory=Contracts)
    deployed_by: str = ""
    change_url: str = ""
    deployed_at: datetime
    live_at: datetime | None = None
    live_by: datetime | None = None
    seen_at: datetime | None = None
    superseded_at: datetime | None = None
    verified_at: datetime | None = None
    verdict: Verdict | None = None

    @property
    def serves(self) -> bool:
        return self.live_at is not None and self.superseded_at is None

    @property
    def surely_live_at(self) -> datetime | None:
        """By when it had the traffic, whatever is not known."""
        return self.live_by or self.live_at

    @property
    def last_seen(self) -> datetime | None:
        """The latest time of which it is known that it served."""
        proven_at = self.verified_at if self.verdict is Verdict.PASS else None
        known = (self.surely_live_at, self.seen_at, proven_at)
        return max((at for at in known if at), default=None)

    @property
    def content(self) -> str:
        """What runs in it, restarts aside: the same release, restarted, is the same content."""
        return self.identity if self.template is None else essence(self.template, "", "")

    @property
    def came_back(self) -> bool:
        """Whether it served before, and traffic only came to it again."""
        return "/" in self.occurrence

    @property
    def operation(self) -> str:
        """The operation of ours that brought it, if one did."""
        return self.deployed_by if self.deployed_by.startswith(_OPERATION) else ""

    def served_at(self, at: datetime) -> bool:
        """Whether it had the traffic then, or may have had it already."""
        if self.live_at is None or self.live_at > at:
            return False
        return self.superseded_at is None or at < self.superseded_at

    def served(self, now: datetime) -> timedelta:
        """For how long it served at the least."""
        if self.surely_live_at is None:
            return timedelta()
        return (self.superseded_at or now) - self.surely_live_at

    def may_prove_itself(self, now: datetime, proven_after: timedelta) -> bool:
        """After a while of service; what failed and was kept begins that while anew."""
        if self.verdict is Verdict.FAIL and self.verified_at is not None:
            return now - self.verified_at >= proven_after
        return self.verdict is None and self.served(now) >= proven_after


def newest_first(rows: Iterable[LedgerRelease]) -> list[LedgerRelease]:
    """By when traffic came to them, or else by when they were deployed."""
    return sorted(rows, key=_age, reverse=True)


def last_known_good(
    rows: Sequence[LedgerRelease], *, at: datetime, now: datetime, proven_after: timedelta
) -> LedgerRelease | None:
    """The newest release that served well for `proven_after` and was not live `at` that time.

    `at` is when the incident began, or now. What was live then is out, restarted or not, and so
    is what was found to be bad after it had been found good.
    """
    suspects = {content for row in rows if row.served_at(at) for content in _contents(row)}
    judged: dict[str, Verdict] = {}
    for row in newest_first(rows):
        if row.verdict is not None:
            judged.setdefault(row.content, row.verdict)
    for row in newest_first(rows):
        good = row.verdict is Verdict.PASS and judged[row.content] is Verdict.PASS
        if good and row.served(now) >= proven_after and not suspects & _contents(row):
            return row
    return None


def candidates(rows: Sequence[LedgerRelease]) -> list[LedgerRelease]:
    """The newest service of every release but the live one: what a person may choose from."""
    live = {row.identity for row in rows if row.serves}
    found: dict[str, LedgerRelease] = {}
    for row in newest_first(rows):
        if row.identity not in live:
            found.setdefault(row.identity, row)
    return list(found.values())


def changed_by_hand(rows: Sequence[LedgerRelease]) -> frozenset[tuple[str, str, str]]:
    """Rows (`key`) that have the version of what their workload ran before, and other content.

    A delivery changes the version; an edit in the cluster does not.
    """
    found = set()
    before: dict[str, LedgerRelease] = {}
    for row in sorted(rows, key=lambda one: (one.deployed_at, one.id or 0)):
        last = before.get(row.workload)
        same = last is not None and (last.version, last.image) == (row.version, row.image)
        if last is not None and same and last.content != row.content and not row.operation:
            found.add(key(row))
        before[row.workload] = row
    return frozenset(found)


def is_dated(row: LedgerRelease, rows: Iterable[LedgerRelease]) -> bool:
    """Whether it is known when traffic came to it: of the first that was seen it may not be.

    It is where the world told it, or where another one served until then.
    """
    live = row.live_at
    return live is not None and (
        live == row.deployed_at or any(_made_way(one, live) for one in rows)
    )


def _made_way(row: LedgerRelease, at: datetime) -> bool:
    if row.live_at is None or row.superseded_at is None:
        return False
    return row.live_at < at and row.superseded_at <= at


def key(row: LedgerRelease) -> tuple[str, str, str]:
    """What tells a component's rows apart."""
    return row.workload, row.identity, row.occurrence


def _age(row: LedgerRelease) -> tuple[datetime, int]:
    return row.live_at or row.deployed_at, row.id or 0


def _contents(row: LedgerRelease) -> frozenset[str]:
    return frozenset({row.identity, row.content})
