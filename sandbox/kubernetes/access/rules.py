"""RBAC as Roles write it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ALL = "*"


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """One thing that somebody wants to do; `namespace` empty: in all of them or outside."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def full_resource(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@dataclass(frozen=True, kw_only=True)
class Rule:
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    names: tuple[str, ...] = ()

    def allows(self, wanted: Attributes) -> bool:
        any_subresource = f"{ALL}/{wanted.subresource}"
        return (
            _has(self.verbs, wanted.verb)
            and _has(self.groups, wanted.group)
            and (_has(self.resources, wanted.full_resource) or any_subresource in self.resources)
            and (not self.names or wanted.name in self.names)
        )

    def as_json(self) -> dict[str, list[str]]:
        found = {
            "verbs": list(self.verbs),
            "apiGroups": list(self.groups),
            "resources": list(self.resources),
        }
        return found | ({"resourceNames": list(self.names)} if self.names else {})


@dataclass(frozen=True, kw_only=True)
class Role:
    """`namespace` None: a ClusterRole, bound for the whole cluster."""

    rules: tuple[Rule, ...]
    namespace: str | None = None

    def covers(self, namespace: str) -> bool:
        return self.namespace in {None, namespace}


@dataclass(frozen=True, kw_only=True)
class Token:
    """A user's name and the roles bound to it."""

    name: str
    roles: tuple[Role, ...] = ()

    def allows(self, wanted: Attributes) -> bool:
        return any(
            rule.allows(wanted)
            for role in self.roles
            if role.covers(wanted.namespace)
            for rule in role.rules
        )

    def rules_in(self, namespace: str) -> list[Rule]:
        return [rule for role in self.roles if role.covers(namespace) for rule in role.rules]


EVERYTHING = Rule(groups=(ALL,), resources=(ALL,), verbs=(ALL,))


def read_rules(written: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The `rules` of a Role manifest, as they stand in its YAML."""
    return tuple(
        Rule(
            groups=tuple(each["apiGroups"]),
            resources=tuple(each["resources"]),
            verbs=tuple(each["verbs"]),
            names=tuple(each.get("resourceNames", ())),
        )
        for each in written
    )


def _has(listed: tuple[str, ...], wanted: str) -> bool:
    return ALL in listed or wanted in listed
