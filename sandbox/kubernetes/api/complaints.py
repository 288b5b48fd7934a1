"""Answers to requests that are wrong before any object is looked at."""

from sandbox.kubernetes.access.rules import Attributes
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import failure

ACCEPTED_BY_CUSTOM = (
    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
)


def bad_request(message: str) -> Rejected:
    return Rejected(failure(400, "BadRequest", message))


def unauthorized() -> Rejected:
    return Rejected(failure(401, "Unauthorized", "Unauthorized"))


def forbidden_to(user: str, wanted: Attributes) -> Rejected:
    group, resource = wanted.group, wanted.resource
    where = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    named = f"{resource}.{group}" if group else resource
    target = f'{named} "{wanted.name}"' if wanted.name else named
    message = (
        f'{target} is forbidden: User "{user}" cannot {wanted.verb} resource '
        f'"{wanted.full_resource}" in API group "{group}" {where}'
    )
    details = {"name": wanted.name} if wanted.name else {}
    details |= {"group": group} if group else {}
    return Rejected(failure(403, "Forbidden", message, details | {"kind": resource}))


def no_such_resource() -> Rejected:
    return Rejected(
        failure(404, "NotFound", "the server could not find the requested resource", {})
    )


def no_such_method() -> Rejected:
    message = "the server does not allow this method on the requested resource"
    return Rejected(failure(405, "MethodNotAllowed", message, {}))


def unsupported_type(*, custom: bool) -> Rejected:
    """Custom resources are served by another handler, and it has other words."""
    message = "415: Unsupported Media Type"
    if custom:
        message = (
            "the body of the request was in an unknown format - accepted media types include: "
            + ACCEPTED_BY_CUSTOM
        )
    return Rejected(failure(415, "UnsupportedMediaType", message, {}))


def inapplicable() -> Rejected:
    """One answer for a failed `test`, a path that is not there and an operation unheard of."""
    message = "the server rejected our request due to an error in our request"
    return Rejected(failure(422, "Invalid", message, {}))
