"""Whether the cluster answers, and what it lets the bot do; anybody who is let in may ask."""

from bot.adapters.kubernetes.api import JSON, Api
from bot.adapters.kubernetes.connection import NOT_OURS, Request
from bot.adapters.kubernetes.rejection import Rejection
from bot.domain.errors import Unavailable
from bot.domain.operations.rights import Right

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Probe(Api):
    def check(self) -> str:
        try:
            found = self.connection.json(Request(method="GET", path="/version"))
        except Rejection as rejection:
            raise rejection.as_refused("Kubernetes does not let the bot in") from None
        try:
            return str(found["gitVersion"])
        except (KeyError, TypeError):
            raise Unavailable(NOT_OURS) from None

    def may(self, right: Right) -> bool:
        wanted = {
            "verb": right.verb,
            "group": right.group,
            "resource": right.resource,
            "subresource": right.subresource,
            "namespace": right.namespace,
            "name": right.name,
        }
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {key: text for key, text in wanted.items() if text}},
        }
        request = Request(method="POST", path=_REVIEWS, body=review, content_type=JSON)
        try:
            return bool(self.connection.json(request)["status"]["allowed"])
        except Rejection as rejection:
            raise rejection.as_refused("Kubernetes does not say what the bot may do") from None
