"""The scale subresource: a Deployment seen as a number of replicas."""

from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.body import read_object
from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.api.patching import patched, read_patch
from sandbox.kubernetes.api.write import Write
from sandbox.kubernetes.api.writing import Writing
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.selectors import written
from sandbox.kubernetes.statuses import invalid
from sandbox.kubernetes.store import Store
from sandbox.kubernetes.validation.causes import negative

SCALE = Kind(group="autoscaling", version="v1", plural="scales", name="Scale")
_SHOWN = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def shown(obj: Object) -> Object:
    """The Scale of a Deployment or ReplicaSet."""
    return {
        "kind": SCALE.name,
        "apiVersion": SCALE.api_version,
        "metadata": {field: obj["metadata"][field] for field in _SHOWN},
        "spec": {"replicas": obj["spec"].get("replicas", 0)},
        "status": {
            "replicas": obj.get("status", {}).get("replicas", 0),
            "selector": written(obj["spec"]["selector"]),
        },
    }


class Scaling:
    def __init__(self, store: Store, writing: Writing) -> None:
        self._store = store
        self._writing = writing

    def read(self, ask: Ask, kind: Kind) -> Answer:
        return Answer(body=shown(self._store.get(kind, ask.place, ask.name)))

    def write(self, write: Write) -> Answer:
        """PUT or PATCH of the Scale."""
        ask, kind = write.ask, write.kind
        with self._store.lock:
            held = self._store.get(kind, ask.place, ask.name)
            if write.ask.verb == "patch":
                wanted = patched(ask, shown(held), read_patch(ask, custom=False))
            else:
                wanted = read_object(ask)
            obj = self._store.get(kind, ask.place, ask.name)
            obj["spec"]["replicas"] = _replicas(ask.name, wanted)
            given = wanted.get("metadata", {}).get("resourceVersion")
            obj["metadata"]["resourceVersion"] = given or held["metadata"]["resourceVersion"]
            answer = self._writing.save(write, held, obj)
        return Answer(body=shown(answer.body), changed=answer.changed)


def _replicas(name: str, scale: Object) -> int:
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise bad_request("spec.replicas is no whole number")
    causes = negative("spec.replicas", replicas)
    if causes:
        raise Rejected(invalid(SCALE, name, causes))
    return replicas
