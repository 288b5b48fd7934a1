"""Which roles somebody holds now: named on the person, or by a Slack group while that is fresh."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import Unavailable
from bot.domain.ops_data.people import Person, Role, allows, person_of

STALE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A Slack user group that somebody was seen in, and when Slack said so."""

    group: str
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who asks; `known_as` is the same for one person on every surface.

    `unsure` are roles that only a Slack list gives which is too old to count for what is asked.
    """

    actor: str
    known_as: str
    roles: frozenset[Role]
    unsure: frozenset[Role] = frozenset()

    def may(self, needed: Role) -> bool:
        return allows(self.roles, needed)

    def must_be_sure(self, needed: Role, what: str) -> None:
        """Raises `Unavailable` where only a Slack list that is too old gives the role."""
        if not self.may(needed) and allows(self.unsure, needed):
            raise Unavailable(
                f"{what} needs the role {needed}, and Slack has not said lately whether you still "
                "have it. Whoever has it by name in people.yaml need not wait, here or in a "
                "terminal."
            )


def asker(
    people: Mapping[str, Person],
    groups: Mapping[str, frozenset[Role]],
    actor: str,
    memberships: Iterable[Membership],
    now: datetime,
) -> Asker:
    """Roles named on the person always count; those of a stale group give at most responder."""
    person = person_of(people, actor)
    held, unsure = set(person.roles if person else ()), set[Role]()
    for one in memberships:
        given = groups.get(one.group, frozenset())
        if now - one.fetched_at <= STALE_AFTER:
            held |= given
            continue
        unsure |= given
        if allows(given, Role.RESPONDER):
            held.add(Role.RESPONDER)
    return Asker(
        actor=actor,
        known_as=person.name if person else actor,
        roles=frozenset(held),
        unsure=frozenset(unsure - held),
    )


def bearer(people: Mapping[str, Person], actor: str, role: str | None) -> Asker:
    """Who bears an API token: its own word about the role counts, a strange one for nothing."""
    person = person_of(people, actor)
    known = [one for one in Role if one.value == role]
    return Asker(actor=actor, known_as=person.name if person else actor, roles=frozenset(known))
