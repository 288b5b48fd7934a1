"""Reads from Slack who is in which group and who may never act, so that no command waits for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.leader import Leader
from bot.ports.chat import Chat, Profile
from bot.store import facts, people
from bot.store.database import Conflict, Database

log = structlog.get_logger()
GROUPS_EVERY = timedelta(seconds=30)  # half of how fresh a role must be that changes the world
PROFILES_EVERY = timedelta(minutes=5)
PROFILES_A_TURN = 40  # Slack answers a hundred a minute
AFTER_TROUBLE = 15.0
FOLLOW = 3.0
ELSEWHERE = "this account belongs to another workspace"
UNKNOWN = "Slack does not know this account"


class People:
    """`turn` is for a Loop; `problem` says what keeps roles by Slack group from being fresh."""

    def __init__(
        self,
        *,
        db: Database,
        chat: Chat,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        leader: Leader | None = None,
    ) -> None:
        self._db, self._chat, self._catalogue, self._now = db, chat, catalogue, now
        self._leader = leader or Leader(db, "people", now)
        self._next_at = now()
        self._team = ""
        self.problem: str | None = None

    def stop(self) -> None:
        self._leader.resign()

    def turn(self) -> float:
        if not self._leader.leads():
            self._tell(None)
            return FOLLOW
        rest = (self._next_at - self._now()).total_seconds()
        if rest > 0:
            return min(rest, FOLLOW)
        troubles = list(self._read())
        self._tell("; ".join(sorted({str(trouble) for trouble in troubles})) or None)
        waits = [getattr(trouble, "retry_after", None) or AFTER_TROUBLE for trouble in troubles]
        pause = max(waits, default=GROUPS_EVERY.total_seconds())
        self._next_at = self._now() + timedelta(seconds=pause)
        return FOLLOW

    def _read(self) -> Iterator[Exception]:
        """What went wrong, of three things that do not depend on each other."""
        for read in (self._read_team, self._read_groups, self._read_profiles):
            try:
                read()
            except (Unavailable, GiveUp, Refused, Conflict) as error:
                yield error

    def _read_team(self) -> None:
        if self._team:
            return
        team = self._chat.workspace().team
        with self._db.write() as tx:
            facts.learn(tx, facts.SLACK_TEAM, team, self._now())
        self._team = team

    def _read_groups(self) -> None:
        """One group that Slack does not know does not keep the others from being read."""
        wanted = self._groups()
        with self._db.write() as tx:
            people.forget_groups(tx, wanted)
        refusals = []
        for group in wanted:
            try:
                users = self._chat.group_members(group)
            except Refused as error:
                refusals.append(f"{group}: {error}")
                users = ()
            with self._db.write() as tx:
                people.set_members(tx, group, users, self._now())
        if refusals:
            raise Refused("Slack user groups of the ops data: " + "; ".join(refusals))

    def _groups(self) -> list[str]:
        catalogue = self._catalogue()
        rungs = [level for ladder in catalogue.ladders.values() for level in ladder.levels]
        called = {group for level in rungs for group in level.groups}
        return sorted({*catalogue.groups, *called})

    def _read_profiles(self) -> None:
        """Of everybody who may act: the ones never asked about first, then the oldest answers."""
        if not self._team:
            return
        now = self._now()
        with self._db.read() as tx:
            seen = people.last_seen(tx)
            members = people.members(tx)
        named = {one.slack for one in self._catalogue().people.values() if one.slack}
        never = now - 2 * PROFILES_EVERY
        due = [one for one in named | members if seen.get(one, never) <= now - PROFILES_EVERY]
        for user in sorted(due, key=lambda one: (seen.get(one, never), one))[:PROFILES_A_TURN]:
            profile = self._profile(user)
            with self._db.write() as tx:
                people.learn(tx, profile, self._now())

    def _profile(self, user: str) -> Profile:
        try:
            found = self._chat.profile(user)
        except Refused:
            return Profile(user=user, team="", barred=UNKNOWN)
        if found.barred is None and found.team != self._team:
            return replace(found, barred=ELSEWHERE)
        return found

    def _tell(self, problem: str | None) -> None:
        if problem and problem != self.problem:
            log.warning("people.not_read", why=problem)
        self.problem = problem
