"""What a caller may do, told to himself: SelfSubjectAccessReview and SelfSubjectRulesReview."""

from typing import Any

from sandbox.kubernetes.access.rules import ALL, Attributes, Rule, Token
from sandbox.kubernetes.kinds import ACCESS_REVIEW, RULES_REVIEW, Kind
from sandbox.kubernetes.objects import Object, clone
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import Cause, invalid

EVERYBODYS = Rule(
    groups=("authorization.k8s.io",),
    resources=(ACCESS_REVIEW.plural, RULES_REVIEW.plural),
    verbs=("create",),
)


def reviewed(kind: Kind, user: Token, body: Object) -> Object:
    """The review with its status; raises `Rejected` where it asks for nothing."""
    spec = body.get("spec") or {}
    status = _access(user, spec) if kind is ACCESS_REVIEW else _rules(user, spec)
    metadata = clone(body.get("metadata") or {})
    return {
        "kind": kind.name,
        "apiVersion": kind.api_version,
        "metadata": metadata,
        "spec": clone(spec),
        "status": status,
    }


def _access(user: Token, spec: dict[str, Any]) -> dict[str, Any]:
    asked = spec.get("resourceAttributes")
    paths = spec.get("nonResourceAttributes")
    if (asked is None) == (paths is None):
        message = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        cause = Cause(
            reason="FieldValueInvalid",
            message=f"Invalid value: {{}}: {message}",
            field="spec.resourceAttributes",
        )
        raise Rejected(invalid(ACCESS_REVIEW, "", [cause]))
    if asked is None:
        allowed = any(ALL in rule.verbs and ALL in rule.groups for rule in user.rules_in(""))
        return {"allowed": allowed}
    wanted = Attributes(
        verb=asked.get("verb", ""),
        group=asked.get("group", ""),
        resource=asked.get("resource", ""),
        namespace=asked.get("namespace", ""),
        name=asked.get("name", ""),
        subresource=asked.get("subresource", ""),
    )
    if not user.allows(wanted):
        return {"allowed": False}
    return {"allowed": True, "reason": f'RBAC: allowed by a role of User "{user.name}"'}


def _rules(user: Token, spec: dict[str, Any]) -> dict[str, Any]:
    namespace = spec.get("namespace", "")
    if not namespace:
        cause = Cause(reason="FieldValueRequired", message="Required value", field="spec.namespace")
        raise Rejected(invalid(RULES_REVIEW, "", [cause]))
    rules = [EVERYBODYS, *user.rules_in(namespace)]
    return {
        "resourceRules": [rule.as_json() for rule in rules],
        "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/version"]}],
        "incomplete": False,
    }
