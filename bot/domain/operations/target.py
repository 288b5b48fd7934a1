"""Which release a rollback goes to: resolved once, from what is known, never "the one before"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain.errors import Refused
from bot.domain.operations.candidate import Candidate
from bot.domain.operations.plan import SHOWN
from bot.domain.releases.ledger import LedgerRelease, last_known_good, newest_first
from bot.domain.releases.suspects import is_near
from bot.domain.verbs.saying import one_word
from bot.domain.verification.verification import Verdict
from bot.domain.wording import span

_SHORTEST_IDENTITY = 7
_LISTED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A component's candidates, which of them is `live`, and when it is asked.

    `began` is when the incident began; `command` starts the words that name a version. `beyond` is
    the identity of a release that was tried and is no target again.
    """

    component: str
    command: str
    candidates: Sequence[Candidate]
    live: str
    began: datetime
    now: datetime
    proven_after: timedelta
    beyond: str = ""

    @property
    def running(self) -> Candidate:
        return next(one for one in self.candidates if one.essence == self.live)

    @property
    def services(self) -> list[LedgerRelease]:
        """What had the traffic, the newest first."""
        rows = (row for one in self.candidates for row in one.rows if row.live_at)
        return sorted(rows, key=_live_at, reverse=True)

    @property
    def brought(self) -> LedgerRelease | None:
        """By which the present release came; restarts since then do not count."""
        mine = takewhile(lambda row: row in self.running.rows, self.services)
        return next(reversed(list(mine)), None)

    def others(self) -> tuple[Candidate, ...]:
        """What can be brought back and does not serve now, the newest first."""
        return tuple(one for one in self.candidates if one.places and one.essence != self.live)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """`release` is the live one itself where it is already there."""

    release: Candidate
    notes: tuple[str, ...] = ()


def good(known: Known) -> Target:
    """The last known good; `Refused` with the candidates where none is known."""
    rows = [row for one in known.candidates for row in _counting(one, known)]
    found = last_known_good(rows, at=known.began, now=known.now, proven_after=known.proven_after)
    if found is None:
        raise Refused(
            f"No earlier release of {known.component} is known to be good.",
            _offer(known),
        )
    return Target(release=next(one for one in known.candidates if found in one.rows))


def is_good(candidate: Candidate, known: Known) -> bool:
    """Whether it proved itself, and neither failed nor was turned away from since."""
    return not _failed_last(candidate) and any(
        row.verdict is Verdict.PASS and row.served(known.now) >= known.proven_after
        for row in _trusted(candidate, known)
    )


def may_stay(known: Known, *, troubled: bool) -> bool:
    """Whether what runs is good, and did not come shortly before trouble that it has now.

    It may have passed while it was breaking already.
    """
    brought = known.brought
    suspect = troubled and brought is not None and is_near(brought, known.began)
    return not suspect and is_good(known.running, known)


def exact(known: Known, identity: str) -> Target:
    """The release of this very identity: how a revert says where to go back to."""
    for one in known.candidates:
        if identity in one.identities and (one.places or one.essence == known.live):
            return Target(release=one)
    raise Refused(
        f"The release {identity[:SHOWN]} of {known.component} is nowhere to be found any more.",
        _offer(known),
    )


def of_version(known: Known, said: str) -> Target:
    """The release of this version, or of an identity that begins so."""
    named = [one for one in known.candidates if _is(one, said)]
    if any(one.essence == known.live for one in named):
        return Target(release=known.running, notes=_namesakes(named, known))
    found = [one for one in named if one.places]
    if not found:
        gone = f"{said} of {known.component} is known, but its template is gone." if named else ""
        raise Refused(gone or f"{known.component} has no release {said}.", _offer(known))
    if len(found) == 1:
        return Target(release=found[0])
    newest = found[0]
    if not is_good(newest, known) and any(is_good(one, known) for one in found[1:]):
        raise Refused(
            f"{said} of {known.component} ran with {len(found)} different templates, and the "
            "newest of them is not known to be good.",
            _listed(found, known),
        )
    return Target(release=newest, notes=_namesakes(found, known))


