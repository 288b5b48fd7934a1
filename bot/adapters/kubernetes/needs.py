"""Whether a namespace still has what a template names; old ones outlive what they refer to."""

from collections.abc import Sequence
from http import HTTPStatus

from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.connection import Request
from bot.adapters.kubernetes.pods import pod
from bot.adapters.kubernetes.references import Reference, references
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import POD
from bot.domain.cluster.workload import Template
from bot.domain.errors import Refused

# Only that it is there: what a Secret holds never leaves the server.
_METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"


class Needs(Api):
    """The minimal Role lets the bot read no Secret.

    One that a ready pod of the namespace uses is there, as far as the bot can see; of others it
    says that it may not look.
    """

    def lacks(self, namespace: str, template: Template) -> Sequence[str]:
        named = references(template.get("spec") or {})
        seen = {reference: self._seen(namespace, reference) for reference in named}
        lacking = [_words(reference) for reference, there in seen.items() if there is False]
        hidden = {reference for reference, there in seen.items() if there is None}
        if lacking or not hidden:
            return lacking
        hidden -= self._in_use(namespace)
        if hidden:
            raise _unseen(namespace, sorted(hidden, key=_words))
        return []

    def _seen(self, namespace: str, reference: Reference) -> bool | None:
        """None: not ours to see."""
        resource, name = reference
        request = Request(method="GET", path=resource.path(namespace, name), accept=_METADATA)
        try:
            self.connection.json(request)
        except Rejection as rejection:
            if rejection.status == HTTPStatus.NOT_FOUND:
                return False
            if rejection.status == HTTPStatus.FORBIDDEN:
                return None
            raise rejection.as_refused(f"{_words(reference)} cannot be looked up") from None
        return True

    def _in_use(self, namespace: str) -> set[Reference]:
        listed = self._list(POD, namespace)["items"]
        return {
            reference
            for raw in listed
            if pod(raw).ready and not pod(raw).terminating
            for reference in references(raw["spec"])
        }


def _words(reference: Reference) -> str:
    resource, name = reference
    return f"{resource.word} {name}"


def _unseen(namespace: str, hidden: Sequence[Reference]) -> Refused:
    resource, name = hidden[0]
    names = f"resources: [{resource.plural}], resourceNames: [{name}]"
    rest = f" (and {len(hidden) - 1} more)" if len(hidden) > 1 else ""
    return Refused(
        f"The bot may not see whether {namespace} has {_words(hidden[0])}{rest}, "
        "and no ready pod uses it.",
        f'Look yourself, or let the bot look: {{apiGroups: [""], {names}, verbs: [get]}}.',
    )
