"""Admission policies of the cluster: who may not write what, beyond RBAC."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import failure


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a policy may look at; `object` is absent in a deletion, `old` in a creation."""

    user: str
    operation: str
    kind: Kind
    namespace: str
    name: str
    subresource: str = ""
    object: Object | None = None
    old: Object | None = None
    dry: bool = False


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A ValidatingAdmissionPolicy and its binding: `decide` gives the message of a refusal."""

    name: str
    decide: Callable[[Review], str | None]
    binding: str = ""


class Policies:
    def __init__(self) -> None:
        self._policies: tuple[Policy, ...] = ()

    def add(self, name: str, decide: Callable[[Review], str | None], *, binding: str = "") -> None:
        self._policies += (Policy(name=name, decide=decide, binding=binding or name),)

    def clear(self) -> None:
        self._policies = ()

    def admit(self, review: Review) -> None:
        """Raises `Rejected` in the words of the first policy that says no."""
        for policy in self._policies:
            message = policy.decide(review)
            if message:
                raise Rejected(_denied(policy, review, message))


def _denied(policy: Policy, review: Review, message: str) -> dict[str, object]:
    kind = review.kind
    words = (
        f'{kind.resource} "{review.name}" is forbidden: ValidatingAdmissionPolicy '
        f"'{policy.name}' with binding '{policy.binding}' denied request: {message}"
    )
    details = {
        "name": review.name,
        **({"group": kind.group} if kind.group else {}),
        "kind": kind.plural,
        "causes": [{"message": message}],
    }
    return failure(422, "Invalid", words, details)