def handle(candidate: Candidate, among: Collection[Candidate]) -> str:
    """What to call it by: its version where that is its own, else the start of its identity."""
    alone = sum(one.version == candidate.version for one in among) == 1
    if candidate.version and alone:
        return candidate.version
    return next(iter(sorted(candidate.identities)), "")[:SHOWN]


def _counting(candidate: Candidate, known: Known) -> Sequence[LedgerRelease]:
    """The rows that may make it the last known good, and those that rule it out.

    What cannot be brought back is no target, and neither is what served under another colour
    when it began, failed last or was tried just now.
    """
    suspects = [row for row in candidate.rows if row.served_at(known.began)]
    tried = known.beyond in candidate.identities
    if suspects or tried or not candidate.places or _failed_last(candidate):
        return suspects
    return _trusted(candidate, known)


def _failed_last(candidate: Candidate) -> bool:
    """Under whichever colour: its newest verdict is what counts."""
    judged = (row.verdict for row in newest_first(candidate.rows) if row.verdict is not None)
    return next(judged, None) is Verdict.FAIL


def _trusted(candidate: Candidate, known: Known) -> Sequence[LedgerRelease]:
    """Its services since somebody last went back from it to an older release.

    Otherwise a second rollback would return to the bad one, had that passed for a while.
    """
    left = [row.live_at for row in candidate.rows if _left_for_older(row, candidate, known)]
    since = max((at for at in left if at), default=None)
    return [row for row in candidate.rows if since is None or (row.live_at and row.live_at > since)]


def _left_for_older(row: LedgerRelease, candidate: Candidate, known: Known) -> bool:
    first = _first_live(candidate)
    after = _next_live(row, known)
    return any(
        (began := _first_live(other)) is not None
        and first is not None
        and began < first
        and any(one.live_at == after for one in other.rows)
        for other in known.candidates
        if other is not candidate and after is not None
    )


def _next_live(row: LedgerRelease, known: Known) -> datetime | None:
    """When the next service after this one began."""
    begun = [one.live_at for each in known.candidates for one in each.rows if one.live_at]
    return min((at for at in begun if row.live_at and at > row.live_at), default=None)


def _live_at(row: LedgerRelease) -> datetime:
    return row.live_at or row.deployed_at


def _first_live(candidate: Candidate) -> datetime | None:
    return min((row.live_at for row in candidate.rows if row.live_at), default=None)


def _is(candidate: Candidate, said: str) -> bool:
    if candidate.version.removeprefix("v") == said.removeprefix("v"):
        return bool(said)
    digest = candidate.image.partition("@sha256:")[2]
    begins = [*candidate.identities, digest]
    word = said.removeprefix("sha256:")
    return len(word) >= _SHORTEST_IDENTITY and any(one.startswith(word) for one in begins)


def _namesakes(named: Sequence[Candidate], known: Known) -> tuple[str, ...]:
    """A note about the other templates of one version, where there are some."""
    if len(named) == 1:
        return ()
    others = ", ".join(sorted(min(one.identities)[:SHOWN] for one in named[1:]))
    note = (
        f"{known.component} ran {named[0].version} with {len(named)} different templates; the "
        f"newest is taken. The others: {others}."
    )
    return (note,)


def _offer(known: Known) -> str:
    others = known.others()
    if not others:
        return "Nothing else is left to go back to: mend it with a new release."
    return _listed(others, known)


def _listed(candidates: Sequence[Candidate], known: Known) -> str:
    """The good ones first, and what failed last: people copy the first they read."""
    ordered = sorted(candidates, key=lambda one: (_failed_last(one), not is_good(one, known)))
    lines = [
        f"{handle(one, known.candidates)} ({_age(one, known)}): `{known.command} "
        f"--to-version {one_word(handle(one, known.candidates))}`"
        for one in ordered[:_LISTED]
    ]
    return "Name one: " + "; ".join(lines)


def _age(candidate: Candidate, known: Known) -> str:
    at = candidate.order[0]
    age = f"{span(known.now - at)} old" if at.year > 1 else "of unknown age"
    if is_good(candidate, known):
        return f"{age}, good before"
    if any(row.verdict is Verdict.FAIL for row in candidate.rows):
        return f"{age}, failed before"
    return age
