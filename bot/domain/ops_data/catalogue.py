"""All ops data as one value, already checked; a newer edit is a newer value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.ops_data.component import Component
from bot.domain.ops_data.evidence import Queries
from bot.domain.ops_data.ladder import Ladder
from bot.domain.ops_data.people import Person, Role
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.route import Route
from bot.domain.ops_data.runbook import Runbook


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """`routes` is the root of the tree; `digest` is the SHA-256 of the files it was read from.

    Aliases lead from what senders write to our names: a job or deployment to its component,
    "prod" (in lower case) to its environment.
    """

    components: Mapping[str, Component]
    neighbours: Mapping[str, frozenset[str]]
    routes: Route
    people: Mapping[str, Person]
    groups: Mapping[str, frozenset[Role]]
    ladders: Mapping[str, Ladder]
    runbooks: Mapping[str, Runbook]
    default_environment: str
    digest: str
    component_aliases: Mapping[str, str] = field(default_factory=dict)
    environment_aliases: Mapping[str, str] = field(default_factory=dict)
    queries: Queries = field(default_factory=Queries)
    policy: Policy = field(default_factory=Policy)

    def component_named(self, word: str) -> str | None:
        """The component that this name or alias stands for, or `None`."""
        return word if word in self.components else self.component_aliases.get(word)

    def environment_named(self, word: str) -> str:
        """Our name of an environment; a word we do not know is kept as it is."""
        return self.environment_aliases.get(word.casefold(), word)
