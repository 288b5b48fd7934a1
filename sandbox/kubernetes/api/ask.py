"""What a request asks for, read from its method, path and query as the real server reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from sandbox.kubernetes.access.rules import Attributes
from sandbox.kubernetes.kinds import NAMESPACE, Kind, find, knows_group
from sandbox.kubernetes.selectors import single_name
from sandbox.twin.call import Call

TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_ON_ONE = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "POST": "create"}
_ON_MANY = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_OF_NAMESPACE = {"status", "finalize"}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """`kind` None: nothing of that name is served; `verb` empty: no such method there."""

    verb: str
    group: str
    version: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    kind: Kind | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    call: Call

    @property
    def knows_group(self) -> bool:
        return knows_group(self.group, self.version)

    @property
    def attributes(self) -> Attributes:
        """What RBAC is asked; a list of a single name counts as asking for that name."""
        named = self.name
        if self.verb in {"list", "watch", "deletecollection"}:
            named = single_name(self.query.get("fieldSelector", ""))
        elif self.verb == "create" and not self.subresource:
            named = ""
        return Attributes(
            verb=self.verb,
            group=self.group,
            resource=self.resource,
            namespace=self.namespace,
            name=named,
            subresource=self.subresource,
        )

    @property
    def place(self) -> str:
        """The namespace that the object itself is in: a Namespace is in none."""
        return "" if self.kind is not None and not self.kind.namespaced else self.namespace

    @property
    def content_type(self) -> str:
        return self.call.headers.get("content-type", "").partition(";")[0].strip()

    def flag(self, name: str) -> bool:
        return self.query.get(name, "") in TRUE

    def __str__(self) -> str:
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        sub = f"/{self.subresource}" if self.subresource else ""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.verb} {what}{sub} {place}".rstrip()


def read(call: Call) -> Ask | None:
    """None: the path is not one of a resource."""
    parts = [part for part in call.path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:  # noqa: PLR2004 - /api/v1/pods
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:  # noqa: PLR2004 - /apis/apps/v1/deployments
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace, resource, name, subresource = _place(group, rest)
    query = dict(parse_qsl(call.query, keep_blank_values=True))
    verbs = _ON_ONE if name else _ON_MANY
    verb = verbs.get(call.method, "")
    if verb == "list" and query.get("watch", "") in TRUE:
        verb = "watch"
    if verb == "create" and name and not subresource:
        verb = ""
    return Ask(
        verb=verb,
        group=group,
        version=version,
        resource=resource,
        namespace=namespace,
        name=name,
        subresource=subresource,
        kind=find(group, version, resource),
        query=query,
        call=call,
    )


def _place(group: str, rest: list[str]) -> tuple[str, str, str, str]:
    """Namespace, resource, name and subresource."""
    namespaces = NAMESPACE.plural
    inside = rest[0] == namespaces and len(rest) > 2  # noqa: PLR2004 - namespaces/NAME/pods
    if inside and not (not group and rest[2] in _OF_NAMESPACE):
        namespace, rest = rest[1], rest[2:]
    else:
        namespace = rest[1] if rest[0] == namespaces and not group and len(rest) > 1 else ""
    padded = [*rest, "", ""]
    return namespace, padded[0], padded[1], padded[2]
