"""What the bot must be allowed to do in a cluster, for the components that it operates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.cluster.workload import Scaler
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Rollout

# The Roles of deploy/kubernetes.
READ = "candlefish-read"
SWITCH = "candlefish-switch"
TEMPLATES = "candlefish-templates"
ROUTES = "candlefish-routes"
SNAPSHOTS = "candlefish-snapshots"

_SCALERS = ("autoscaling", "horizontalpodautoscalers")
_LISTED = (
    ("apps", "deployments"),
    ("apps", "replicasets"),
    ("", "pods"),
    ("", "resourcequotas"),
    ("discovery.k8s.io", "endpointslices"),
    _SCALERS,
)
_FOUND = (
    ("apps", "deployments"),
    _SCALERS,
    ("", "configmaps"),
    ("", "persistentvolumeclaims"),
    ("", "serviceaccounts"),
)
_SNAPSHOT_GROUP = "snapshot.storage.k8s.io"
_ISTIO = "networking.istio.io"


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """One thing the bot does to a cluster: a verb on a resource, of one name or of all."""

    verb: str
    group: str
    resource: str
    namespace: str
    name: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        part = f"/{self.subresource}" if self.subresource else ""
        group = f".{self.group}" if self.group else ""
        name = f" {self.name}" if self.name else ""
        return f"{self.verb} {self.resource}{part}{group}{name} in {self.namespace}"


def needed(
    components: Iterable[Component], environments: Iterable[str], scalers: Iterable[Scaler] = ()
) -> tuple[Right, ...]:
    """Each right once, in the order of the components.

    `scalers` are the autoscalers that there are; others will be called as their Deployments.
    """
    called = {(one.namespace, one.deployment): one.name for one in scalers}
    wanted = tuple(environments)
    found: dict[Right, None] = {}
    for component in components:
        if component.rollout is None:
            continue
        for environment in wanted:
            namespace = component.namespace.get(environment, "")
            if namespace and component.rollout.deployments:
                found.update(dict.fromkeys(_of_rollout(component.rollout, namespace, called)))
            store = component.rollout.stores.get(environment)
            if store is not None and store.provider is Provider.VOLUME_SNAPSHOT:
                found.update(dict.fromkeys(_of_store(store, store.namespace or namespace)))
    return tuple(found)


def rule(right: Right) -> str:
    """The rule that a Role must hold for it, as one line of YAML."""
    resource = f"{right.resource}/{right.subresource}" if right.subresource else right.resource
    names = f", resourceNames: [{right.name}]" if right.name else ""
    group = right.group or '""'
    return f"- {{apiGroups: [{group}], resources: [{resource}]{names}, verbs: [{right.verb}]}}"


def fix(right: Right) -> str:
    """What to do where it is missing, word for word."""
    return f"{right}: in {right.namespace}, add to the Role {role_of(right)}: {rule(right)}"


def role_of(right: Right) -> str:
    if right.group == _ISTIO:
        return ROUTES
    if right.group == _SNAPSHOT_GROUP:
        return SNAPSHOTS
    if right.verb in {"get", "list", "watch"}:
        return READ
    return TEMPLATES if right.resource == "deployments" and not right.subresource else SWITCH


def _of_rollout(
    rollout: Rollout, namespace: str, scalers: Mapping[tuple[str, str], str]
) -> Iterator[Right]:
    def right(verb: str, group: str, resource: str, name: str = "", sub: str = "") -> Right:
        return Right(
            verb=verb,
            group=group,
            resource=resource,
            namespace=namespace,
            name=name,
            subresource=sub,
        )

    for group, resource in _LISTED:
        yield right("list", group, resource)
    yield right("watch", "apps", "deployments")
    for group, resource in _FOUND:
        yield right("get", group, resource)
    for name in rollout.deployments.values():
        yield right("patch", "apps", "deployments", name)
        yield right("patch", "apps", "deployments", name, "scale")
        yield right("patch", *_SCALERS, scalers.get((namespace, name), name))
    if rollout.service:
        yield right("get", "", "services", rollout.service)
        yield right("patch", "", "services", rollout.service)
    if rollout.route:
        yield right("get", _ISTIO, "virtualservices", rollout.route)
        yield right("patch", _ISTIO, "virtualservices", rollout.route)
        yield right("list", _ISTIO, "destinationrules")
    if rollout.drain is not None:
        yield right("create", "", "pods", sub="eviction")


def _of_store(store: Store, namespace: str) -> Iterator[Right]:
    yield Right(
        verb="get",
        group="",
        resource="persistentvolumeclaims",
        namespace=namespace,
        name=store.name,
    )
    for verb in ("get", "list", "create", "delete"):
        yield Right(
            verb=verb, group=_SNAPSHOT_GROUP, resource="volumesnapshots", namespace=namespace
        )
