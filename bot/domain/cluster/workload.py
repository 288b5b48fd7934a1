"""What a cluster runs, as far as operations need to know it: values read from Kubernetes' objects.

Templates stay raw JSON: a typed model would drop the fields it does not know.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FREEZE = "candlefish.ai/deploy-freeze"  # read by the delivery pipeline: docs/pipeline.md
VERSION = "app.kubernetes.io/version"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
_HASH_LABEL = "pod-template-hash"

Template = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    status: str
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """`replicas` and the surge are what its spec asks for; the other counts are its status."""

    namespace: str
    name: str
    uid: str
    generation: int
    observed_generation: int
    replicas: int
    current: int
    updated: int
    available: int
    selector: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    template: Template
    paused: bool = False
    history_limit: int = 10
    max_surge: str = "25%"
    max_unavailable: str = "25%"

    @property
    def template_hash(self) -> str:
        return template_hash(self.template)

    @property
    def to_resume(self) -> str:
        """The command for a person who finds it paused."""
        return f"kubectl -n {self.namespace} rollout resume deployment/{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicaSet:
    """One that its Deployment owns; its template without the label that Kubernetes adds."""

    name: str
    revision: int
    created_at: datetime
    replicas: int
    ready: int
    template: Template

    @property
    def template_hash(self) -> str:
        return template_hash(self.template)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """`trouble` is why a container waits or died (CrashLoopBackOff, ImagePullBackOff, …)."""

    name: str
    labels: Mapping[str, str]
    ready: bool
    phase: str
    started_at: datetime | None = None
    trouble: str = ""
    terminating: bool = False
    restarts: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    namespace: str
    name: str
    selector: Mapping[str, str]
    resource_version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    pod: str
    ready: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """An Istio VirtualService; `http`, `tcp` and `tls` are its raw lists."""

    namespace: str
    name: str
    http: tuple[Mapping[str, Any], ...]
    tcp: tuple[Mapping[str, Any], ...] = ()
    tls: tuple[Mapping[str, Any], ...] = ()
    resource_version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DestinationRule:
    """Istio's: the subsets of a host, by name."""

    namespace: str
    name: str
    host: str
    subsets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scaler:
    """A HorizontalPodAutoscaler, of whatever name; `deployment` is what it scales."""

    namespace: str
    name: str
    deployment: str
    minimum: int
    maximum: int
    current: int
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One of the conditions on the pods that a quota counts, in Kubernetes' words."""

    name: str
    operator: str = "Exists"
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """Quantities as Kubernetes writes them: `250m`, `512Mi`, `10`. All of `scopes` must hold."""

    name: str
    hard: Mapping[str, str]
    used: Mapping[str, str]
    scopes: tuple[Scope, ...] = ()


def without_hash(template: Template) -> dict[str, Any]:
    """The template as a person would have written it, without `pod-template-hash`."""
    bare: dict[str, Any] = json.loads(json.dumps(template))
    labels = bare.get("metadata", {}).get("labels", {})
    labels.pop(_HASH_LABEL, None)
    bare.get("metadata", {}).pop("creationTimestamp", None)
    return bare


def template_hash(template: Template) -> str:
    """SHA-256 over the canonical JSON of the template, the same on every colour's history."""
    text = json.dumps(without_hash(template), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def image_of(template: Template, container: str = "") -> str:
    """The named container's image, or the first one's; empty where there is none."""
    containers = template.get("spec", {}).get("containers", [])
    named = [one for one in containers if not container or one.get("name") == container]
    return str(named[0].get("image", "")) if named else ""


def images_of(template: Template) -> tuple[str, ...]:
    """Each image that its pods pull, once: those of init containers and sidecars too."""
    spec = template.get("spec", {})
    pulled = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    return tuple(dict.fromkeys(str(one["image"]) for one in pulled if one.get("image")))


def version_of(template: Template, container: str = "") -> str:
    """The version label, or else the image's tag, or else its digest's beginning."""
    said = template.get("metadata", {}).get("labels", {}).get(VERSION)
    if said:
        return str(said)
    name, _, digest = image_of(template, container).partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or digest.removeprefix("sha256:")[:12]
