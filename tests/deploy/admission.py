"""The policies of deploy/kubernetes/policy.yaml, decided as an API server would: by their CEL."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from cel_expr_python import cel

from sandbox.kubernetes.api.admission import Review
from sandbox.kubernetes.api.scale import shown
from sandbox.kubernetes.kinds import SCALE

FILE = Path(__file__).parents[2] / "deploy/kubernetes/policy.yaml"
_ENV = cel.NewEnv(
    variables=dict.fromkeys(("request", "object", "oldObject", "variables"), cel.Type.DYN)
)

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AdmissionPolicy:
    """One ValidatingAdmissionPolicy; what is wrong with an expression itself is raised."""

    name: str
    spec: Json

    def decide(self, review: Review) -> str | None:
        """The message of the first validation that refuses, as `sandbox.kubernetes` asks it."""
        if not self._watches(review):
            return None
        found = self.refused(
            _seen(review, review.object), _seen(review, review.old), user=review.user
        )
        return found[0] if found else None

    def refused(self, new: Json | None, old: Json | None, *, user: str) -> list[str]:
        """The messages of all validations that refuse; without `new` it is to be deleted."""
        known: Json = {
            "request": {"userInfo": {"username": user}},
            "object": new,
            "oldObject": old,
            "variables": {},
        }
        if not all(_holds(one, known) for one in self._conditions):
            return []
        for name, program in self._variables.items():
            known["variables"] |= {name: program.eval(data=known).plain_value()}
        return [message for message, program in self._validations if not _holds(program, known)]

    @property
    def messages(self) -> set[str]:
        return {message for message, _ in self._validations}

    def _watches(self, review: Review) -> bool:
        resource = f"{review.kind.plural}/{review.subresource}".removesuffix("/")
        return any(
            resource in rule["resources"]
            and review.kind.group in rule["apiGroups"]
            and {review.kind.version, "*"} & set(rule["apiVersions"])
            and review.operation in rule["operations"]
            for rule in self.spec["matchConstraints"]["resourceRules"]
        )

    @cached_property
    def _conditions(self) -> list[Any]:
        return [_ENV.compile(one["expression"]) for one in self.spec["matchConditions"]]

    @cached_property
    def _variables(self) -> dict[str, Any]:
        """In their order: one may use those before it."""
        return {
            one["name"]: _ENV.compile(one["expression"]) for one in self.spec.get("variables", ())
        }

    @cached_property
    def _validations(self) -> list[tuple[str, Any]]:
        return [
            (one["message"], _ENV.compile(one["expression"])) for one in self.spec["validations"]
        ]


def policies() -> Iterator[AdmissionPolicy]:
    for each in yaml.safe_load_all(FILE.read_text()):
        if each["kind"] == "ValidatingAdmissionPolicy":
            yield AdmissionPolicy(name=each["metadata"]["name"], spec=each["spec"])


def _holds(program: Any, known: Json) -> bool:
    """`failurePolicy: Fail` makes a no of an error; here nothing may fail."""
    found = program.eval(data=known)
    assert found.type() == cel.Type.BOOL, found.value()
    return bool(found.value())


def _seen(review: Review, obj: Json | None) -> Json | None:
    """A policy for the scale is shown the Scale, and the twin shows the Deployment."""
    return shown(obj) if obj is not None and review.subresource == SCALE else obj
